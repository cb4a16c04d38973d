import { canRead, type Fact, type Scope } from '@retentive/core';
import { contains } from '../semantic/fact-record.ts';
import type { FactTerms } from '../semantic/fact-terms.ts';
import type { SemanticStore } from '../semantic/semantic-store.ts';

/** A fact that retrieval proposes. */
export interface FactCandidate {
  readonly fact: Fact;
  /** Cosine of its words and the query's, 0 to 1. */
  readonly score: number;
}

/** What facts are proposed for. */
export interface FactCandidateOptions {
  readonly scope: Scope;
  /** The present, ms since epoch. */
  readonly now: number;
  /** Valid time; default what has not ended by `now`. */
  readonly asOf?: number | undefined;
  readonly limit: number;
}

/**
 * The least cosine of a fact worth a line: a fact of three words shares at least two of them with a short question. Below
 * it, facts that only name the same person crowd in.
 */
const LEAST_COSINE = 0.45;

/** Believed facts whose words are near the query's, best first. Pure given the projections. */
export const findFacts = (
  query: string,
  { factTerms, semantic }: { readonly factTerms: FactTerms; readonly semantic: SemanticStore },
  { scope, now, asOf, limit }: FactCandidateOptions,
): readonly FactCandidate[] => {
  const found: FactCandidate[] = [];
  for (const { id, score } of factTerms.nearest(query)) {
    if (score < LEAST_COSINE || found.length === limit) break;
    const fact = semantic.fact(id);
    if (fact === undefined || fact.recorded.until !== undefined || !canRead(scope, fact.agent)) continue;
    if (fact.expiresAt !== undefined && fact.expiresAt <= now) continue;
    const holds =
      asOf === undefined
        ? fact.valid.until === undefined || fact.valid.until > now
        : contains(fact.valid, asOf);
    if (holds) found.push({ fact, score });
  }
  return found;
};
