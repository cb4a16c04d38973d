import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, isRetentiveError, type JobId, type ModelCost, type Random } from '@retentive/core';
import type { EntryBody, JobRecord, Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { type FactStore, isRefused } from '../semantic/define-store.ts';
import type { BatchExtractor } from './batch-extractor.ts';
import type { Breaker, Pass } from './breaker.ts';
import { decideChanges } from './decide-changes.ts';
import type { DecidingParts } from './decide-facts.ts';
import type { Decider } from './decider.ts';
import type { DeriveFacts } from './derive-facts.ts';
import type { Extractor } from './extractor.ts';
import { batchJobs, type DueBatches } from './job-batches.ts';
import { costAt, doneJobs } from './job-ends.ts';
import type { JobQueue } from './job-queue.ts';
import { createJobTaker, type JobBatch, type JobTaker } from './job-taker.ts';
import { MAX_ATTEMPTS, pauseAfter } from './retry.ts';
import { type ExtractorOutcome, type ReadChanges, reasonOf, runExtractor } from './run-extractor.ts';
import type { TimeLimit } from './time-limit.ts';

/** What the jobs of a scope are done with. */
export interface TurnParts {
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly extractor: Extractor | BatchExtractor;
  readonly decider: Decider;
  readonly nearest?: DecidingParts['nearest'];
  /** Facts that one of these refuses are not written. */
  readonly stores?: readonly FactStore[] | undefined;
  /** What follows from what was written. */
  readonly derive?: DeriveFacts | undefined;
  /** Changes that may rest on one message; default {@link DEFAULT_WRITE_QUOTA}. */
  readonly writeQuota?: number | undefined;
  /** Who takes the jobs: a name that no other worker on the journal has. */
  readonly owner: string;
  readonly timeLimit: (ms: number, signal: AbortSignal) => TimeLimit;
}

/** Batches that one scope does before another one has its turn; also what at most is read twice after a crash. */
const TURN_BATCHES = 32;

/** Jobs that are looked through at a time for batches of several. */
const BATCHED_JOBS = 2_048;

/** As many facts as the rules find in one message at most: nobody says more of themselves in one. */
export const DEFAULT_WRITE_QUOTA = 32;

/** The longest that an extractor may take for one batch: one that hangs must not hold a scope for ever. */
const JOB_LIMIT_MS = 100_000;

const NONE: ReadonlySet<JobId> = new Set();

const asEntry = (job: JobRecord): EntryBody => ({ kind: 'job', job });

const eachByItself = (ready: readonly JobRecord[]): DueBatches => ({ batches: ready.map((job) => [job]) });

/** Does jobs of a scope, in order. Gives how long to wait before the next: 0 when one is ready, or none is left. */
export type TakeTurn = (queue: JobQueue, signal: AbortSignal) => Promise<number>;

/**
 * Makes what does jobs. The operations of a job and its end are one batch; jobs that come to nothing are ended together
 * with the next. One that failed waits for its next try, and those behind it go on. Rejects when the journal does; the
 * jobs then stand as before. `paced` says when a pause is over, `clock` what time it is.
 */
export const createTurn = (parts: TurnParts, paced: Clock, breaker: Breaker): TakeTurn => {
  const { journal, scopes, clock, random, extractor, decider, nearest, owner, timeLimit } = parts;
  const { stores = [], derive } = parts;
  const { writeQuota = DEFAULT_WRITE_QUOTA } = parts;

  /** How jobs stand after a failure. A probe costs no try: what fails then is the extractor, not the messages. */
  const failedJobs = (
    batch: JobBatch,
    error: string,
    cost?: ModelCost | undefined,
    pass?: Pass,
  ): readonly JobRecord[] => {
    const tries = pass?.isProbe === true ? 0 : 1;
    // Behind the next probe, so that it is made with another message where there is one. They stay together.
    const pause = breaker.waitMs + pauseAfter(Math.max(1, batch[0].attempts + tries), random);
    const runAfter = paced.now() + pause;
    return batch.map(({ id, type, source, attempts }, index) => {
      const failed = {
        id,
        type,
        source,
        attempts: attempts + tries,
        error,
        ...costAt(index, batch, cost, 0),
      };
      return failed.attempts >= MAX_ATTEMPTS
        ? { ...failed, state: 'dead' }
        : { ...failed, state: 'queued', runAfter };
    });
  };

  /** False where the journal says that a job is over, or its message gone: there is nothing left to do for it. */
  const append = async (scope: ScopeKey, entries: readonly EntryBody[]): Promise<boolean> => {
    try {
      await journal.append({ scope, entries });
      return true;
    } catch (error) {
      const isOver =
        isRetentiveError(error, 'IDEMPOTENCY_CONFLICT') || isRetentiveError(error, 'MESSAGE_NOT_FOUND');
      if (!isOver) throw error;
      return false;
    }
  };

  /** Writes the end of jobs with their effects, and before them the ends of those that came to nothing. */
  const write = async (
    queue: JobQueue,
    idle: readonly JobRecord[],
    jobs: readonly JobRecord[],
    effects: readonly EntryBody[] = [],
  ): Promise<void> => {
    const { scope } = queue;
    const ends = [...effects, ...jobs.map(asEntry)];
    let isWritten = await append(scope, [...idle.map(asEntry), ...ends]);
    if (!isWritten && idle.length > 0) {
      for (const each of idle) await append(scope, [asEntry(each)]);
      isWritten = await append(scope, ends);
    }
    for (const each of idle) queue.remove(each.id);
    // One of several is over: the lease tells which, and the others are done without it.
    if (!isWritten && jobs.length > 1) return;
    for (const each of jobs) if (each.state !== 'queued') queue.remove(each.id);
  };

  /** Decides and writes while nobody else changes what the scope knows. */
  const writeChanges = (
    queue: JobQueue,
    state: ScopeState,
    idle: readonly JobRecord[],
    batch: JobBatch,
    { read, cost }: { readonly read: ReadChanges; readonly cost?: ModelCost | undefined },
    signal: AbortSignal,
  ): Promise<void> =>
    state.exclusively(async () => {
      const [{ source }] = batch;
      const agent = state.episodic.source(source)?.header.agent;
      const deciding = { scope: queue.scope, state, decider, agent, nearest };
      const origin = [source, extractor.id];
      const fitting = read.changes.filter(
        (change) => change.store !== 'semantic' || !isRefused(stores, change.fact),
      );
      const decided = await decideChanges(fitting, origin, clock.now(), deciding, { signal }).catch(reasonOf);
      if (signal.aborted) return;
      if (typeof decided === 'string') {
        await write(queue, idle, failedJobs(batch, decided));
        return;
      }
      const { operations } = decided;
      const remarks = new Map(read.degraded);
      if (decided.degraded.length > 0)
        remarks.set(source, [...(remarks.get(source) ?? []), ...decided.degraded]);
      const effects = operations.map((operation) => ({ kind: 'operation', operation }) as const);
      await write(queue, idle, doneJobs(batch, remarks, cost, operations.length), effects);
      await derive?.(queue.scope, state, { signal });
    });

  /** One try of a batch; undefined where the turn ended before it did. */
  const attempt = async (
    scope: ScopeKey,
    state: ScopeState,
    batch: JobBatch,
    pass: Pass,
    signal: AbortSignal,
  ): Promise<ExtractorOutcome | undefined> => {
    const limit = timeLimit(JOB_LIMIT_MS, signal);
    let isOver = false;
    try {
      const sources = batch.map(({ source }) => source);
      const found = await runExtractor({ journal, extractor, scope, state, sources, writeQuota, limit });
      if (signal.aborted) return undefined;
      isOver = true;
      if ('error' in found) breaker.failed(pass, batch[0].id);
      else breaker.succeeded(pass);
      return found;
    } finally {
      limit.stop();
      if (!isOver) breaker.gaveUp(pass);
    }
  };

  const batchesOf = (queue: JobQueue, state: ScopeState): ((ready: readonly JobRecord[]) => DueBatches) => {
    if (!('batch' in extractor)) return eachByItself;
    const batching = {
      limits: extractor.batch,
      tokensOf: ({ source }: JobRecord) => state.episodic.sourceTokens(source),
      // Facts stand at the path of their message.
      groupOf: ({ source }: JobRecord) => state.episodic.source(source)?.header.agent ?? '',
    };
    return (ready) =>
      batchJobs(ready, batching, {
        quietMs: paced.now() - queue.quietSince,
        isAwaited: queue.isAwaited,
      });
  };

  const takerOf = (queue: JobQueue, state: ScopeState): JobTaker =>
    createJobTaker(
      {
        journal,
        clock: paced,
        owner,
        jobMs: JOB_LIMIT_MS,
        batchJobs: 'batch' in extractor ? BATCHED_JOBS : 1,
        batches: batchesOf(queue, state),
      },
      queue,
    );

  /** How long to wait where nothing can be taken: until company comes, or what is put off may be tried. */
  const heldFor = (queue: JobQueue, { heldMs }: JobTaker): number | undefined => {
    const now = paced.now();
    return heldMs === undefined ? undefined : Math.min(heldMs, (queue.nextAt(now) ?? Infinity) - now);
  };

  const untilNext = (queue: JobQueue): number => {
    const now = paced.now();
    return queue.ready(1, now, NONE).length > 0 ? 0 : (queue.nextAt(now) ?? now) - now;
  };

  /** What to do next: a batch with the pass to try it, or how long to wait. */
  const nextOf = async (
    queue: JobQueue,
    taker: JobTaker,
    limit: number,
    idle: readonly JobRecord[],
    signal: AbortSignal,
  ): Promise<{ readonly batch: JobBatch; readonly pass: Pass } | { readonly waitMs: number | undefined }> => {
    const batch = await taker.next(limit, new Set(idle.map(({ id }) => id)), signal);
    if (batch === undefined) return { waitMs: heldFor(queue, taker) };
    const pass = breaker.enter();
    return 'waitMs' in pass ? pass : { batch, pass };
  };

  return async (queue, signal) => {
    const { scope } = queue;
    const state = await scopes.load(scope);
    let idle: JobRecord[] = [];
    let pause: number | undefined;
    const taker = takerOf(queue, state);
    for (let count = 0; count < TURN_BATCHES; count += 1) {
      // Everything that waits in this process goes first: nobody's turn waits for this work.
      await nextTurn();
      const next = await nextOf(queue, taker, TURN_BATCHES - count, idle, signal);
      if ('waitMs' in next) {
        pause = next.waitMs;
        break;
      }
      const { batch, pass } = next;
      const found = await attempt(scope, state, batch, pass, signal);
      if (found === undefined) break;
      if ('read' in found && found.read.changes.length === 0) {
        idle.push(...doneJobs(batch, found.read.degraded, found.cost));
        continue;
      }
      const ended = idle;
      idle = [];
      if ('error' in found) await write(queue, ended, failedJobs(batch, found.error, found.cost, pass));
      else await writeChanges(queue, state, ended, batch, found, signal);
    }
    const last = idle.pop();
    if (last !== undefined && !signal.aborted) await write(queue, idle, [last]);
    return pause ?? untilNext(queue);
  };
};
