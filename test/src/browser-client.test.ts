import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('bundles the client of the daemon for browsers, without anything of Node', async () => {
  // Fails where a module of Node is imported; where one is only used, its name is in the text.
  const { outputFiles } = await build({
    stdin: {
      contents: "export { createDaemonClient } from '@retentive/agents/client';",
      resolveDir: fileURLToPath(new URL('../../packages/agents', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@retentive/source'],
    logLevel: 'silent',
  });
  expect(outputFiles[0]?.text).not.toMatch(/\b(?:Buffer\.|process\.|require\()/u);
});
