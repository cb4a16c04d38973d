import { type CallOptions, isRetentiveError, type Tokenizer, throwIfAborted } from '@retentive/core';
import { createChunker } from '../chunking/chunker.ts';
import { createEpisodicStore } from '../episodic/episodic-store.ts';
import type { EntryBody, Journal, ScopeKey, SourceState } from '../journal/journal.ts';

/** Sources that are closed in one transaction: a crash costs the work on at most so many. */
const BATCH = 256;

/** What closes an open source as `torn`; its last text becomes its last chunks. */
const tornEnd = async (
  journal: Journal,
  { id, scope }: Pick<SourceState, 'id' | 'scope'>,
  tokenizer: Tokenizer,
): Promise<EntryBody> => {
  const store = createEpisodicStore();
  for await (const entry of journal.read({ scope, source: id })) store.apply(entry);
  const { text = '', cuts: known = [], header } = store.source(id) ?? {};
  const start = known.at(-1)?.[0] ?? 0;
  const chunker = createChunker({ tokenizer, kind: header?.type, start });
  const cuts = [...chunker.push(text.slice(start)), ...chunker.end()];
  return { kind: 'closed', id, state: 'torn', length: text.length, cuts };
};

/** Closes open sources of one scope as `torn`, all or none. */
export const tearSources = async (
  journal: Journal,
  scope: ScopeKey,
  sources: readonly SourceState['id'][],
  tokenizer: Tokenizer,
): Promise<void> => {
  const entries: EntryBody[] = [];
  // One after the other: only one of their texts is held at a time.
  for (const id of sources) entries.push(await tornEnd(journal, { id, scope }, tokenizer));
  await journal.append({ scope, entries });
};

/** Sources scope by scope, in batches, in the order of the first of each scope. */
function* batchesOf(
  sources: readonly SourceState[],
): Generator<{ readonly scope: ScopeKey; readonly ids: readonly SourceState['id'][] }> {
  const scopes = new Map<string, { readonly scope: ScopeKey; readonly ids: SourceState['id'][] }>();
  for (const { scope, id } of sources) {
    const name = JSON.stringify([scope.tenant, scope.user]);
    const known = scopes.get(name) ?? { scope, ids: [] };
    known.ids.push(id);
    scopes.set(name, known);
  }
  for (const { scope, ids } of scopes.values()) {
    for (let from = 0; from < ids.length; from += BATCH) yield { scope, ids: ids.slice(from, from + BATCH) };
  }
}

/**
 * Closes as `torn` whatever was open when the last owner ended. Their text stays, to the last durable character. It
 * happens before anyone can listen, so it is told by the state of the messages and not by events. @throws ABORTED
 */
export const tearOpenSources = async (
  journal: Journal,
  tokenizer: () => Promise<Tokenizer>,
  { signal }: CallOptions = {},
): Promise<void> => {
  for (const { scope, ids } of batchesOf(await journal.sources({ state: 'open' }, { signal }))) {
    throwIfAborted(signal, 'opening');
    try {
      await tearSources(journal, scope, ids, await tokenizer());
    } catch (error) {
      // A full store can still be read; what is open is closed at the next opening that has room.
      if (!isRetentiveError(error, 'STORE_FULL')) throw error;
      return;
    }
  }
};
