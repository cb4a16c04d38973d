// Says things until it is killed; each acknowledged message becomes one line of output.
import { writeSync } from 'node:fs';
import { createEstimatingTokenizer } from '@retentive/core';
import { openMemory } from '../../src/index.ts';

const [path = '', trial = ''] = process.argv.slice(2);
const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
const ana = memory.scope({ tenant: 'acme', user: 'ana' });

for (let index = 0; ; index += 1) {
  const town = `Town${trial}x${index}`;
  await ana.observe({ role: 'user', content: `I visited ${town} in 2019.`, id: `m-${town}` });
  writeSync(1, `${town}\n`);
}
