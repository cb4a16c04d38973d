import { configDefaults, defineConfig } from 'vitest/config';

// Tests run from the sources: no build is needed, and stack traces show what was written.
const conditions = ['@retentive/source', 'node', 'import', 'default'];

const INCLUDE = [
  'packages/*/test/**/*.test.ts',
  'examples/test/**/*.test.ts',
  'test/src/**/*.test.ts',
  'test/bench/test/**/*.test.ts',
];
/** Files that replace a module: they must be the first to load it. */
const REPLACING = ['packages/*/test/**/*.replaced.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // What is polled for comes by itself; a busy machine only makes it later.
    expect: { poll: { timeout: 20_000 } },
    // Both cores of a small machine: the default leaves one of two idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    onConsoleLog: (log) => {
      throw new Error(`a test printed to the console: ${log}`);
    },
    // Most files share the modules that are loaded already, wink's model among them: that takes a third of the time off.
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: INCLUDE,
          exclude: [...configDefaults.exclude, ...REPLACING],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'replaced', include: REPLACING } },
    ],
    coverage: { include: ['packages/*/src/**'] },
  },
});
