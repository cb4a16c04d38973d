import { defineConfig } from 'vitest/config';

// Tests run from the sources: no build is needed, and stack traces show what was written.
const conditions = ['@retentive/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // What is polled for comes by itself; a busy machine only makes it later.
    expect: { poll: { timeout: 20_000 } },
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/test/**/*.test.ts',
      'test/src/**/*.test.ts',
      'test/bench/test/**/*.test.ts',
    ],
    // Both cores of a small machine: the default leaves one of two idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    onConsoleLog: (log) => {
      throw new Error(`a test printed to the console: ${log}`);
    },
    coverage: { include: ['packages/*/src/**'] },
  },
});
