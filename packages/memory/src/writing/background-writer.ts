import { setMaxListeners } from 'node:events';
import { type CallOptions, throwIfAborted, type Wait } from '@retentive/core';
import type { EntryBody, JobRecord, ScopeKey, SourceHeader, SourceId } from '../journal/journal.ts';
import { orAborted } from '../or-aborted.ts';
import { createBacklog, MAX_BACKLOG } from './backlog.ts';
import { createBreaker } from './breaker.ts';
import { deriveId } from './derive-id.ts';
import { createTurn, type TurnParts } from './extraction-turn.ts';
import { createJobQueue, type JobQueue } from './job-queue.ts';
import { createPacedClock } from './paced-clock.ts';
import { pauseAfter } from './retry.ts';
import { createSettlement } from './settlement.ts';

/** What background writing works with. */
export interface BackgroundWriterParts extends TurnParts {
  readonly wait: Wait;
  /** Most jobs of a tenant that are held and worked on; default 100,000. */
  readonly maxBacklog?: number | undefined;
}

/**
 * Extracts facts from what users said, in this process, after the message was acknowledged: one job for each message, in
 * order within a scope, except that one which failed waits for its next try and holds up nobody. Effects happen once,
 * whatever dies when. A job that fails eight times is dead, with the reason; an extractor that fails for all rests.
 */
export interface BackgroundWriter {
  /** The entries that queue work for a source, for the batch that makes it complete. */
  entriesFor(scope: ScopeKey, header: SourceHeader): readonly EntryBody[];
  /** Finds the jobs that the journal holds, and goes on with them. */
  start(): Promise<void>;
  /** Resolves when no work on the source waits: it is done, or was given up. @throws ABORTED, STORE_CLOSED */
  settled(scope: ScopeKey, source: SourceId, options?: CallOptions): Promise<void>;
  /** The tenant has so much work that what comes now waits in the journal for its turn. */
  isBehind(tenant: string): boolean;
  /**
   * Lets the jobs of a scope wait until what it gives is called; resolves when none is under way. Jobs that somebody else
   * ends meanwhile are not begun.
   */
  hold(scope: ScopeKey): Promise<() => void>;
  /** Ends at once: what waits, waits for the next opening. */
  close(): void;
}

/** Scopes that are written to at the same time: a model's answers are waited for side by side. */
const LANES = 4;

/** How long the end of a job that came to nothing waits for company. */
const LINGER_MS = 25;

interface ScopeLine {
  readonly queue: JobQueue;
  /** Failures of the journal in a row. */
  failures: number;
  /** Ends its lingering. */
  alarm?: AbortController | undefined;
  /** Ends its rest; absent while it is not resting, or rests because the journal failed. */
  rest?: AbortController | undefined;
}

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

