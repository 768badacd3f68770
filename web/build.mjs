/**
 * Builds the pages into dist/: types from docs/openapi.json, the types checked, the booking element as one script, and the
 * pages. Fails when a contract change breaks a page, or when the booking element or a page outgrows its budget.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const here = import.meta.dirname;
const KB = 1024;
const ELEMENT = 'meeting-booking.js';
/** The most script, compressed, that each may load. */
const BUDGETS = { [ELEMENT]: 60 * KB, 'index.html': 4 * KB, 'book/index.html': 60 * KB, 'staff/index.html': 110 * KB };

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

const read = (file) => readFileSync(resolve(here, 'dist', file));
/** A page's scripts are those that its HTML names, the ones to preload included. */
const scriptsOf = (file) => (file.endsWith('.html') ? [...String(read(file)).matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((found) => found[1]) : [file]);
const sizes = Object.entries(BUDGETS).map(([name, budget]) => ({
  name,
  bytes: scriptsOf(name).reduce((sum, script) => sum + gzipSync(read(script), { level: 9 }).length, 0),
  budget,
}));
writeFileSync(resolve(here, 'dist/sizes.json'), `${JSON.stringify(sizes)}\n`);
for (const { name, bytes, budget } of sizes) console.log(`${name}: ${(bytes / KB).toFixed(1)} KB of script compressed, of ${budget / KB} KB at most`);
if (sizes.some(({ bytes, budget }) => bytes > budget)) process.exit(1);
