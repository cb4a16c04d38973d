import {
  type ChatModel,
  type Clock,
  isRetentiveError,
  type MemoryEventBus,
  type Wait,
} from '@retentive/core';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';
import type { ConsolidationStats } from '../upkeep-types.ts';
import { createPacedClock } from '../writing/paced-clock.ts';
import { createDueScopes, nameOfScope } from './due-scopes.ts';
import type { ConsolidateOptions, ConsolidateReport } from './episode-types.ts';
import { IDLE_MS } from './episode-writer.ts';

/** When memory puts its scopes in order by itself, and how much that may take. */
export interface ConsolidationChoice {
  /** A scope is looked at when nothing was written to it for so long, in ms. Default one minute. */
  readonly idleMs?: number | undefined;
  /** One that goes on is looked at each time that so many tokens were said in it. Default 16,384. */
  readonly everyTokens?: number | undefined;
  /** Most operations of a part, about; between two parts everything else has its turn. Default 20. */
  readonly limit?: number | undefined;
  /** Most calls of the `summarizer` in an hour, of all scopes together. Default 0: it is asked by `consolidate` only. */
  readonly modelCallsPerHour?: number | undefined;
}

/** The same with its defaults. */
export type ConsolidationLimits = {
  readonly [Name in keyof ConsolidationChoice]-?: NonNullable<ConsolidationChoice[Name]>;
};

/** What consolidating in the background works with. */
export interface IdleConsolidationParts {
  readonly journal: Pick<Journal, 'subscribe' | 'scopes'>;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly events: MemoryEventBus;
  /** Puts a part of a scope in order, as `consolidate` does. */
  readonly consolidate: (
    key: ScopeKey,
    options: ConsolidateOptions & {
      /** Told of each call of the model before it is made: also of those of a run that fails after them. */
      readonly onModelCall: () => void;
    },
  ) => Promise<ConsolidateReport>;
  /** Whether something of a scope is still open, and may be over later. */
  readonly isOpen: (key: ScopeKey) => Promise<boolean>;
}

/** Consolidates scopes in this process, one part at a time, when nobody writes to them. */
export interface IdleConsolidation {
  /** Takes up every scope of the journal: what a process that died had left is found there. */
  start(): Promise<void>;
  readonly stats: ConsolidationStats;
  /** Ends what is under way, and begins nothing more. */
  stop(): void;
}

const HOUR = 3_600_000;

/** After a part as many times as long as it took nothing is done: a fifth of the time at most. */
const REST_FACTOR = 4;
const LEAST_REST_MS = 10;

/** Tokens that an entry adds to what was said. */
const tokensOf = (body: EntryBody): number =>
  'cuts' in body ? body.cuts.reduce((sum, [, tokens]) => sum + tokens, 0) : 0;

/** What was written gives consolidation something to do, or may: reading does not. */
const isWriting = ({ kind }: EntryBody): boolean =>
  kind === 'source' || kind === 'text' || kind === 'closed' || kind === 'operation' || kind === 'forgotten';

/** A model that tells of each call before it is made. */
export const tellingOfCalls = (model: ChatModel, onCall: () => void): ChatModel => ({
  id: model.id,
  stream(prompt, options) {
    onCall();
    return model.stream(prompt, options);
  },
});

