import {
  assertNever,
  type Clock,
  type Context,
  DEFAULT_BUDGET,
  type Fact,
  type IdSource,
  parseBudget,
  parseLabel,
  parseTime,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import { buildContext } from '../context/build-context.ts';
import type { FactOrigin } from '../context/layout-facts.ts';
import { rebuildContext, sentContextOf } from '../context/sent-context.ts';
import { keptExamples } from '../examples/example-expiry.ts';
import { findExamples } from '../examples/find-examples.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { ContextOptions } from '../reading-types.ts';
import { type Candidate, isProposable } from '../retrieval/candidates.ts';
import { type FactCandidate, findFacts, isProposableFact } from '../retrieval/fact-candidates.ts';
import { recallChunks } from '../retrieval/recall-chunks.ts';
import { findRelated } from '../retrieval/related-entities.ts';
import { NO_GAINS, relatedGains } from '../retrieval/related-gains.ts';
import { findBoosts } from './context-boosts.ts';
import { readerOf, selfNames } from './entity-reader.ts';
import type { MemoryParts } from './memory-parts.ts';
import type { ScopeState } from './scope-state.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** The longest query, in UTF-16 units: past it a question is a document. */
const MAX_QUERY_LENGTH = 65_536;

/** Candidates for each token of the budget beyond the default number: a line has at least so many. */
const TOKENS_PER_CANDIDATE = 8;
const LEAST_CANDIDATES = 400;

/** @throws QUERY_INVALID */
export const parseQuery = (query: unknown): string => {
  if (typeof query === 'string' && query.length <= MAX_QUERY_LENGTH) return query;
  const got = typeof query === 'string' ? `${query.length} characters` : typeof query;
  throw new RetentiveError(
    'QUERY_INVALID',
    `a query is text of at most ${MAX_QUERY_LENGTH} characters, got ${got}`,
  );
};

/** More than a quarter of a budget for how things were answered leaves too little for what was said. */
const MOST_EXAMPLES = 0.25;

const checkOptions = ({ exclude, now, access, sent, examples, related, effort }: ContextOptions): void => {
  if (effort !== undefined && effort !== 'full' && effort !== 'adaptive') {
    throw new RetentiveError(
      'OPTION_INVALID',
      `effort is "full" or "adaptive", got ${JSON.stringify(effort)}`,
    );
  }
  if (examples !== undefined && !(examples >= 0 && examples <= MOST_EXAMPLES)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `examples is a share of the budget from 0 to ${MOST_EXAMPLES}, got ${String(examples)}`,
    );
  }
  if (exclude !== undefined && !Array.isArray(exclude)) {
    throw new RetentiveError('OPTION_INVALID', `exclude is a list of message ids, got ${typeof exclude}`);
  }
  for (const [name, value] of Object.entries({ access, sent, related })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new RetentiveError('OPTION_INVALID', `${name} is true or false, got ${typeof value}`);
    }
  }
  if (now !== undefined && !Number.isFinite(now)) {
    throw new RetentiveError('OPTION_INVALID', `now is a moment in ms since epoch, got ${String(now)}`);
  }
};

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
): { readonly candidates: readonly Candidate[]; readonly facts: readonly FactCandidate[] } => {
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
      case 'core':
      case 'example':
        return [];
      default:
        return assertNever(source);
    }
  });

/** What a context is asked for, checked and with its defaults. @throws as `context` */
const parseContextOptions = (query: unknown, options: ContextOptions, scope: Scope) => {
  const {
    thread,
    archive = false,
    related = true,
    access = true,
    sent = false,
    examples = 0,
    effort = 'full',
    asOf,
    knownAt,
    budget,
  } = options;
  const text = parseQuery(query);
  checkOptions(options);
  return {
    text,
    archive,
    related,
    access,
    sent,
    examples,
    adaptive: effort === 'adaptive',
    exclude: options.exclude,
    now: options.now,
    signal: options.signal,
    budget: parseBudget(budget === undefined ? DEFAULT_BUDGET : budget),
    thread: thread === undefined ? scope.thread : parseLabel('thread', thread),
    asOf: asOf === undefined ? undefined : parseTime('asOf', asOf, 'OPTION_INVALID'),
    until: knownAt === undefined ? undefined : parseTime('knownAt', knownAt, 'OPTION_INVALID'),
  };
};

interface LookedExamples {
  readonly scope: Scope;
  readonly state: ScopeState;
  readonly now: number;
  readonly retainMs: number | undefined;
}

/** Earlier answers for a context that asks for some. */
const examplesFor = (
  { text, examples: share, asOf: until }: ReturnType<typeof parseContextOptions>,
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
        const { access, sent, signal } = wanted;
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
        const { candidates, facts } = findItems(text, state, { related, archive }, looked);
        const context = buildContext({
          id: ids.create('context'),
          candidates,
          facts,
          factOrigin: (fact) => originOf(fact, state),
          examples: examplesFor(wanted, { scope, state, now, retainMs: retain(key) }),
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
