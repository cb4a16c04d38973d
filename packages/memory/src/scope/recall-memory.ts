import {
  assertNever,
  type Clock,
  type Context,
  type Fact,
  type IdSource,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import { buildContext } from '../context/build-context.ts';
import type { FactOrigin } from '../context/layout-facts.ts';
import type { ToldParts } from '../context/layout-told.ts';
import { rebuildContext, sentContextOf } from '../context/sent-context.ts';
import { keptExamples } from '../examples/example-expiry.ts';
import { findExamples } from '../examples/find-examples.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { ContextOptions } from '../reading-types.ts';
import { isProposable } from '../retrieval/candidates.ts';
import { findFacts, isProposableFact } from '../retrieval/fact-candidates.ts';
import { type Found, mergeFound } from '../retrieval/merge-found.ts';
import { recallChunks } from '../retrieval/recall-chunks.ts';
import { findRelated } from '../retrieval/related-entities.ts';
import { NO_GAINS, relatedGains } from '../retrieval/related-gains.ts';
import { findNotes, findSummaries } from '../retrieval/told-candidates.ts';
import { findBoosts } from './context-boosts.ts';
import { parseContextOptions, type WantedContext } from './context-options.ts';
import { readerOf, selfNames } from './entity-reader.ts';
import type { MemoryParts } from './memory-parts.ts';
import type { ScopeState } from './scope-state.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** Candidates for each token of the budget beyond the default number: a line has at least so many. */
const TOKENS_PER_CANDIDATE = 8;
const LEAST_CANDIDATES = 400;

/** Who said what a fact rests on, by its first source. */
const originOf = ({ sources }: Fact, { episodic }: ScopeState): FactOrigin | undefined => {
  const [first] = sources;
  const header = first === undefined ? undefined : episodic.source(first.source)?.header;
  if (header === undefined) return undefined;
  if (header.type === 'document') return { speaker: header.title, time: header.time };
  const { role, speaker = role, time, timeZone } = header;
  return { speaker, time, timeZone };
};

/** What is looked for in a scope: what the options leave out, and how much. */
type Looked = Parameters<typeof recallChunks>[2];

/** Chunks and facts that may stand in a context, those that relations lead to among them. */
const findItems = (
  text: string,
  state: ScopeState,
  { related, archive }: Pick<ContextOptions, 'related' | 'archive'>,
  looked: Looked,
): Found => {
  const { semantic } = state;
  const { scope, now, asOf } = looked;
  const reading = { scope, now, asOf };
  const relations = {
    ...state,
    read: readerOf(semantic, scope, { now, asOf }),
    accepts: isProposableFact(semantic, reading),
    self: selfNames(scope),
  };
  const gains = related === false ? NO_GAINS : relatedGains(findRelated(text, relations), relations);
  const sources = archive ? { ...state, archived: state } : state;
  return {
    candidates: recallChunks(text, sources, { ...looked, related: gains.chunks }),
    facts: findFacts(text, state, { ...reading, limit: LEAST_CANDIDATES, related: gains.facts }),
  };
};

/** What recalling works with. */
export interface RecallParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly scopes: MemoryParts['scopes'];
  readonly journal: Journal;
  readonly vectors: VectorRegistry;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: MemoryParts['events'];
  readonly background: MemoryParts['background'];
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly accesses: MemoryParts['accesses'];
  readonly retain: MemoryParts['retain'];
}

/** Chunks and facts that a context shows; core memory is in all of them. */
const usedItems = ({ items }: Context): readonly string[] =>
  items.flatMap(({ source }): readonly string[] => {
    switch (source.type) {
      case 'message':
      case 'document':
        return source.chunks;
      case 'fact':
        return [source.fact];
      case 'episode':
      case 'note':
      case 'core':
      case 'example':
        return [];
      default:
        return assertNever(source);
    }
  });

interface LookedExamples {
  readonly scope: Scope;
  readonly state: ScopeState;
  readonly now: number;
  readonly retainMs: number | undefined;
}

/** What writers and summaries tell, for a context that has room for it. */
const toldFor = (
  { text, notes, episodes, asOf: until }: WantedContext,
  looked: Looked,
  { scope, state, now, retainMs }: LookedExamples,
): ToldParts => {
  const isKept = keptExamples(state, now, retainMs);
  // Summaries tell of what has left the working set, too.
  const everywhere = { ...looked, isHidden: undefined };
  return {
    notes: { share: notes, candidates: notes === 0 ? [] : findNotes(text, state, { scope, until, isKept }) },
    episodes: {
      share: episodes,
      candidates:
        episodes === 0 || state.episodes.size === 0
          ? []
          : findSummaries(recallChunks(text, { ...state, archived: state }, everywhere), state, everywhere),
    },
  };
};

