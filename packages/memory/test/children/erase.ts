// Erases users one after the other until it is killed; each that is gone becomes one line of output.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createEstimatingTokenizer } from '@retentive/core';
import { openMemory } from '../../src/index.ts';

const [path = '', ...users] = process.argv.slice(2);
const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
writeSync(1, 'ready\n');
await once(process.stdin, 'data');
for (const user of users) {
  await memory.erase({ tenant: 'acme', user });
  writeSync(1, `${user}\n`);
}
process.stdin.resume();
