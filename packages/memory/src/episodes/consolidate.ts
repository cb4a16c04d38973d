import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ChatModel,
  type Clock,
  canChange,
  isRetentiveError,
  type Operation,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { deriveId } from '../writing/derive-id.ts';
import { cutStretch } from './close-stretches.ts';
import type { EpisodeRecord } from './episode-store.ts';
import type { ConsolidateOptions, ConsolidateReport } from './episode-types.ts';
import { type EpisodeWriter, IDLE_MS, readStretch } from './episode-writer.ts';
import { coverageOf } from './extract-summary.ts';
import { type FactMerge, planMerges } from './merge-facts.ts';
import { askSummary, guardSummary } from './model-summary.ts';
import { planEpisode } from './plan-episode.ts';
import { planProfile } from './profile-lines.ts';
import { type EpisodeMessage, readUnits } from './sentence-units.ts';

/** What consolidation works with. */
export interface ConsolidateParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly surprisal: SurprisalSource;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly episodes: EpisodeWriter | undefined;
  /** Writes summaries, where one was given. */
  readonly summarizer: ChatModel | undefined;
  /** Whether the profile is written from what is known. */
  readonly profile: boolean;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_MODEL_CALLS = 8;

const wholeFrom = (name: string, least: number, value: number): number => {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RetentiveError('OPTION_INVALID', `${name} must be a whole number from ${least}, got ${value}`);
};

/** What one run may still do. */
interface Allowance {
  readonly signal: AbortSignal | undefined;
  operations: number;
  modelCalls: number;
  readonly isOver: () => boolean;
}

/** Names that facts call the user by. */
const namesOfUser = ({ semantic }: ScopeState, { user }: Pick<Scope, 'user'>): readonly string[] => [
  'user',
  user,
  ...semantic
    .same('user', 'name')
    .flatMap(({ agent, value }) => (agent === undefined && value !== undefined ? [value] : [])),
];

/** What closing would write where the scope may, as the background does it step by step. */
const planClosings = (
  { scope, key, surprisal }: Pick<ConsolidateParts, 'scope' | 'key' | 'surprisal'>,
  state: ScopeState,
  { now, tokenizer }: { readonly now: number; readonly tokenizer: Tokenizer },
): readonly Operation[] =>
  state.episodes.open().flatMap((stretch) => {
    if (!canChange(scope, stretch.agent)) return [];
    const { read, isWhole } = readStretch(stretch, state, stretch.messages.length);
    const isOver = isWhole && (stretch.isOver || now - stretch.lastAt > IDLE_MS);
    let from = 0;
    return cutStretch(read, isOver, tokenizer).closed.map((count) => {
      from += count;
      const tools = { analyze: state.analyze, tokenizer, surprisal: surprisal.openSession() };
      return planEpisode(key, stretch, read.slice(from - count, from), tools);
    });
  });

const messagesOf = ({ messages }: EpisodeRecord, { episodic }: ScopeState): readonly EpisodeMessage[] =>
  messages.flatMap(([id]) => {
    const message = episodic.message(id);
    return message === undefined ? [] : [{ ...message, tokens: episodic.sourceTokens(id) }];
  });

const asEntry = (operation: Operation): EntryBody => ({ kind: 'operation', operation });

