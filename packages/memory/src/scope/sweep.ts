import {
  type CallOptions,
  type Clock,
  type FactId,
  type MemoryEventBus,
  type Operation,
  type OperationId,
  RetentiveError,
  throwIfAborted,
} from '@retentive/core';
import type { Journal, JournalEntry, ScopeKey, SourceId } from '../journal/journal.ts';
import type { SweepOptions, SweepReport } from '../removal-types.ts';
import type { AccessLog } from './access-log.ts';
import { planForgetting } from './forget-plan.ts';
import type { RetainMs } from './retain.ts';
import type { ScopeRegistry } from './scope-registry.ts';
import type { ScopeState } from './scope-state.ts';
import { takeOut } from './take-out.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** What sweeping works with. */
export interface SweepParts {
  /** Data folder, if there is one. */
  readonly path: string | undefined;
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly vectors: Pick<VectorRegistry, 'remove'>;
  readonly accesses: Pick<AccessLog, 'removing'>;
  readonly events: MemoryEventBus;
  readonly clock: Clock;
  readonly retain: RetainMs;
}

/** Takes out what has expired. */
export interface Sweeper {
  /** @throws OPTION_INVALID, ABORTED, STORE_WRITE_FAILED */
  sweep(options?: SweepOptions): Promise<SweepReport>;
  close(): void;
}

/** Items of one call, unless it says otherwise: a second or two. */
const DEFAULT_SWEEP_LIMIT = 1_000;

const NEVER = Number.POSITIVE_INFINITY;

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

/** The fact that an operation makes, with its grounds. */
const madeBy = ({ kind, target, sources, undoes }: Operation) =>
  target.store === 'semantic' &&
  target.fact !== undefined &&
  undoes === undefined &&
  (kind === 'add' || kind === 'update' || kind === 'supersede')
    ? {
        id: target.id,
        fact: target.fact,
        grounds: (target.fact.sources ?? sources).map(({ source }) => source),
      }
    : undefined;

/** The example that an entry remembers. */
const exampleIn = ({ body }: JournalEntry): OperationId | undefined => {
  if (body.kind !== 'operation') return undefined;
  const { id, target } = body.operation;
  return target.store === 'examples' && target.example !== undefined ? id : undefined;
};

const isOpen = ({ body }: JournalEntry, open: ReadonlySet<SourceId>): boolean =>
  body.kind === 'source' && open.has(body.source.id);

/**
 * When what an entry brings expires, ms since epoch. What was written before there was a time to keep it, expires by when it
 * was recorded; a fact with evidence goes with that, unless it names its own time.
 */
const expiryOf = (entry: JournalEntry, retainMs: number | undefined): number => {
  const { body, recordedAt } = entry;
  const kept = retainMs === undefined ? NEVER : recordedAt + retainMs;
  if (body.kind === 'source') return Math.min(body.source.expiresAt ?? NEVER, kept);
  // One whose sources expire goes with them.
  if (exampleIn(entry) !== undefined) return kept;
  const made = body.kind === 'operation' ? madeBy(body.operation) : undefined;
  if (made === undefined) return NEVER;
  return Math.min(made.fact.expiresAt ?? NEVER, made.grounds.length === 0 ? kept : NEVER);
};

interface Expired {
  readonly sources: ReadonlyMap<SourceId, 'message' | 'document'>;
  readonly facts: ReadonlySet<FactId>;
  /** Operations that remembered an example. */
  readonly examples: ReadonlySet<OperationId>;
  readonly operations: readonly { readonly sequence: number; readonly operation: Operation }[];
  /** When the next item expires that is not among these. */
  readonly next: number;
}

