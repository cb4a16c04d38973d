// Forgets messages one after the other until it is killed; each that is gone becomes one line of output.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createEstimatingTokenizer, type MessageId } from '@retentive/core';
import { openMemory } from '../../src/index.ts';

const [path = '', ...ids] = process.argv.slice(2);
const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
const ana = memory.scope({ tenant: 'acme', user: 'ana' });
writeSync(1, 'ready\n');
await once(process.stdin, 'data');
for (const id of ids) {
  await ana.forget(id as MessageId);
  writeSync(1, `${id}\n`);
}
process.stdin.resume();
