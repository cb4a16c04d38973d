// Says and finds something, telling whether vectra is loaded before and after the search, then waits to be killed.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createEstimatingTokenizer } from '@retentive/core';
import { openMemory } from '../../src/index.ts';

const isLoaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('/vectra/lib/'));

const [path = ''] = process.argv.slice(2);
const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
const ana = memory.scope({ tenant: 'acme', user: 'ana' });
const { settled } = await ana.observe({ role: 'user', content: 'The kayak is red.' });
await settled();
await ana.context('kayak');
writeSync(1, `vectra: ${isLoaded()}\n`);
const hits = await ana.search('kayak');
writeSync(1, `found: ${hits.length}, vectra: ${isLoaded()}\n`);
setInterval(() => {}, 1_000);
