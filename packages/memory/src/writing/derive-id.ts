import { createHash } from 'node:crypto';
import type { EpisodeId, FactId, JobId, OperationId } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';

interface DerivedIds {
  readonly fact: FactId;
  readonly operation: OperationId;
  readonly job: JobId;
  readonly episode: EpisodeId;
}

const PREFIXES = { fact: 'fac', operation: 'opn', job: 'job', episode: 'epi' } as const satisfies Record<
  keyof DerivedIds,
  string
>;

/** Hex digits of a derived id: 120 bits, as many people's facts as there will ever be. */
const DIGITS = 30;

/** An id that follows from its parts: the same work gives the same ids, however often it is begun. */
export const deriveId = <Kind extends keyof DerivedIds>(
  kind: Kind,
  { tenant, user }: ScopeKey,
  ...parts: readonly (string | number)[]
): DerivedIds[Kind] => {
  const hash = createHash('sha256')
    .update(JSON.stringify([tenant, user, ...parts]))
    .digest('hex');
  return `${PREFIXES[kind]}_${hash.slice(0, DIGITS)}` as DerivedIds[Kind];
};
