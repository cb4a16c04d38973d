import { canRead, type Fact, type FactId, type Scope } from '@retentive/core';
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
  /** Valid time; default what nothing has replaced. */
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
  const accept = (id: FactId): boolean => {
    const fact = semantic.isBelieved(id) ? semantic.fact(id) : undefined;
    if (fact === undefined || !canRead(scope, fact.agent)) return false;
    if (fact.expiresAt !== undefined && fact.expiresAt <= now) return false;
    // What happened once has ended and is still so; only what the world has since replaced is left out.
    return asOf === undefined ? fact.status === 'current' : contains(fact.valid, asOf);
  };
  return factTerms
    .nearest(query, limit, accept)
    .filter(({ score }) => score >= LEAST_COSINE)
    .flatMap(({ id, score }) => {
      const fact = semantic.fact(id);
      return fact === undefined ? [] : [{ fact, score }];
    });
};
