import { type CallOptions, throwIfAborted } from '@retentive/core';
import type { Journal, ScopeKey, SourceKey } from '../journal/journal.ts';
import { createArchiveWriter } from './archive-format.ts';
import { ARCHIVE_VERSION } from './archive-types.ts';

/** Keys in one order, whatever order the journal tells them in. */
const sorted = (keys: readonly SourceKey[]): readonly SourceKey[] =>
  keys.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

const readKeys = async (
  journal: Journal,
  scope: ScopeKey,
  options: CallOptions,
): Promise<ReadonlyMap<string, readonly SourceKey[]>> => {
  const found = new Map<string, SourceKey[]>();
  for await (const { key, hash, source } of journal.keys(scope, options)) {
    const known = found.get(source);
    if (known === undefined) found.set(source, [{ key, hash }]);
    else known.push({ key, hash });
  }
  return found;
};

/**
 * The archive of a scope, line by line, as its journal stood at the first `next()`. A message that was still streaming
 * then is in it as far as it was durable. Memory grows with the number of idempotency keys, not of entries.
 */
export async function* exportScope(
  journal: Journal,
  { tenant, user }: ScopeKey,
  options: CallOptions = {},
): AsyncGenerator<string, void, undefined> {
  const scope = { tenant, user };
  throwIfAborted(options.signal, 'the export');
  const entries = journal.read({ scope, ...options })[Symbol.asyncIterator]();
  try {
    // The first entry fixes the moment; keys of what came later are in the map and not used.
    let step = await entries.next();
    const keys = await readKeys(journal, scope, options);
    const archive = createArchiveWriter();
    yield archive.line({ archive: 'retentive', version: ARCHIVE_VERSION, scope });
    let count = 0;
    while (step.done !== true) {
      const { recordedAt, body } = step.value;
      step = await entries.next();
      // Its sequences are those of this journal, and what is gone leaves no trace elsewhere.
      if (body.kind === 'forgotten') continue;
      const own = body.kind === 'source' ? keys.get(body.source.id) : undefined;
      yield archive.line({ at: recordedAt, body, ...(own === undefined ? {} : { keys: sorted(own) }) });
      count += 1;
    }
    yield archive.end(count);
  } finally {
    await entries.return?.();
  }
}
