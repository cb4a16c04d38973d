import { RetentiveError } from '@retentive/core';
import type { Journal } from '../../src/journal/journal.ts';

/** A journal over `inner` whose appends fail, before anything is written, wherever `fails` says so of their count from 0. */
export const createFlakyJournal = (inner: Journal, fails: (count: number) => boolean): Journal => {
  let count = 0;
  return {
    ...inner,
    async append(batch, options) {
      const failing = fails(count);
      count += 1;
      if (failing) throw new RetentiveError('STORE_FULL', 'no room, for once');
      return inner.append(batch, options);
    },
  };
};
