import type { Tokenizer } from '@retentive/core';
import { createChunker } from '../chunking/chunker.ts';
import type { Journal, SourceState } from '../journal/journal.ts';

/** Closes an open source as `torn`; its last text becomes its last chunks. */
export const tearSource = async (
  journal: Journal,
  { id, scope }: Pick<SourceState, 'id' | 'scope'>,
  tokenizer: Tokenizer,
): Promise<void> => {
  let text = '';
  let cut = 0;
  let ends: number[] = [];
  for await (const { body } of journal.read({ scope, source: id })) {
    if (body.kind === 'source' || body.kind === 'text') text += body.text;
    if (body.kind === 'resumed') ends = ends.slice(0, body.keep);
    else if ('cuts' in body) ends.push(...body.cuts.map(([end]) => end));
    cut = ends.at(-1) ?? 0;
  }
  const chunker = createChunker({ tokenizer, start: cut });
  const cuts = [...chunker.push(text.slice(cut)), ...chunker.end()];
  await journal.append({ scope, entries: [{ kind: 'closed', id, state: 'torn', cuts }] });
};

/** Closes as `torn` whatever was open when the last owner ended. Their text stays, to the last durable character. */
export const tearOpenSources = async (
  journal: Journal,
  tokenizer: () => Promise<Tokenizer>,
): Promise<void> => {
  for (const source of await journal.sources({ state: 'open' }))
    await tearSource(journal, source, await tokenizer());
};
