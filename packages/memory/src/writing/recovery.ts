import { isRetentiveError, type Tokenizer } from '@retentive/core';
import { createChunker } from '../chunking/chunker.ts';
import { createEpisodicStore } from '../episodic/episodic-store.ts';
import type { Journal, SourceState } from '../journal/journal.ts';

/** Closes an open source as `torn`; its last text becomes its last chunks. */
export const tearSource = async (
  journal: Journal,
  { id, scope }: Pick<SourceState, 'id' | 'scope'>,
  tokenizer: Tokenizer,
): Promise<void> => {
  const store = createEpisodicStore();
  for await (const entry of journal.read({ scope, source: id })) store.apply(entry);
  const { text = '', cuts: known = [] } = store.source(id) ?? {};
  const start = known.at(-1)?.[0] ?? 0;
  const chunker = createChunker({ tokenizer, start });
  const cuts = [...chunker.push(text.slice(start)), ...chunker.end()];
  await journal.append({
    scope,
    entries: [{ kind: 'closed', id, state: 'torn', length: text.length, cuts }],
  });
};

/**
 * Closes as `torn` whatever was open when the last owner ended. Their text stays, to the last durable character. It
 * happens before anyone can listen, so it is told by the state of the messages and not by events.
 */
export const tearOpenSources = async (
  journal: Journal,
  tokenizer: () => Promise<Tokenizer>,
): Promise<void> => {
  for (const source of await journal.sources({ state: 'open' })) {
    try {
      await tearSource(journal, source, await tokenizer());
    } catch (error) {
      // A full store can still be read; what is open is closed at the next opening that has room.
      if (!isRetentiveError(error, 'STORE_FULL')) throw error;
      return;
    }
  }
};
