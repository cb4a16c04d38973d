import { createHash } from 'node:crypto';
import type { ScopeState } from '../scope/scope-state.ts';
import type { ProjectionReport } from '../upkeep-types.ts';

/** A projection that lives in memory. */
export type StateProjection = Exclude<ProjectionReport['projection'], 'vectors'>;

/** Terms whose whole lists of postings are compared; of the others, in how many chunks they occur. */
const SEARCHED_TERMS = 64;

const digest = (items: Iterable<unknown>): string => {
  const hash = createHash('sha256');
  for (const item of items) hash.update(`${JSON.stringify(item)}\n`);
  return hash.digest('hex');
};

function* postingsOf({ lexical, episodic, analyze }: ScopeState): Generator<unknown> {
  const terms = new Set<string>();
  for (const { chunk } of episodic.chunksAfter(0)) for (const term of analyze(chunk.text)) terms.add(term);
  const sorted = [...terms].sort();
  yield lexical.size;
  for (const term of sorted) yield [term, lexical.inverseDocumentFrequency(term)];
  const step = Math.max(1, Math.floor(sorted.length / SEARCHED_TERMS));
  for (let at = 0; at < sorted.length; at += step) {
    const { ordinals, scores } = lexical.search([sorted[at] as string]);
    yield [...ordinals].sort((a, b) => a - b).map((ordinal) => [ordinal, scores[ordinal]]);
  }
}

function* messagesOf({ episodic }: ScopeState): Generator<unknown> {
  yield* episodic.messages();
  yield* episodic.chunksAfter(0);
}

function* factsOf({ semantic, factTerms }: ScopeState): Generator<unknown> {
  for (const { id, sequence } of factTerms.addedAfter(0)) yield [sequence, semantic.fact(id)];
  for (const { id } of semantic.believed()) yield id;
}

function* retentionOf({ retention, episodic }: ScopeState): Generator<unknown> {
  yield [retention.tokens, retention.archivedTokens];
  for (const { chunk } of episodic.chunksAfter(0)) yield retention.isArchived(chunk.position);
}

/** What each projection in memory holds, as a digest: two that were fed the same entries have the same one. */
export const digestScope = (state: ScopeState): Readonly<Record<StateProjection, string>> => ({
  messages: digest(messagesOf(state)),
  postings: digest(postingsOf(state)),
  facts: digest(factsOf(state)),
  core: digest(state.core.blocks()),
  jobs: digest(state.jobs.degraded),
  retention: digest(retentionOf(state)),
});
