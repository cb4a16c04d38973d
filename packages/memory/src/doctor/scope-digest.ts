import { createHash } from 'node:crypto';
import type { Chunk } from '@retentive/core';
import type { ScopeState } from '../scope/scope-state.ts';
import type { ProjectionReport } from '../upkeep-types.ts';

/** A projection that lives in memory. */
export type StateProjection = Exclude<ProjectionReport['projection'], 'archive' | 'vectors'>;

/** Terms whose whole lists of postings are compared; of the others, in how many chunks they occur. */
const SEARCHED_TERMS = 64;

const digest = (items: Iterable<unknown>): string => {
  const hash = createHash('sha256');
  for (const item of items) hash.update(`${JSON.stringify(item)}\n`);
  return hash.digest('hex');
};

/** Of the working set, excerpts too, in the order of what was said: when one came back is not told by the journal. */
const chunksOf = ({ episodic, excerpts }: ScopeState): readonly Chunk[] =>
  [...episodic.chunksAfter(0), ...excerpts()]
    .map(({ chunk }) => chunk)
    .sort((a, b) => a.position - b.position);

function* postingsOf(state: ScopeState): Generator<unknown> {
  const { lexical, analyze } = state;
  const terms = new Set<string>();
  for (const chunk of chunksOf(state)) for (const term of analyze(chunk.text)) terms.add(term);
  const sorted = [...terms].sort();
  yield lexical.size;
  for (const term of sorted) yield [term, lexical.inverseDocumentFrequency(term)];
  const step = Math.max(1, Math.floor(sorted.length / SEARCHED_TERMS));
  for (let at = 0; at < sorted.length; at += step) {
    const { ordinals, scoreOf } = lexical.search([sorted[at] as string]);
    yield [...ordinals].sort((a, b) => a - b).map((ordinal) => [ordinal, scoreOf(ordinal)]);
  }
}

function* messagesOf(state: ScopeState): Generator<unknown> {
  yield* state.episodic.messages();
  yield* chunksOf(state);
}

/** What operations made: facts, and outcomes of past turns. */
function* factsOf({ semantic, factTerms, examples }: ScopeState): Generator<unknown> {
  for (const { id, sequence } of factTerms.addedAfter(0)) yield [sequence, semantic.fact(id)];
  for (const { id } of semantic.believed()) yield id;
  for (const { example } of examples.examples()) yield example;
}

function* retentionOf(state: ScopeState): Generator<unknown> {
  const { tokens, archivedTokens } = state.retention;
  yield [tokens, archivedTokens];
  for (const { position } of chunksOf(state)) yield position;
}

/** What each projection in memory holds, as a digest: two that were fed the same entries have the same one. */
export const digestScope = (state: ScopeState): Readonly<Record<StateProjection, string>> => {
  state.settle();
  return {
    messages: digest(messagesOf(state)),
    postings: digest(postingsOf(state)),
    facts: digest(factsOf(state)),
    core: digest(state.core.blocks()),
    jobs: digest(state.jobs.degraded),
    retention: digest(retentionOf(state)),
  };
};