/** Makes what sweeps. The journal is read through at the first sweep, and scopes that have something to sweep after that. */
export const createSweeper = ({
  journal,
  scopes,
  vectors,
  accesses,
  events,
  clock,
  retain,
  path,
}: SweepParts): Sweeper => {
  /** The earliest time at which something of a scope expires. */
  const due = new Map<string, { readonly key: ScopeKey; readonly at: number }>();
  let stop: (() => void) | undefined;
  let scanning: Promise<void> | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const expect = (key: ScopeKey, at: number): void => {
    const name = nameOf(key);
    if (at < (due.get(name)?.at ?? NEVER)) due.set(name, { key, at });
  };

  const note = (entry: JournalEntry): void => expect(entry.scope, expiryOf(entry, retain(entry.scope)));

  const scan = async (options: CallOptions): Promise<void> => {
    // What is written from now on is heard of, what was before is read.
    stop ??= journal.subscribe(note);
    for await (const entry of journal.read(options)) note(entry);
  };

  const scanOnce = (options: CallOptions): Promise<void> => {
    scanning ??= scan(options).catch((error: unknown) => {
      scanning = undefined;
      throw error;
    });
    return scanning;
  };

  const openSources = async (key: ScopeKey, options: CallOptions): Promise<ReadonlySet<SourceId>> =>
    new Set(
      (await journal.sources({ state: 'open' }, options))
        .filter(({ scope }) => nameOf(scope) === nameOf(key))
        .map(({ id }) => id),
    );

  /** What of a scope has expired, the first `limit` of it. Sources that are still open wait for their end. */
  const findExpired = async (
    key: ScopeKey,
    now: number,
    limit: number,
    options: CallOptions,
  ): Promise<Expired> => {
    const open = await openSources(key, options);
    const sources = new Map<SourceId, 'message' | 'document'>();
    const operations: { readonly sequence: number; readonly operation: Operation }[] = [];
    const facts = new Set<FactId>();
    const examples = new Set<OperationId>();
    let next = NEVER;
    for await (const entry of journal.read({ scope: key, ...options })) {
      const { body, sequence } = entry;
      if (body.kind === 'operation') operations.push({ sequence, operation: body.operation });
      const at = expiryOf(entry, retain(key));
      if (at === NEVER) continue;
      const isFull = sources.size + facts.size + examples.size >= limit;
      const made = body.kind === 'operation' ? madeBy(body.operation) : undefined;
      const example = exampleIn(entry);
      if (at > now || isFull || isOpen(entry, open)) next = Math.min(next, at);
      else if (body.kind === 'source') sources.set(body.source.id, body.source.type);
      else if (example !== undefined) examples.add(example);
      // It goes with its evidence, or stays in the words of another witness.
      else if (made !== undefined && !isGroundedIn(made.grounds, sources)) facts.add(made.id);
    }
    return { sources, facts, examples, operations, next };
  };

  const sweepScope = async (key: ScopeKey, limit: number, options: CallOptions) => {
    const state = await scopes.load(key);
    return state.exclusively(() =>
      takeOutExpired(key, state, limit, options).catch((error: unknown) => {
        // Looked at again by the next sweep.
        expect(key, clock.now());
        throw error;
      }),
    );
  };

  const takeOutExpired = async (key: ScopeKey, state: ScopeState, limit: number, { signal }: CallOptions) => {
    const now = clock.now();
    // What comes while the scope is read is noted beside what the read finds.
    due.delete(nameOf(key));
    const { sources, facts, examples, operations, next } = await findExpired(key, now, limit, { signal });
    expect(key, next);
    const plan = planForgetting(operations, {
      sources: new Set(sources.keys()),
      facts,
      isWritten: ({ id }) => examples.has(id),
    });
    if (sources.size + plan.sequences.length + plan.replaced.length === 0) return undefined;
    const { body, sequence } = await takeOut(
      { journal, vectors, accesses, path, load: () => scopes.load(key) },
      { key, episodic: state.episodic },
      { ids: [], sources: [...sources.keys()], plan },
      { signal },
    );
    const gone = body.kind === 'forgotten' ? body.sequences : [];
    const swept = {
      messages: [...sources.values()].filter((type) => type === 'message').length,
      documents: [...sources.values()].filter((type) => type === 'document').length,
      facts: plan.facts.length,
      entries: gone.reduce((sum, [first, last]) => sum + last - first + 1, 0),
    };
    events.emit('items:expired', { scope: key, sequence, ...swept });
    return { ...swept, items: sources.size + facts.size + examples.size };
  };

  const sweep = async ({ limit = DEFAULT_SWEEP_LIMIT, signal }: SweepOptions): Promise<SweepReport> => {
    throwIfAborted(signal, 'sweep');
    await scanOnce({ signal });
    const report = { scopes: 0, messages: 0, documents: 0, facts: 0, entries: 0 };
    let left = limit;
    const now = clock.now();
    const isDue = ({ at }: { readonly at: number }): boolean => at <= now;
    for (const { key } of [...due.values()].filter(isDue)) {
      if (left <= 0) break;
      throwIfAborted(signal, 'sweep');
      const swept = await sweepScope(key, left, { signal });
      if (swept === undefined) continue;
      const { items, ...counts } = swept;
      left -= items;
      report.scopes += 1;
      for (const name of ['messages', 'documents', 'facts', 'entries'] as const) report[name] += counts[name];
    }
    return { ...report, done: left > 0 || ![...due.values()].some(isDue) };
  };

  return {
    async sweep(options = {}) {
      const { limit } = options;
      if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
        throw new RetentiveError(
          'OPTION_INVALID',
          `limit must be a whole number of items from 1, got ${limit}`,
        );
      }
      // One at a time: two would find the same.
      const result = running.then(() => sweep(options));
      running = result.catch(() => {});
      return result;
    },
    close() {
      stop?.();
    },
  };
};

const isGroundedIn = (grounds: readonly SourceId[], sources: ReadonlyMap<SourceId, unknown>): boolean =>
  grounds.length > 0 && grounds.every((source) => sources.has(source));
