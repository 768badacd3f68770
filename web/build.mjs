/**
 * Builds the pages into dist/: types from docs/openapi.json, the types checked, the booking element as one script, and the
 * pages. Fails when a contract change breaks a page, or when the booking element outgrows its budget.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const here = import.meta.dirname;
const BUDGET_BYTES = 60 * 1024;
const ELEMENT = 'dist/meeting-booking.js';

const tool = (name, ...args) => execFileSync(process.execPath, [resolve(here, 'node_modules', name), ...args], { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });

try {
  tool('openapi-typescript/bin/cli.js', '../docs/openapi.json', '-o', 'src/schema.d.ts');
  tool('typescript/bin/tsc', '--project', 'tsconfig.build.json');
} catch (error) {
  console.error(String(error.stdout ?? error));
  process.exit(1);
}

const common = { root: here, configFile: false, logLevel: 'warn' };

await build({
  ...common,
  build: {
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: ['index.html', 'book/index.html', 'staff/index.html'].map((page) => resolve(here, page)) },
  },
});
await build({
  ...common,
  publicDir: false,
  build: {
    emptyOutDir: false,
    lib: { entry: resolve(here, 'src/booking/main.ts'), formats: ['es'], fileName: () => 'meeting-booking.js' },
  },
});

const compressed = gzipSync(readFileSync(resolve(here, ELEMENT)), { level: 9 }).length;
writeFileSync(resolve(here, 'dist/sizes.json'), `${JSON.stringify({ element: compressed, budget: BUDGET_BYTES })}\n`);
console.log(`${ELEMENT}: ${(compressed / 1024).toFixed(1)} KB compressed, of ${BUDGET_BYTES / 1024} KB at most`);
if (compressed > BUDGET_BYTES) process.exit(1);
