import { collect } from '@retentive/core';
import type { Journal } from '../../src/journal/journal.ts';

/** Everything that a journal holds, as plain data. */
export const contentsOf = async (journal: Journal): Promise<unknown> => {
  const scopes = await journal.scopes();
  const states = ['open', 'complete', 'torn'] as const;
  return JSON.parse(
    JSON.stringify({
      scopes,
      entries: await collect(journal.read()),
      sources: await Promise.all(states.map((state) => journal.sources({ state }))),
      keys: await Promise.all(scopes.map((scope) => collect(journal.keys(scope)))),
      queued: (await journal.jobs({ state: 'queued' })).map(({ scope, job }) => ({ scope, job })),
      dead: (await journal.jobs({ state: 'dead' })).map(({ scope, job }) => ({ scope, job })),
    }),
  );
};
