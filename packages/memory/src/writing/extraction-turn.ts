import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, isRetentiveError } from '@retentive/core';
import type { EntryBody, JobRecord, Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { type DecidingParts, decideFacts } from './decide-facts.ts';
import type { Decider } from './decider.ts';
import type { Extractor } from './extractor.ts';
import { type ExtractedFacts, reasonOf, runExtractor } from './run-extractor.ts';

/** What the jobs of a scope are done with. */
export interface TurnParts {
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly clock: Clock;
  readonly extractor: Extractor;
  readonly decider: Decider;
  readonly nearest?: DecidingParts['nearest'];
}

/** The jobs of one scope, oldest first. */
export interface JobQueue {
  readonly scope: ScopeKey;
  readonly jobs: readonly JobRecord[];
  /** A job whose pause was waited out here, whatever the clock says; the next try of it is another record. */
  readonly rested: JobRecord | undefined;
  /** Takes out a job that is over. */
  remove(job: JobRecord): void;
  /** Waits a moment for another job; not at all where somebody waits for one of these to be over. */
  linger(): Promise<void>;
}

/** Tries of one message, whatever fails. */
const MAX_ATTEMPTS = 3;

/** The first pause after a failure; each further one is four times as long. */
const FIRST_PAUSE_MS = 1_000;
const PAUSE_FACTOR = 4;
const LONGEST_PAUSE_MS = 60_000;

/** Jobs that one scope does before another one has its turn; also what at most is read twice after a crash. */
const TURN_JOBS = 32;

/** How long to wait after so many failures in a row, in ms. */
export const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * PAUSE_FACTOR ** (failures - 1));

const asEntry = (job: JobRecord): EntryBody => ({ kind: 'job', job });

/** How a job stands after a failure. */
const failedJob = ({ id, type, source, attempts }: JobRecord, error: string, now: number): JobRecord => {
  const failed = { id, type, source, attempts: attempts + 1, error };
  return failed.attempts >= MAX_ATTEMPTS
    ? { ...failed, state: 'dead' }
    : { ...failed, state: 'queued', runAfter: now + pauseAfter(failed.attempts) };
};

const doneJob = ({ id, type, source, attempts }: JobRecord, degraded: readonly string[]): JobRecord => ({
  id,
  type,
  source,
  state: 'done',
  attempts: attempts + 1,
  ...(degraded.length === 0 ? {} : { degraded }),
});

/** Does jobs of a scope, in order. Gives how long to wait before the next: 0 when none is put off. */
export type TakeTurn = (queue: JobQueue, signal: AbortSignal) => Promise<number>;

/**
 * Makes what does jobs. The operations of a job and its end are one batch; jobs that come to nothing are ended together
 * with the next. Rejects when the journal does; the jobs then stand as before.
 */
export const createTurn = ({ journal, scopes, clock, extractor, decider, nearest }: TurnParts): TakeTurn => {
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
    for (const each of [...idle, job]) if (each.state !== 'queued') queue.remove(each);
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
      const decided = await decideFacts(facts, origin, clock.now(), deciding, { signal }).catch(reasonOf);
      if (signal.aborted) return;
      if (typeof decided === 'string') {
        await write(queue, idle, failedJob(job, decided, clock.now()));
        return;
      }
      const effects = decided.map((operation) => ({ kind: 'operation', operation }) as const);
      await write(queue, idle, doneJob(job, degraded), effects);
    });

  /** The job that is next after those that came to nothing; undefined where there is none now. */
  const nextJob = async (
    queue: JobQueue,
    idle: number,
    signal: AbortSignal,
  ): Promise<JobRecord | undefined> => {
    // Everything that waits in this process goes first: nobody's turn waits for this work.
    await nextTurn();
    // Ends of jobs that came to nothing are worth no transaction of their own while messages keep coming.
    if (idle > 0 && idle === queue.jobs.length) await queue.linger();
    return signal.aborted ? undefined : queue.jobs[idle];
  };

  return async (queue, signal) => {
    const state = await scopes.load(queue.scope);
    let idle: JobRecord[] = [];
    let pause = 0;
    for (let count = 0; count < TURN_JOBS; count += 1) {
      const job = await nextJob(queue, idle.length, signal);
      const isRested = job !== undefined && job === queue.rested;
      pause = isRested ? 0 : Math.max(0, (job?.runAfter ?? 0) - clock.now());
      if (job === undefined || pause > 0) break;
      const found = await runExtractor(extractor, state, job.source, signal);
      if (signal.aborted) break;
      if (!('error' in found) && found.facts.length === 0) {
        idle.push(doneJob(job, found.degraded));
        continue;
      }
      const ended = idle;
      idle = [];
      if ('error' in found) await write(queue, ended, failedJob(job, found.error, clock.now()));
      else await writeFacts(queue, state, ended, job, found, signal);
    }
    const last = idle.pop();
    if (last !== undefined && !signal.aborted) await write(queue, idle, last);
    return pause;
  };
};
