import { RetentiveError } from '@retentive/core';
import type { Journal } from '../journal/journal.ts';

/**
 * What happens to a write: `refuse` fails before anything is written, `lose` writes and loses the answer, and a promise
 * delays the write until it resolves.
 */
export type Mishap = 'refuse' | 'lose' | Promise<void>;

/** A call that writes: which, and how many of them came before, from 0. */
export interface JournalWrite {
  readonly name: 'append' | 'erase' | 'eraseScopes';
  readonly count: number;
}

/**
 * A journal over `inner` to whose writes happens what `mishapOf` says, nothing where it gives undefined. For whatever stands
 * on a journal and has to be right when it fails: nothing refused may be taken as done, and what is lost may not be done twice.
 */
export const createFaultyJournal = (
  inner: Journal,
  mishapOf: (write: JournalWrite) => Mishap | undefined,
): Journal => {
  const counts = { append: 0, erase: 0, eraseScopes: 0 };
  const around = async <Result>(
    name: JournalWrite['name'],
    write: () => Promise<Result>,
  ): Promise<Result> => {
    const count = counts[name];
    counts[name] += 1;
    const mishap = mishapOf({ name, count });
    if (mishap === 'refuse') throw new RetentiveError('STORE_FULL', 'no room, for once', { retryable: true });
    if (mishap !== 'lose') await mishap;
    const result = await write();
    if (mishap !== 'lose') return result;
    throw new RetentiveError('STORE_WRITE_FAILED', 'the answer got lost', { retryable: true });
  };
  return {
    ...inner,
    append: (batch, options) => around('append', () => inner.append(batch, options)),
    erase: (erasure, options) => around('erase', () => inner.erase(erasure, options)),
    eraseScopes: (selection, options) => around('eraseScopes', () => inner.eraseScopes(selection, options)),
  };
};
