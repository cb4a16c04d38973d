import type { CallOptions, Wait } from '@retentive/core';
import type { EntryBody, JobRecord, ScopeKey, SourceHeader, SourceId } from '../journal/journal.ts';
import { deriveId } from './derive-id.ts';
import { createTurn, type JobQueue, pauseAfter, type TurnParts } from './extraction-turn.ts';
import { createSettlement } from './settlement.ts';

/** What background writing works with. */
export interface BackgroundWriterParts extends TurnParts {
  readonly wait: Wait;
}

/**
 * Extracts facts from what users said, in this process, after the message was acknowledged: one job for each message, in
 * order within a scope. Effects happen once, whatever dies when. A job that fails three times is dead, with the reason.
 */
export interface BackgroundWriter {
  /** The entries that queue work for a source, for the batch that makes it complete. */
  entriesFor(scope: ScopeKey, header: SourceHeader): readonly EntryBody[];
  /** Finds the jobs that the journal holds, and goes on with them. */
  start(): Promise<void>;
  /** Resolves when no work on the source waits: it is done, or was given up. @throws ABORTED, STORE_CLOSED */
  settled(scope: ScopeKey, source: SourceId, options?: CallOptions): Promise<void>;
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

interface ScopeQueue extends JobQueue {
  readonly jobs: JobRecord[];
  rested: JobRecord | undefined;
  /** Failures of the journal in a row. */
  failures: number;
  /** Ends its lingering. */
  alarm?: AbortController | undefined;
}

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

/** Makes a background writer. It follows the journal from now on. */
export const createBackgroundWriter = (parts: BackgroundWriterParts): BackgroundWriter => {
  const type = `extract:${parts.extractor.id}`;
  const closing = new AbortController();
  const { signal } = closing;
  const queues = new Map<string, ScopeQueue>();
  const wake = (): void => {
    for (const queue of queues.values()) queue.alarm?.abort();
  };
  const settlement = createSettlement(signal, wake);
  const takeTurn = createTurn(parts);
  const ready: ScopeQueue[] = [];
  /** How many hold each scope, by its name. */
  const holds = new Map<string, number>();
  const turns = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  let lanes = 0;

  const createQueue = (scope: ScopeKey): ScopeQueue => {
    const jobs: JobRecord[] = [];
    const queue: ScopeQueue = {
      scope,
      jobs,
      rested: undefined,
      failures: 0,
      remove({ id, source }) {
        const at = jobs.findIndex((job) => job.id === id);
        if (at < 0) return;
        jobs.splice(at, 1);
        settlement.settle(scope, source);
      },
      async linger() {
        if (settlement.isAwaited || signal.aborted) return;
        queue.alarm = new AbortController();
        await parts.wait(LINGER_MS, queue.alarm.signal).catch(() => {});
        queue.alarm = undefined;
      },
    };
    return queue;
  };

  const enqueue = (scope: ScopeKey, job: JobRecord): void => {
    const known = queues.get(nameOf(scope));
    const queue = known ?? createQueue(scope);
    const at = queue.jobs.findIndex(({ id }) => id === job.id);
    if (at >= 0) {
      // The next try of a job that stands in the queue keeps its place: what was said first is read first.
      queue.jobs[at] = job;
      return;
    }
    queue.jobs.push(job);
    queue.alarm?.abort();
    settlement.expect(scope, job.source);
    if (known !== undefined) return;
    queues.set(nameOf(scope), queue);
    makeReady(queue);
  };

  const makeReady = (queue: ScopeQueue): void => {
    ready.push(queue);
    pump();
  };

  const pump = (): void => {
    while (lanes < LANES && !signal.aborted) {
      const at = ready.findIndex(({ scope }) => !holds.has(nameOf(scope)));
      const [queue] = at < 0 ? [] : ready.splice(at, 1);
      if (queue === undefined) return;
      lanes += 1;
      const name = nameOf(queue.scope);
      const stop = new AbortController();
      const ended = run(queue, stop.signal).finally(() => {
        lanes -= 1;
        // The next turn of the scope may have begun already.
        if (turns.get(name)?.stop === stop) turns.delete(name);
        pump();
      });
      turns.set(name, { stop, ended });
    }
  };

  /** `job` is what is put off; undefined where the journal failed. */
  const rest = async (queue: ScopeQueue, ms: number, job: JobRecord | undefined): Promise<void> => {
    await parts.wait(ms, signal).catch(() => {});
    queue.rested = job;
    if (!signal.aborted) makeReady(queue);
  };

  const run = async (queue: ScopeQueue, turn: AbortSignal): Promise<void> => {
    let pause = 0;
    let putOff: JobRecord | undefined;
    try {
      pause = await takeTurn(queue, turn);
      putOff = queue.jobs[0];
      queue.failures = 0;
    } catch {
      // The journal failed, not the extractor: the jobs stand as they did, and are tried until it works again.
      queue.failures += 1;
      pause = pauseAfter(queue.failures);
    }
    if (signal.aborted) return;
    if (pause > 0) void rest(queue, pause, putOff);
    else if (queue.jobs.length > 0) ready.push(queue);
    else queues.delete(nameOf(queue.scope));
  };

  const stop = parts.journal.subscribe(({ scope, body }) => {
    if (body.kind !== 'job' || body.job.type !== type) return;
    if (body.job.state === 'queued') enqueue(scope, body.job);
    else queues.get(nameOf(scope))?.remove(body.job);
  });

  return {
    entriesFor(scope, header) {
      if (header.type !== 'message' || header.role !== 'user' || !header.remember) return [];
      const id = deriveId('job', scope, type, header.id);
      return [{ kind: 'job', job: { id, type, source: header.id, state: 'queued', attempts: 0 } }];
    },
    async start() {
      for (const { scope, job } of await parts.journal.jobs({ state: 'queued' }, { signal })) {
        if (job.type === type) enqueue(scope, job);
      }
    },
    settled: settlement.settled,
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
      wake();
      for (const turn of turns.values()) turn.stop.abort();
      ready.length = 0;
    },
  };
};
