import { canRead, type Fact, type FactId, type Scope } from '@retentive/core';
import { contains } from '../semantic/fact-record.ts';
import type { FactTerms } from '../semantic/fact-terms.ts';
import type { SemanticStore } from '../semantic/semantic-store.ts';

/** A fact that retrieval proposes. */
export interface FactCandidate {
  readonly fact: Fact;
  /** Cosine of its words and the query's, or how surely it is about what the query leads to; 0 to 1. */
  readonly score: number;
  /** The query leads to it by a relation. */
  readonly isRelated?: boolean | undefined;
}

/** What facts are proposed for. */
export interface FactCandidateOptions {
  readonly scope: Scope;
  /** The present, ms since epoch. */
  readonly now: number;
  /** Valid time; default what nothing has replaced. */
  readonly asOf?: number | undefined;
  readonly limit: number;
  /** Facts that the query leads to by a relation. */
  readonly related?: readonly FactCandidate[] | undefined;
}

/**
 * The least cosine of a fact worth a line: a fact of three words shares at least two of them with a short question. Below
 * it, facts that only name the same person crowd in.
 */
const LEAST_COSINE = 0.45;

/** Tells which facts may be proposed at all. */
export const isProposableFact =
  (
    semantic: Pick<SemanticStore, 'isBelieved' | 'fact'>,
    { scope, now, asOf }: Omit<FactCandidateOptions, 'limit'>,
  ): ((id: FactId) => boolean) =>
  (id) => {
    const fact = semantic.isBelieved(id) ? semantic.fact(id) : undefined;
    if (fact === undefined || !canRead(scope, fact.agent)) return false;
    if (fact.expiresAt !== undefined && fact.expiresAt <= now) return false;
    // What happened once has ended and is still so; only what the world has since replaced is left out.
    return asOf === undefined ? fact.status === 'current' : contains(fact.valid, asOf);
  };

/** Believed facts whose words are near the query's, and those it leads to, best first. Pure given the projections. */
export const findFacts = (
  query: string,
  { factTerms, semantic }: { readonly factTerms: FactTerms; readonly semantic: SemanticStore },
  { related = [], limit, ...reading }: FactCandidateOptions,
): readonly FactCandidate[] => {
  const near = factTerms
    .nearest(query, limit, isProposableFact(semantic, reading))
    .filter(({ score }) => score >= LEAST_COSINE)
    .flatMap(({ id, score }): readonly FactCandidate[] => {
      const fact = semantic.fact(id);
      return fact === undefined ? [] : [{ fact, score }];
    });
  const byWords = new Map(near.map((candidate) => [candidate.fact.id, candidate.score]));
  const further = related.filter(({ fact, score }) => score > (byWords.get(fact.id) ?? 0));
  if (further.length === 0) return near;
  const moved = new Set(further.map(({ fact }) => fact.id));
  return [...near.filter(({ fact }) => !moved.has(fact.id)), ...further].sort((a, b) => b.score - a.score);
};
