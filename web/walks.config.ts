import { defineConfig } from 'vitest/config';

/** The pages in Chromium against a running stack, one file after another: they share its times. */
export default defineConfig({
  test: {
    include: ['tests/walks/*.walk.ts', 'tests/documentation/*.walk.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
