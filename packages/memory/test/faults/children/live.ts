// Lives a little on a folder: talk that overflows the working set, searches, something forgotten, and a close. Each thing that
// was acknowledged is one line of output.
import { writeSync } from 'node:fs';
import { createEstimatingTokenizer, type MessageId } from '@retentive/core';
import { openMemory } from '../../../src/index.ts';

const [path = '', first = '0', forgotten = ''] = process.argv.slice(2);
const memory = await openMemory({
  path,
  capacity: 60,
  extractor: false,
  tokenizer: createEstimatingTokenizer(),
});
const ana = memory.scope({ tenant: 'acme', user: 'ana' });
const say = async (index: number): Promise<void> => {
  const id = `m${Number(first) + index}`;
  await ana.observe({ role: 'user', content: `Kayak ${id} lies at the old pier.`, id: id as MessageId });
  writeSync(1, `said ${id}\n`);
};
for (let index = 0; index < 8; index += 1) await say(index);
await ana.search('kayak at the pier');
if (forgotten !== '') {
  await ana.forget(forgotten as MessageId);
  writeSync(1, `forgot ${forgotten}\n`);
}
for (let index = 8; index < 16; index += 1) await say(index);
await ana.search('kayak at the pier');
await memory.close();
writeSync(1, 'closed\n');
