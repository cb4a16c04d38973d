import { createEstimatingTokenizer } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import { streamedText } from './streaming-text.ts';

/** Streams messages into a folder through two writers at once and prints each acknowledgement, until it is killed. */
const [path = '', trial = '0'] = process.argv.slice(2);
const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
const scope = memory.scope({ tenant: 'acme', user: 'ana' });

const stream = async (first: number): Promise<never> => {
  for (let index = first; ; index += 2) {
    const text = streamedText(Number(trial), index);
    const writer = scope.ingest({ role: 'assistant', id: `t${trial}-m${index}`, thread: `thread-${first}` });
    for (let at = 0; at < text.length; at += 97) {
      const { offset } = await writer.write(text.slice(at, at + 97));
      process.stdout.write(`${index} ${offset}\n`);
    }
    await writer.complete();
    process.stdout.write(`${index} end\n`);
  }
};

await Promise.all([stream(0), stream(1)]);
