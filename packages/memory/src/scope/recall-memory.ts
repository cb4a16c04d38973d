import {
  type Clock,
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
import type { ScopeKey } from '../journal/journal.ts';
import type { ContextOptions, ScopedMemory } from '../memory-types.ts';
import { findCandidates, isProposable } from '../retrieval/candidates.ts';
import { findFacts } from '../retrieval/fact-candidates.ts';
import { findBoosts } from './context-boosts.ts';
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

const checkOptions = ({ exclude, now }: ContextOptions): void => {
  if (exclude !== undefined && !Array.isArray(exclude)) {
    throw new RetentiveError('OPTION_INVALID', `exclude is a list of message ids, got ${typeof exclude}`);
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

/** What recalling works with. */
export interface RecallParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly vectors: VectorRegistry;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: MemoryParts['events'];
  readonly background: MemoryParts['background'];
  readonly tokenizer: () => Promise<Tokenizer>;
}

/** Makes the reading side of a scope: contexts. */
export const createRecallMemory = (parts: RecallParts): Pick<ScopedMemory, 'context'> => {
  const { scope, key, load, vectors, clock, ids, events, tokenizer, background } = parts;
  return {
    async context(query, options) {
      const {
        exclude,
        thread,
        archive = false,
        asOf,
        now = clock.now(),
        signal,
        budget: wanted,
      } = options ?? {};
      const text = parseQuery(query);
      checkOptions(options ?? {});
      const budget = parseBudget(wanted === undefined ? DEFAULT_BUDGET : wanted);
      const named = thread === undefined ? scope.thread : parseLabel('thread', thread);
      throwIfAborted(signal, 'context');
      const started = clock.elapsed();
      const state = await load();
      throwIfAborted(signal, 'context');
      const reading = {
        scope,
        exclude: new Set(exclude),
        thread: named,
        now,
        ...(archive ? {} : { isHidden: state.retention.isArchived }),
      };
      const limit = Math.max(LEAST_CANDIDATES, Math.ceil(budget.tokens / TOKENS_PER_CANDIDATE));
      const isProposed = isProposable(reading);
      const meaning = await findBoosts(vectors, key, state, text, {
        isProposed,
        limit,
        ms: budget.ms,
        signal,
      });
      const candidates = findCandidates(text, state, { ...reading, limit, boosts: meaning.boosts });
      const facts = findFacts(text, state, {
        scope,
        now,
        limit: LEAST_CANDIDATES,
        ...(asOf === undefined ? {} : { asOf: parseTime('asOf', asOf, 'OPTION_INVALID') }),
      });
      const context = buildContext({
        id: ids.create('context'),
        candidates,
        facts,
        factOrigin: (fact) => originOf(fact, state),
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
      const late = budget.ms !== undefined && clock.elapsed() - started > budget.ms;
      return late ? { ...context, degraded: [...context.degraded, 'deadline'] } : context;
    },
  };
};
