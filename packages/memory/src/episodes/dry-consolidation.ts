import { setImmediate as nextTurn } from 'node:timers/promises';
import { canChange, type Operation, type Scope, type Tokenizer, throwIfAborted } from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { ScopeKey } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { DeriveFacts } from '../writing/derive-facts.ts';
import { cutStretch } from './close-stretches.ts';
import { IDLE_MS, readStretch } from './episode-writer.ts';
import { planEpisode } from './plan-episode.ts';

/** What closing would write where the scope may, as the background does it step by step. */
export const planClosings = (
  {
    scope,
    key,
    surprisal,
  }: { readonly scope: Scope; readonly key: ScopeKey; readonly surprisal: SurprisalSource },
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

/** Applies operations to projections that are nobody else's, as the journal would tell of them. */
export const pretend = (
  key: ScopeKey,
  fork: ScopeState,
  operations: readonly Operation[],
  recordedAt: number,
): void => {
  for (const operation of operations)
    fork.apply({
      sequence: fork.episodic.sequence + 1,
      scope: key,
      recordedAt,
      body: { kind: 'operation', operation },
    });
};

/** What deriving would write in projections that are nobody else's: they have it afterwards. At most about `limit`. */
export const planDerivations = async (
  key: ScopeKey,
  fork: ScopeState,
  derive: DeriveFacts,
  options: {
    readonly agent: string | undefined;
    readonly limit: number;
    readonly looking: number;
    readonly now: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<readonly Operation[]> => {
  const planned: Operation[] = [];
  const { agent, looking, limit, now, signal } = options;
  while (planned.length < limit) {
    await nextTurn();
    throwIfAborted(signal, 'consolidate');
    const { operations, done } = await derive(key, fork, {
      agent,
      looking,
      limit: limit - planned.length,
      write: async (drawn) => pretend(key, fork, drawn, now),
    });
    planned.push(...operations);
    if (done) break;
  }
  return planned;
};