/** Earlier answers for a context that asks for some. */
const examplesFor = (
  { text, examples: share, asOf: until }: WantedContext,
  { scope, state, now, retainMs }: LookedExamples,
) => {
  const { examples, analyze } = state;
  const isKept = keptExamples(state, now, retainMs);
  return {
    share,
    candidates: share === 0 ? [] : findExamples(text, examples, { scope, analyze, until, isKept }),
  };
};

/** Makes the reading side of a scope: contexts. */
export const createRecallMemory = (parts: RecallParts): Pick<ScopedMemory, 'context' | 'sentContext'> => {
  const {
    scope,
    key,
    load,
    journal,
    scopes,
    vectors,
    clock,
    ids,
    events,
    tokenizer,
    accesses,
    background,
    retain,
  } = parts;
  return {
    async sentContext(id, { signal } = {}) {
      throwIfAborted(signal, 'sentContext');
      const state = await load();
      for await (const { body, recordedAt } of journal.read({ scope: key, signal })) {
        if (body.kind !== 'context' || body.context.id !== id) continue;
        const factOrigin = (fact: Fact): FactOrigin | undefined => originOf(fact, state);
        const rebuilt = rebuildContext(body.context, { scope, state, factOrigin });
        return { id, renderer: body.context.renderer, recordedAt, ...rebuilt };
      }
      throw new RetentiveError('OPTION_INVALID', `no context "${id}" was sent in this scope`);
    },
    async context(query, options) {
      const wanted = parseContextOptions(query, options ?? {}, scope);
      return accesses.reading(key, async (log) => {
        const { text, budget, thread: named, asOf, until, exclude, archive, related } = wanted;
        const { access, sent, excerpts, signal } = wanted;
        const now = wanted.now ?? clock.now();
        throwIfAborted(signal, 'context');
        const started = clock.elapsed();
        const present = await load();
        // What was known then is what a replay up to then shows: core memory, ranking and working set included.
        const state = until === undefined ? present : await scopes.replay(key, until, { signal });
        throwIfAborted(signal, 'context');
        const reading = {
          scope,
          asOf,
          exclude: new Set(exclude),
          thread: named,
          now,
          excerpts,
          ...(archive
            ? {}
            : {
                isHidden: (position: number) =>
                  state.retention.isArchived(position) && state.excerptAt(position) === undefined,
              }),
        };
        const limit = Math.max(LEAST_CANDIDATES, Math.ceil(budget.tokens / TOKENS_PER_CANDIDATE));
        const isProposed = isProposable(reading);
        const meaning = await findBoosts(vectors, key, present, text, {
          // Vectors are of the present; what they may find is not.
          isProposed: ({ id }) => {
            const chunk = state.episodic.chunk(id);
            return chunk !== undefined && isProposed(chunk);
          },
          limit,
          ms: budget.ms,
          signal,
        });
        const looked = { ...reading, limit, boosts: meaning.boosts };
        const find = (wording: string) => findItems(wording, state, { related, archive }, looked);
        const { candidates, facts } = mergeFound(find(text), wanted.also.map(find), limit);
        const kept = { scope, state, now, retainMs: retain(key) };
        const context = buildContext({
          id: ids.create('context'),
          candidates,
          facts,
          factOrigin: (fact) => originOf(fact, state),
          examples: examplesFor(wanted, kept),
          told: toldFor(wanted, looked, kept),
          adaptive: wanted.adaptive,
          core: state.core.blocks(),
          budget: budget.tokens,
          tokenizer: await tokenizer(),
          calendar: state.calendar,
          lineTokens: state.lineTokens,
          sourceTokens: state.sourceTokens,
          degraded: [
            ...state.jobs.degraded,
            ...(background?.isBehind(scope.tenant) === true ? ['writing'] : []),
            ...meaning.degraded,
          ],
        });
        const { tenant, user } = scope;
        const { id, tokens } = context;
        events.emit('context:built', { scope: { tenant, user }, context: id, tokens, budget: budget.tokens });
        if (sent) log.sent(sentContextOf(context, state));
        if (access && until === undefined) log.note(usedItems(context));
        const late = budget.ms !== undefined && clock.elapsed() - started > budget.ms;
        return late ? { ...context, degraded: [...context.degraded, 'deadline'] } : context;
      });
    },
  };
};