/** Makes a background writer. It follows the journal from now on. */
export const createBackgroundWriter = (parts: BackgroundWriterParts): BackgroundWriter => {
  const type = `extract:${parts.extractor.id}`;
  const closing = new AbortController();
  const { signal } = closing;
  // As many wait for work to be over as like: that is no leak.
  setMaxListeners(0, signal);
  const lines = new Map<string, ScopeLine>();
  const wake = (): void => {
    for (const line of lines.values()) line.alarm?.abort();
  };
  const settlement = createSettlement(signal, (scope) => {
    wake();
    // What waits for company is read now.
    if ('batch' in parts.extractor) lines.get(nameOf(scope))?.rest?.abort();
  });
  // What rests because the extractor failed goes on together.
  const paced = createPacedClock(parts.clock);
  const breaker = createBreaker(paced, () => {
    for (const line of lines.values()) line.rest?.abort();
  });
  const takeTurn = createTurn(parts, paced, breaker);
  const ready: ScopeLine[] = [];
  /** How many hold each scope, by its name. */
  const holds = new Map<string, number>();
  const turns = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  let lanes = 0;

  const backlog = createBacklog({
    limit: parts.maxBacklog ?? MAX_BACKLOG,
    async fetch(tenant, limit) {
      for (let failures = 1; ; failures += 1) {
        try {
          return await parts.journal.jobs({ state: 'queued', tenant, type, limit }, { signal });
        } catch (error) {
          if (signal.aborted) throw error;
          await parts.wait(pauseAfter(failures, parts.random), signal).catch(() => {});
        }
      }
    },
    take(scope, job) {
      // What is held is known better than what was read.
      if (lines.get(nameOf(scope))?.queue.has(job.id) !== true) enqueue(scope, job);
    },
  });

  const createLine = (scope: ScopeKey): ScopeLine => {
    const linger = async (): Promise<void> => {
      if (settlement.isAwaited || signal.aborted) return;
      line.alarm = new AbortController();
      await parts.wait(LINGER_MS, line.alarm.signal).catch(() => {});
      line.alarm = undefined;
    };
    const isAwaited = (): boolean => settlement.isAwaitedIn(scope);
    const jobs = createJobQueue(scope, { clock: paced, linger, isAwaited });
    const queue: JobQueue = {
      ...jobs,
      get size() {
        return jobs.size;
      },
      get quietSince() {
        return jobs.quietSince;
      },
      get isAwaited() {
        return isAwaited();
      },
      remove(id) {
        const job = jobs.get(id);
        if (job === undefined || !jobs.remove(id)) return false;
        backlog.leave(scope, job);
        settlement.settle(scope, job.source);
        return true;
      },
    };
    const line: ScopeLine = { queue, failures: 0 };
    return line;
  };

  const enqueue = (scope: ScopeKey, job: JobRecord): void => {
    const known = lines.get(nameOf(scope));
    if (known?.queue.has(job.id) === true) {
      known.queue.put(job);
      return;
    }
    if (!backlog.offer(scope)) {
      backlog.pass(scope, job);
      return;
    }
    const line = known ?? createLine(scope);
    line.queue.put(job);
    settlement.expect(scope, job.source);
    line.alarm?.abort();
    line.rest?.abort();
    if (known !== undefined) return;
    lines.set(nameOf(scope), line);
    makeReady(line);
  };

  const makeReady = (line: ScopeLine): void => {
    ready.push(line);
    pump();
  };

  const pump = (): void => {
    while (lanes < LANES && !signal.aborted) {
      const at = ready.findIndex(({ queue }) => !holds.has(nameOf(queue.scope)));
      const [line] = at < 0 ? [] : ready.splice(at, 1);
      if (line === undefined) return;
      lanes += 1;
      const name = nameOf(line.queue.scope);
      const stop = new AbortController();
      const ended = run(line, stop.signal).finally(() => {
        lanes -= 1;
        // The next turn of the scope may have begun already.
        if (turns.get(name)?.stop === stop) turns.delete(name);
        pump();
      });
      turns.set(name, { stop, ended });
    }
  };

  const rest = async (line: ScopeLine, ms: number, canBeCut: boolean): Promise<void> => {
    const alarm = new AbortController();
    if (canBeCut) line.rest = alarm;
    const since = paced.read();
    const cut = AbortSignal.any([signal, alarm.signal]);
    await parts.wait(ms, cut).catch(() => {});
    if (!cut.aborted) paced.waited(since, ms);
    line.rest = undefined;
    if (!signal.aborted) makeReady(line);
  };

  const run = async (line: ScopeLine, turn: AbortSignal): Promise<void> => {
    const { queue } = line;
    let pause = 0;
    try {
      pause = await takeTurn(queue, turn);
      line.failures = 0;
    } catch {
      // The journal failed, not the extractor: the jobs stand as they did, and are tried until it works again.
      line.failures += 1;
      pause = Math.max(1, pauseAfter(line.failures, parts.random));
    }
    if (signal.aborted) return;
    if (pause > 0) void rest(line, pause, line.failures === 0);
    else if (queue.size > 0) ready.push(line);
    else lines.delete(nameOf(queue.scope));
  };

  const stop = parts.journal.subscribe(({ scope, body }) => {
    if (body.kind !== 'job' || body.job.type !== type) return;
    if (body.job.state === 'queued') enqueue(scope, body.job);
    else lines.get(nameOf(scope))?.queue.remove(body.job.id);
  });

  return {
    entriesFor(scope, header) {
      if (header.type !== 'message' || header.role !== 'user' || !header.remember) return [];
      // What was fetched or recalled is no word of the user, whoever passes it on.
      if (header.origin !== 'user') return [];
      const id = deriveId('job', scope, type, header.id);
      return [{ kind: 'job', job: { id, type, source: header.id, state: 'queued', attempts: 0 } }];
    },
    async start() {
      for (const { scope, job } of await parts.journal.jobs({ state: 'queued', type }, { signal })) {
        enqueue(scope, job);
      }
    },
    async settled(scope, source, options = {}) {
      throwIfAborted(options.signal, 'settled');
      if (backlog.isOver(scope.tenant)) {
        await orAborted(backlog.whenUnder(scope.tenant), options.signal, 'settled');
      }
      return settlement.settled(scope, source, options);
    },
    isBehind: backlog.isOver,
    async hold(scope) {
      const name = nameOf(scope);
      holds.set(name, (holds.get(name) ?? 0) + 1);
      const turn = turns.get(name);
      turn?.stop.abort();
      await turn?.ended;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (holds.get(name) ?? 1) - 1;
        if (left > 0) holds.set(name, left);
        else holds.delete(name);
        pump();
      };
    },
    close() {
      stop();
      closing.abort();
      backlog.close();
      wake();
      for (const turn of turns.values()) turn.stop.abort();
      ready.length = 0;
    },
  };
};
