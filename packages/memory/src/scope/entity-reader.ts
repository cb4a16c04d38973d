import { canRead, type Scope } from '@retentive/core';
import type { ReadFacts } from '../semantic/entity-names.ts';
import type { FactQuery, SemanticStore } from '../semantic/semantic-types.ts';

/** Names of the one whose memory a scope is: facts call them "user" until they have told their name. */
export const selfNames = ({ user }: Scope): readonly string[] => ['user', user];

/** Reads what a scope may read, as of the times of a query. */
export const readerOf =
  (semantic: SemanticStore, scope: Scope, times: Pick<FactQuery, 'asOf' | 'knownAt' | 'now'>): ReadFacts =>
  (query) =>
    semantic.facts({ ...times, ...query, accepts: (agent) => canRead(scope, agent) });
