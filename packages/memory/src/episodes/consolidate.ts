import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ChatModel,
  type Clock,
  canChange,
  type Operation,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';
import type { KeyedLine } from '../keyed-line.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { TruthParts } from '../scope/memory-parts.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { Allowance } from './allowance.ts';
import { planClosings, planDerivations, pretend } from './dry-consolidation.ts';
import type { ConsolidateOptions, ConsolidateReport } from './episode-types.ts';
import type { EpisodeWriter } from './episode-writer.ts';
import { type FactMerge, planMerges } from './merge-facts.ts';
import { planProfile } from './profile-lines.ts';
import { createSummariser, type Summarised } from './summarise-episodes.ts';

/** What consolidation works with. */
export interface ConsolidateParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly scopes: Pick<ScopeRegistry, 'replay'>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly surprisal: SurprisalSource;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly truth: Pick<TruthParts, 'derive' | 'rules'>;
  readonly episodes: EpisodeWriter | undefined;
  /** Writes summaries, where one was given. */
  readonly summarizer: ChatModel | undefined;
  /** Whether the profile is written from what is known. */
  readonly profile: boolean;
  /** One run of a scope at a time, whoever asks for it. */
  readonly consolidating: KeyedLine;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_MODEL_CALLS = 8;

/** Facts that rules look at before everything else in the process has its turn: some ten milliseconds. */
const LOOKING_OF_A_STEP = 20_000;

/** Most conclusions that a dry run draws: as many as one change of a scope. */
const MOST_PLANNED = 16_000;

const NOTHING_SUMMARISED: Summarised = { written: [], calls: 0, failed: 0, tokens: { input: 0, output: 0 } };

const wholeFrom = (name: string, least: number, value: number): number => {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RetentiveError('OPTION_INVALID', `${name} must be a whole number from ${least}, got ${value}`);
};

/** Names that facts call the user by. */
const namesOfUser = ({ semantic }: ScopeState, { user }: Pick<Scope, 'user'>): readonly string[] => [
  'user',
  user,
  ...semantic
    .same('user', 'name')
    .flatMap(({ agent, value }) => (agent === undefined && value !== undefined ? [value] : [])),
];

const asEntry = (operation: Operation): EntryBody => ({ kind: 'operation', operation });

/** Makes the part of a scope that consolidates what it holds. */
export const createConsolidation = (parts: ConsolidateParts): Pick<ScopedMemory, 'consolidate'> => {
  const { scope, key, load, journal, clock, surprisal, summarizer, truth } = parts;
  const isOwn = (agent: string | undefined): boolean => canChange(scope, agent);

  const inLine = <Result>(state: ScopeState, run: (fresh: ScopeState) => Promise<Result>): Promise<Result> =>
    state.exclusively(async () => run(await load()));

  const summariser =
    summarizer === undefined
      ? undefined
      : createSummariser({
          key,
          journal,
          surprisal,
          tokenizer: parts.tokenizer,
          model: summarizer,
          isOwn,
          inLine,
        });

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

  /** What follows by the rules, a step at a time: rules that are new here, and what a change did not come through. */
  const deriveAll = async (state: ScopeState, allowance: Allowance): Promise<readonly Operation[]> => {
    const written: Operation[] = [];
    for (let isDone = truth.rules.length === 0; !isDone; ) {
      await nextTurn();
      if (allowance.isOver()) break;
      const { operations, done } = await inLine(state, (fresh) =>
        truth.derive(key, fresh, {
          agent: scope.agent,
          limit: allowance.operations,
          looking: LOOKING_OF_A_STEP,
          signal: allowance.signal,
        }),
      );
      written.push(...operations);
      allowance.operations -= operations.length;
      isDone = done;
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

  const plan = async (signal: AbortSignal | undefined): Promise<ConsolidateReport> => {
    const now = clock.now();
    const state = await load();
    const tokenizer = await parts.tokenizer();
    const closings = parts.episodes === undefined ? [] : planClosings(parts, state, { now, tokenizer });
    const merges = newMerges(state).flatMap(({ operations }) => operations);
    // What is derived rests on what is merged, and the profile on both: they are worked out on projections of their own.
    const fork =
      truth.rules.length === 0
        ? undefined
        : await parts.scopes.replay(key, Number.POSITIVE_INFINITY, { signal });
    if (fork !== undefined) pretend(key, fork, merges, now);
    const looking = { agent: scope.agent, limit: MOST_PLANNED, looking: LOOKING_OF_A_STEP, now, signal };
    const derived = fork === undefined ? [] : await planDerivations(key, fork, truth.derive, looking);
    const operations = [...closings, ...merges, ...derived, ...(await profileOf(fork ?? state))];
    const waiting = summariser?.waiting(state).length ?? 0;
    return {
      dryRun: true,
      operations,
      modelCalls: waiting,
      failedCalls: 0,
      tokens: { input: 0, output: 0 },
      done: operations.length + waiting === 0,
    };
  };

  const closeAll = async (
    limit: number,
    { isOver, signal }: Pick<Allowance, 'isOver' | 'signal'>,
  ): Promise<readonly Operation[]> => {
    const operations: Operation[] = [];
    const stop = journal.subscribe(({ scope: of, body }) => {
      if (of.tenant !== key.tenant || of.user !== key.user || body.kind !== 'operation') return;
      const { kind, target, agent } = body.operation;
      if (target.store === 'episode' && kind === 'add' && isOwn(agent)) operations.push(body.operation);
    });
    try {
      await parts.episodes?.close(key, { limit, isOver, accepts: isOwn, signal });
    } finally {
      stop();
    }
    return operations;
  };

  const run = async (allowance: Allowance): Promise<ConsolidateReport> => {
    const state = await load();
    const operations = [...(await closeAll(allowance.operations, allowance))];
    allowance.operations -= operations.length;
    operations.push(...(await mergeAll(state, allowance)), ...(await deriveAll(state, allowance)));
    if (!allowance.isOver()) operations.push(...(await writeProfile(state, allowance)));
    const asked = (await summariser?.run(state, allowance)) ?? NOTHING_SUMMARISED;
    operations.push(...asked.written);
    throwIfAborted(allowance.signal, 'consolidate');
    return {
      dryRun: false,
      operations,
      modelCalls: asked.calls,
      failedCalls: asked.failed,
      tokens: asked.tokens,
      done: !allowance.isOver() && asked.failed === 0 && (summariser?.waiting(state).length ?? 0) === 0,
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
      if (dryRun) return plan(signal);
      return parts.consolidating.run(
        key,
        () => {
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
          return run(allowance);
        },
        { signal },
      );
    },
  };
};
