import {
  canChange,
  canRead,
  type Evidence,
  type Fact,
  type FactId,
  parseEvidence,
  RetentiveError,
  type Scope,
} from '@retentive/core';
import type { SemanticStore } from '../semantic/semantic-store.ts';
import type { ScopeState } from './scope-state.ts';

/** The longest reason of a change, in UTF-16 units. */
const MAX_REASON_LENGTH = 1_024;

/** Why something is changed. @throws the code given */
export const parseReason = (because: unknown, code: 'FACT_INVALID' | 'OPTION_INVALID'): string => {
  if (because === undefined) return 'asked for by the caller';
  if (typeof because === 'string' && because.trim() !== '' && because.length <= MAX_REASON_LENGTH)
    return because;
  throw new RetentiveError(code, `a reason is text of 1 to ${MAX_REASON_LENGTH} characters`);
};

/** A believed fact that the scope may read; one at another path is as good as none. @throws FACT_NOT_FOUND */
export const requireBelieved = (semantic: SemanticStore, id: unknown, scope: Scope): Fact => {
  const found = typeof id === 'string' ? semantic.fact(id as FactId) : undefined;
  const fact = found !== undefined && canRead(scope, found.agent) ? found : undefined;
  if (fact === undefined || fact.recorded.until !== undefined) {
    const shown = typeof id === 'string' ? `"${id}"` : typeof id;
    const state = fact === undefined ? 'there is none' : `it was ${fact.status}`;
    throw new RetentiveError('FACT_NOT_FOUND', `no fact ${shown} is believed: ${state}`, { details: { id } });
  }
  return fact;
};

/** Lets a scope change what stands at its path. @throws OPTION_INVALID for what it reads by a grant: writes stay at the path */
export const assertChangeable = (scope: Scope, path: string | undefined, what: string): void => {
  if (canChange(scope, path)) return;
  throw new RetentiveError(
    'OPTION_INVALID',
    `${what} stands at "${path ?? ''}", which the agent "${scope.agent}" may read and not change`,
  );
};

/**
 * Evidence in messages and documents that the scope may read, with the origin that they were stored with, whatever the
 * caller says of it. @throws OPTION_INVALID, MESSAGE_NOT_FOUND
 */
export const checkEvidence = (
  sources: readonly Evidence[] | undefined,
  scope: Scope,
  { episodic }: ScopeState,
): readonly Evidence[] =>
  parseEvidence(sources ?? []).map((evidence) => {
    const header = episodic.source(evidence.source)?.header;
    if (header === undefined || !canRead(scope, header.agent)) {
      throw new RetentiveError(
        'MESSAGE_NOT_FOUND',
        `no message or document "${evidence.source}" in this scope`,
      );
    }
    return { ...evidence, origin: header.origin };
  });
