import { isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';
import type { ChangesOptions, MemoryChange } from '../upkeep-types.ts';
import type { Journal, JournalEntry } from './journal.ts';

/** Ends where the journal is closed under it. */
async function* untilClosed(
  entries: AsyncIterable<JournalEntry>,
  closing: AbortSignal,
): AsyncGenerator<JournalEntry, void, undefined> {
  try {
    yield* entries;
  } catch (error) {
    if (!(closing.aborted && isRetentiveError(error, 'STORE_CLOSED'))) throw error;
  }
}

/**
 * The journal from a sequence on, and then what is appended, each entry once and in order. The journal itself is the outbox:
 * nothing is kept for a consumer but the sequence that it keeps itself, and one that is slow holds up nobody.
 */
export async function* followJournal(
  journal: Journal,
  closing: AbortSignal,
  { after = 0, scope, follow = true, signal }: ChangesOptions,
): AsyncGenerator<MemoryChange, void, undefined> {
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new RetentiveError('OPTION_INVALID', `after is a sequence of the journal from 0, got ${after}`);
  }
  throwIfAborted(signal, 'the read of changes');
  const key = scope === undefined ? undefined : { tenant: scope.tenant, user: scope.user };
  let reached = after;
  let isNews = false;
  let wake = (): void => {};
  const ring = (): void => {
    isNews = true;
    wake();
  };
  const stop = journal.subscribe(ring);
  for (const each of [closing, signal]) each?.addEventListener('abort', ring, { once: true });
  try {
    while (!closing.aborted) {
      // Asked before the read: what is appended during it is found by the next one.
      isNews = false;
      const read = journal.read({ scope: key, after: reached, signal });
      for await (const entry of untilClosed(read, closing)) {
        yield entry;
        reached = entry.sequence;
      }
      if (!follow) return;
      throwIfAborted(signal, 'the read of changes');
      if (!isNews) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      throwIfAborted(signal, 'the read of changes');
    }
  } finally {
    stop();
    for (const each of [closing, signal]) each?.removeEventListener('abort', ring);
  }
}
