import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, isRetentiveError, type JobId, type Random } from '@retentive/core';
import type { EntryBody, JobRecord, Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { type FactStore, isRefused } from '../semantic/define-store.ts';
import type { Breaker, Pass } from './breaker.ts';
import { type DecidingParts, decideFacts } from './decide-facts.ts';
import type { Decider } from './decider.ts';
import type { DeriveFacts } from './derive-facts.ts';
import type { Extractor } from './extractor.ts';
import type { JobQueue } from './job-queue.ts';
import { createJobTaker } from './job-taker.ts';
import { MAX_ATTEMPTS, pauseAfter } from './retry.ts';
import { type ExtractedFacts, reasonOf, runExtractor } from './run-extractor.ts';
import type { TimeLimit } from './time-limit.ts';

/** What the jobs of a scope are done with. */
export interface TurnParts {
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly extractor: Extractor;
  readonly decider: Decider;
  readonly nearest?: DecidingParts['nearest'];
  /** Facts that one of these refuses are not written. */
  readonly stores?: readonly FactStore[] | undefined;
  /** What follows from what was written. */
  readonly derive?: DeriveFacts | undefined;
  /** Who takes the jobs: a name that no other worker on the journal has. */
  readonly owner: string;
  readonly timeLimit: (ms: number, signal: AbortSignal) => TimeLimit;
}

/** Jobs that one scope does before another one has its turn; also what at most is read twice after a crash. */
const TURN_JOBS = 32;

/** The longest that an extractor may take for one message: one that hangs must not hold a scope for ever. */
const JOB_LIMIT_MS = 100_000;

const NONE: ReadonlySet<JobId> = new Set();

const asEntry = (job: JobRecord): EntryBody => ({ kind: 'job', job });

const doneJob = ({ id, type, source, attempts }: JobRecord, degraded: readonly string[]): JobRecord => ({
  id,
  type,
  source,
  state: 'done',
  attempts: attempts + 1,
  ...(degraded.length === 0 ? {} : { degraded }),
});

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

  /** How a job stands after a failure. A probe costs no try: what fails then is the extractor, not the message. */
  const failedJob = ({ id, type, source, attempts }: JobRecord, error: string, pass?: Pass): JobRecord => {
    const failed = { id, type, source, attempts: attempts + (pass?.isProbe === true ? 0 : 1), error };
    if (failed.attempts >= MAX_ATTEMPTS) return { ...failed, state: 'dead' };
    // Behind the next probe, so that it is made with another message where there is one.
    const pause = breaker.waitMs + pauseAfter(Math.max(1, failed.attempts), random);
    return { ...failed, state: 'queued', runAfter: paced.now() + pause };
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

  /** Writes the end of a job with its effects, and before it the ends of those that came to nothing. */
  const write = async (
    queue: JobQueue,
    idle: readonly JobRecord[],
    job: JobRecord,
    effects: readonly EntryBody[] = [],
  ): Promise<void> => {
    const { scope } = queue;
    const isWritten = await append(scope, [...idle.map(asEntry), ...effects, asEntry(job)]);
    if (!isWritten && idle.length > 0) {
      for (const each of idle) await append(scope, [asEntry(each)]);
      await append(scope, [...effects, asEntry(job)]);
    }
    for (const each of [...idle, job]) if (each.state !== 'queued') queue.remove(each.id);
  };

  /** Decides and writes while nobody else changes the facts of the scope. */
  const writeFacts = (
    queue: JobQueue,
    state: ScopeState,
    idle: readonly JobRecord[],
    job: JobRecord,
    { facts, degraded }: ExtractedFacts,
    signal: AbortSignal,
  ): Promise<void> =>
    state.exclusively(async () => {
      const agent = state.episodic.source(job.source)?.header.agent;
      const deciding = { scope: queue.scope, state, decider, agent, nearest };
      const origin = [job.source, extractor.id];
      const fitting = facts.filter((fact) => !isRefused(stores, fact));
      const decided = await decideFacts(fitting, origin, clock.now(), deciding, { signal }).catch(reasonOf);
      if (signal.aborted) return;
      if (typeof decided === 'string') {
        await write(queue, idle, failedJob(job, decided));
        return;
      }
      const effects = decided.map((operation) => ({ kind: 'operation', operation }) as const);
      await write(queue, idle, doneJob(job, degraded), effects);
      await derive?.(queue.scope, state, { signal });
    });

  /** One try of a job; undefined where the turn ended before it did. */
  const attempt = async (
    scope: ScopeKey,
    state: ScopeState,
    job: JobRecord,
    pass: Pass,
    signal: AbortSignal,
  ): Promise<ExtractedFacts | { readonly error: string } | undefined> => {
    const limit = timeLimit(JOB_LIMIT_MS, signal);
    let isOver = false;
    try {
      const found = await runExtractor({ journal, extractor, scope, state, source: job.source, limit });
      if (signal.aborted) return undefined;
      isOver = true;
      if ('error' in found) breaker.failed(pass, job.id);
      else breaker.succeeded(pass);
      return found;
    } finally {
      limit.stop();
      if (!isOver) breaker.gaveUp(pass);
    }
  };

  return async (queue, signal) => {
    const { scope } = queue;
    const state = await scopes.load(scope);
    let idle: JobRecord[] = [];
    let pause: number | undefined;
    const taker = createJobTaker({ journal, clock: paced, owner, jobMs: JOB_LIMIT_MS }, queue);
    for (let count = 0; count < TURN_JOBS; count += 1) {
      // Everything that waits in this process goes first: nobody's turn waits for this work.
      await nextTurn();
      const job = await taker.next(TURN_JOBS - count, new Set(idle.map(({ id }) => id)), signal);
      if (job === undefined) break;
      const pass = breaker.enter();
      if ('waitMs' in pass) {
        pause = pass.waitMs;
        break;
      }
      const found = await attempt(scope, state, job, pass, signal);
      if (found === undefined) break;
      if (!('error' in found) && found.facts.length === 0) {
        idle.push(doneJob(job, found.degraded));
        continue;
      }
      const ended = idle;
      idle = [];
      if ('error' in found) await write(queue, ended, failedJob(job, found.error, pass));
      else await writeFacts(queue, state, ended, job, found, signal);
    }
    const last = idle.pop();
    if (last !== undefined && !signal.aborted) await write(queue, idle, last);
    pause ??= taker.heldMs;
    if (pause !== undefined) return pause;
    const now = paced.now();
    return queue.ready(1, now, NONE).length > 0 ? 0 : Math.max(0, (queue.nextAt() ?? now) - now);
  };
};