/** Makes an {@link IdleConsolidation}. It follows the journal from now on. */
export const createIdleConsolidation = (
  { idleMs, everyTokens, limit, modelCallsPerHour }: ConsolidationLimits,
  { journal, clock, wait, events, consolidate, isOpen }: IdleConsolidationParts,
): IdleConsolidation => {
  const closing = new AbortController();
  const { signal } = closing;
  const paced = createPacedClock(clock);
  const due = createDueScopes();
  /** Tokens that were said in each scope since it was looked at. */
  const said = new Map<string, number>();
  /** The scope that is being looked at, and how much was written to it meanwhile. */
  let current: { readonly name: string; entries: number } | undefined;
  /** Ends the waiting for the scope that is due first, should another be due before. */
  let pause: { readonly alarm: AbortController; readonly until: number } | undefined;
  let isRunning = false;
  let calls = { since: Number.NEGATIVE_INFINITY, count: 0 };
  let stats: ConsolidationStats = {
    parts: 0,
    failedParts: 0,
    operations: 0,
    modelCalls: 0,
    failedCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
  };

  const callsLeft = (): number => {
    if (paced.elapsed() - calls.since >= HOUR) calls = { since: paced.elapsed(), count: 0 };
    return Math.max(0, modelCallsPerHour - calls.count);
  };

  const rest = async (ms: number, cut: AbortSignal): Promise<void> => {
    const from = paced.read();
    await wait(ms, cut).catch(() => {});
    if (!cut.aborted) paced.waited(from, ms);
  };

  const waitFor = async (ms: number): Promise<void> => {
    const alarm = new AbortController();
    pause = { alarm, until: paced.elapsed() + ms };
    await rest(ms, AbortSignal.any([signal, alarm.signal]));
    pause = undefined;
  };

  /** When a scope is looked at again: soon where this part did not come to an end, later where waiting may bring something. */
  const putAgain = async (key: ScopeKey, report: ConsolidateReport): Promise<void> => {
    // Something new was written while it was looked at, and waits by itself.
    if (due.has(key)) return;
    if (!report.done && report.operations.length > 0) due.put(key, 0, paced.elapsed());
    else if (!report.done && modelCallsPerHour > 0) due.put(key, HOUR, paced.elapsed());
    else if (await isOpen(key)) due.put(key, IDLE_MS + 1, paced.elapsed());
  };

  const lookAt = async (key: ScopeKey): Promise<void> => {
    const name = nameOfScope(key);
    due.drop(key);
    said.delete(name);
    current = { name, entries: 0 };
    const scope = { tenant: key.tenant, user: key.user };
    const onModelCall = (): void => {
      calls = { ...calls, count: calls.count + 1 };
      stats = { ...stats, modelCalls: stats.modelCalls + 1 };
    };
    try {
      const report = await consolidate(key, { limit, modelCalls: callsLeft(), signal, onModelCall });
      const { operations, modelCalls, failedCalls, tokens, done } = report;
      stats = {
        ...stats,
        parts: stats.parts + 1,
        operations: stats.operations + operations.length,
        failedCalls: stats.failedCalls + failedCalls,
        inputTokens: stats.inputTokens + tokens.input,
        outputTokens: stats.outputTokens + tokens.output,
      };
      // Others wrote what this did not: they are waited for.
      if (current.entries > operations.length && !due.has(key)) due.put(key, idleMs, paced.elapsed());
      current = undefined;
      await putAgain(key, report);
      if (operations.length + modelCalls > 0)
        events.emit('consolidation:done', {
          scope,
          operations: operations.length,
          modelCalls,
          failedCalls,
          tokens,
          done,
        });
    } catch (error) {
      current = undefined;
      if (signal.aborted) return;
      stats = { ...stats, failedParts: stats.failedParts + 1 };
      if (!due.has(key)) due.put(key, HOUR, paced.elapsed());
      events.emit('consolidation:failed', {
        scope,
        code: isRetentiveError(error) ? error.code : 'INTERNAL',
      });
    }
  };

  const run = async (): Promise<void> => {
    for (let first = due.first(); first !== undefined && !signal.aborted; first = due.first()) {
      const ms = first.at - paced.elapsed();
      if (ms > 0) {
        await waitFor(ms);
        continue;
      }
      const began = clock.elapsed();
      await lookAt(first.key);
      if (signal.aborted) return;
      await rest(Math.max(LEAST_REST_MS, REST_FACTOR * (clock.elapsed() - began)), signal);
    }
  };

  const wake = (): void => {
    const first = due.first();
    if (pause !== undefined && first !== undefined && first.at < pause.until) pause.alarm.abort();
    if (isRunning || first === undefined) return;
    isRunning = true;
    void run().finally(() => {
      isRunning = false;
    });
  };

  const unsubscribe = journal.subscribe(({ scope, body }) => {
    if (!isWriting(body)) return;
    const name = nameOfScope(scope);
    if (current?.name === name && body.kind === 'operation') {
      current.entries += 1;
      return;
    }
    const tokens = (said.get(name) ?? 0) + tokensOf(body);
    said.set(name, tokens);
    const isFull = tokens >= everyTokens;
    due.put(scope, isFull ? 0 : idleMs, paced.elapsed());
    wake();
  });
  const forget = events.on('scope:erased', ({ scope }) => {
    due.drop(scope);
    said.delete(nameOfScope(scope));
  });

  return {
    async start() {
      for (const key of await journal.scopes({ signal })) due.put(key, idleMs, paced.elapsed());
      wake();
    },
    get stats() {
      return stats;
    },
    stop() {
      unsubscribe();
      forget();
      closing.abort();
    },
  };
};
