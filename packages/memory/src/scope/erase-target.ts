import { parseLabel, parseScope, RetentiveError } from '@retentive/core';
import type { SourceHeader } from '../journal/journal.ts';

/** What is to be erased: a tenant, a user, or of a user what was written at an agent path, or in a thread. */
export interface EraseTarget {
  readonly tenant: string;
  readonly user?: string | undefined;
  readonly agent?: string | undefined;
  readonly thread?: string | undefined;
}

/** What was written at one agent path, or in one thread, of a user. */
export interface ScopePart extends EraseTarget {
  readonly user: string;
}

/** Checks every label. @throws LABEL_INVALID, OPTION_INVALID for an agent or thread of no user */
export const parseEraseTarget = (value: EraseTarget): EraseTarget => {
  if (typeof value !== 'object' || value === null) {
    throw new RetentiveError(
      'OPTION_INVALID',
      'erase takes { tenant }, or { tenant, user, agent?, thread? }',
    );
  }
  const { tenant, user, agent, thread } = value;
  if (user !== undefined) {
    const scope = parseScope({ tenant, user, agent, thread });
    return { ...scope };
  }
  if (agent !== undefined || thread !== undefined) {
    throw new RetentiveError('OPTION_INVALID', 'an agent or thread is erased of one user: name the user too');
  }
  return { tenant: parseLabel('tenant', tenant) };
};

/** Whether the target is less than a whole scope. */
export const isPart = (target: EraseTarget): target is ScopePart =>
  target.user !== undefined && (target.agent !== undefined || target.thread !== undefined);

/**
 * Whether a source belongs to the part. A path is that path and none below it: what is read by grant is not what was
 * written there.
 */
export const isSourceOf = ({ agent, thread }: ScopePart, source: SourceHeader): boolean =>
  (agent === undefined || source.agent === agent) && (thread === undefined || source.thread === thread);