/** Makes the part of a scope that consolidates what it holds. */
export const createConsolidation = (parts: ConsolidateParts): Pick<ScopedMemory, 'consolidate'> => {
  const { scope, key, load, journal, clock, surprisal, summarizer } = parts;
  const isOwn = (agent: string | undefined): boolean => canChange(scope, agent);

  /** Runs alone in the scope, on what is left of it when its turn comes. */
  const inLine = <Result>(state: ScopeState, run: (fresh: ScopeState) => Promise<Result>): Promise<Result> =>
    state.exclusively(async () => run(await load()));

  const summaryId = (record: EpisodeRecord, model: ChatModel): Operation['id'] =>
    deriveId('operation', key, 'summary', model.id, record.id);

  const unsummarised = (state: ScopeState, model: ChatModel): readonly EpisodeRecord[] =>
    [...state.episodes.episodes()].filter(
      (record) => isOwn(record.agent) && !state.episodes.has(summaryId(record, model)),
    );

  const profileOf = async (state: ScopeState): Promise<readonly Operation[]> => {
    // It tells of the user at large, from facts that no agent's path has.
    if (!parts.profile || !isOwn(undefined)) return [];
    const tokenizer = await parts.tokenizer();
    return planProfile({ key, state, names: namesOfUser(state, scope), now: clock.now(), tokenizer });
  };

  /** Merges that were never made: one that was undone is known by what came after it. */
  const newMerges = ({ semantic }: ScopeState): readonly FactMerge[] =>
    planMerges(key, semantic, isOwn).filter(
      ({ operations }) =>
        !operations.some(
          ({ id }) => semantic.operation(id) !== undefined || semantic.laterThan(id) !== undefined,
        ),
    );

  const merge = async ({ operations }: FactMerge): Promise<readonly Operation[]> => {
    await journal.append({ scope: key, entries: operations.map(asEntry) });
    return operations;
  };

  const mergeAll = async (state: ScopeState, allowance: Allowance): Promise<readonly Operation[]> => {
    const written: Operation[] = [];
    for (const planned of newMerges(state)) {
      await nextTurn();
      if (allowance.isOver()) break;
      // What changed since it was planned may have changed these two.
      const made = await inLine(state, async ({ semantic }) =>
        semantic.isBelieved(planned.keeper) && semantic.isBelieved(planned.duplicate) ? merge(planned) : [],
      );
      written.push(...made);
      allowance.operations -= made.length;
    }
    return written;
  };

  const writeProfile = (state: ScopeState, allowance: Allowance): Promise<readonly Operation[]> =>
    inLine(state, async (fresh) => {
      const operations = (await profileOf(fresh)).slice(0, Math.max(0, allowance.operations));
      if (operations.length > 0) await journal.append({ scope: key, entries: operations.map(asEntry) });
      allowance.operations -= operations.length;
      return operations;
    });

  const summaryOf = async (
    record: EpisodeRecord,
    state: ScopeState,
    model: ChatModel,
    signal: AbortSignal | undefined,
  ) => {
    const messages = messagesOf(record, state);
    const { text, usage } = await askSummary(model, messages, signal);
    const verbatim = record.summaries[0]?.parts ?? [];
    const { parts: summary } = guardSummary(text, messages, verbatim, state.analyze);
    const tools = {
      analyze: state.analyze,
      tokenizer: await parts.tokenizer(),
      surprisal: surprisal.openSession(),
    };
    const textOf = (part: (typeof summary)[number]): string =>
      'span' in part
        ? (state.episodic.source(part.span[0])?.text.slice(part.span[1], part.span[2]) ?? '')
        : part.text;
    const told = new Set(summary.flatMap((part) => state.analyze(textOf(part))));
    const coverage = coverageOf(readUnits(messages, tools), told);
    const id = summaryId(record, model);
    const { id: episode, agent } = record;
    const at = agent === undefined ? {} : { agent };
    const operation: Operation =
      summary.length === 0
        ? {
            id,
            kind: 'skip',
            ...at,
            target: { store: 'episode', id: episode },
            because: 'no sentence of the model was supported',
            sources: [],
          }
        : {
            id,
            kind: 'update',
            ...at,
            target: { store: 'episode', id: episode, summary, coverage },
            because: `summarised by ${model.id}`,
            sources: [],
          };
    return { operation, usage };
  };

  /** One after the other, so that each call finds the instructions of the one before it in the provider's cache. */
  const summariseAll = async (state: ScopeState, model: ChatModel, allowance: Allowance) => {
    const written: Operation[] = [];
    const tokens = { input: 0, output: 0 };
    let failed = 0;
    let calls = 0;
    for (const record of unsummarised(state, model)) {
      await nextTurn();
      if (allowance.isOver() || allowance.modelCalls <= 0) break;
      allowance.modelCalls -= 1;
      calls += 1;
      try {
        const { operation, usage } = await summaryOf(record, state, model, allowance.signal);
        tokens.input += usage?.inputTokens ?? 0;
        tokens.output += usage?.outputTokens ?? 0;
        await inLine(state, async ({ episodes }) => {
          // Forgotten while the model was at it: its words are not kept.
          const now = episodes.episode(record.id);
          if (now === undefined || now.messages.length !== record.messages.length) return;
          await journal.append({ scope: key, entries: [asEntry(operation)] });
          written.push(operation);
          allowance.operations -= 1;
        });
      } catch (error) {
        throwIfAborted(allowance.signal, 'consolidate');
        if (!isRetentiveError(error) || error.code.startsWith('STORE_')) throw error;
        // Asked again by the next run.
        failed += 1;
      }
    }
    return { written, tokens, failed, calls };
  };

  const plan = async (state: ScopeState): Promise<ConsolidateReport> => {
    const tokenizer = await parts.tokenizer();
    const closings =
      parts.episodes === undefined ? [] : planClosings(parts, state, { now: clock.now(), tokenizer });
    const merges = newMerges(state).flatMap(({ operations }) => operations);
    const operations = [...closings, ...merges, ...(await profileOf(state))];
    const waiting = summarizer === undefined ? 0 : unsummarised(state, summarizer).length;
    return {
      dryRun: true,
      operations,
      modelCalls: waiting,
      failedCalls: 0,
      tokens: { input: 0, output: 0 },
      done: operations.length + waiting === 0,
    };
  };

  return {
    async consolidate({
      dryRun = false,
      limit = DEFAULT_LIMIT,
      ms,
      modelCalls = DEFAULT_MODEL_CALLS,
      signal,
    }: ConsolidateOptions = {}) {
      wholeFrom('limit', 1, limit);
      wholeFrom('modelCalls', 0, modelCalls);
      if (ms !== undefined) wholeFrom('ms', 1, ms);
      throwIfAborted(signal, 'consolidate');
      const state = await load();
      if (dryRun) return plan(state);
      const since = clock.elapsed();
      const allowance: Allowance = {
        signal,
        operations: limit,
        modelCalls,
        isOver: () =>
          allowance.operations <= 0 ||
          (ms !== undefined && clock.elapsed() - since >= ms) ||
          signal?.aborted === true,
      };
      const operations: Operation[] = [];
      const stop = journal.subscribe(({ scope: of, body }) => {
        if (of.tenant !== key.tenant || of.user !== key.user || body.kind !== 'operation') return;
        const { kind, target, agent } = body.operation;
        if (target.store === 'episode' && kind === 'add' && isOwn(agent)) operations.push(body.operation);
      });
      try {
        allowance.operations -=
          (await parts.episodes?.close(key, { limit, isOver: allowance.isOver, accepts: isOwn, signal })) ??
          0;
      } finally {
        stop();
      }
      operations.push(...(await mergeAll(state, allowance)));
      if (!allowance.isOver()) operations.push(...(await writeProfile(state, allowance)));
      const asked = summarizer === undefined ? undefined : await summariseAll(state, summarizer, allowance);
      operations.push(...(asked?.written ?? []));
      throwIfAborted(signal, 'consolidate');
      return {
        dryRun: false,
        operations,
        modelCalls: asked?.calls ?? 0,
        failedCalls: asked?.failed ?? 0,
        tokens: asked?.tokens ?? { input: 0, output: 0 },
        done:
          !allowance.isOver() &&
          (asked?.failed ?? 0) === 0 &&
          (summarizer === undefined || unsummarised(state, summarizer).length === 0),
      };
    },
  };
};
