import type { SentContext, Wait } from '@retentive/core';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';

/** An access is durable at most this late, in ms: what a crash may cost. */
const LATEST_MS = 1_000;

/** Items that are written without waiting any longer. */
const MOST_ITEMS = 256;

/** Where something is taken out: a user's scope, or without a user a whole tenant. */
export interface RemovalTarget {
  readonly tenant: string;
  readonly user?: string | undefined;
}

/** A reader, and whether something was taken out while it read. */
interface Reader {
  readonly scope: ScopeKey;
  isStale: boolean;
}

const isIn = ({ tenant, user }: RemovalTarget, scope: ScopeKey): boolean =>
  scope.tenant === tenant && (user === undefined || scope.user === user);

interface Batch {
  readonly scope: ScopeKey;
  readonly items: string[];
  readonly sent: SentContext[];
}

/** What one reader of a scope notes. */
export interface ReadingLog {
  /** Notes chunks and facts as used once. Waits for nothing and never fails. */
  note(items: readonly string[]): void;
  /** Notes a context that goes to a model. */
  sent(context: SentContext): void;
}

/** Which items contexts used, and which contexts were sent: journaled in batches, behind everybody's back. */
export interface AccessLog {
  /** Reads in a scope. What is noted once something was taken out beside it is dropped: it may be of what is gone. */
  reading<Result>(scope: ScopeKey, run: (log: ReadingLog) => Promise<Result>): Promise<Result>;
  /**
   * Takes something out of a user's scope, or of all of a tenant's. What was noted before is written before it, where the
   * removal finds it; nothing that names what is gone is written after it.
   */
  removing<Result>(target: RemovalTarget, run: () => Promise<Result>): Promise<Result>;
  /** Writes what was noted. Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * Makes an empty {@link AccessLog}. What the journal does not take is given up: an access is worth no failure, and what it
 * does to retention is read from the journal, so that live and replayed scopes agree on what counted.
 */
export const createAccessLog = ({
  journal,
  wait,
}: {
  readonly journal: Pick<Journal, 'append'>;
  readonly wait: Wait;
}): AccessLog => {
  let isClosed = false;
  let noted = new Map<string, Batch>();
  let count = 0;
  let alarm: AbortController | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const readers = new Set<Reader>();
  const removals = new Set<RemovalTarget>();

  const flush = (): void => {
    alarm?.abort();
    alarm = undefined;
    const batches = [...noted.values()];
    noted = new Map();
    count = 0;
    writing = Promise.allSettled([
      writing,
      ...batches.map(({ scope, sent, items }) => {
        const entries: EntryBody[] = sent.map((context) => ({ kind: 'context', context }));
        if (items.length > 0) entries.push({ kind: 'access', items });
        return journal.append({ scope, entries });
      }),
    ]);
  };

  const flushSoon = async (own: AbortController): Promise<void> => {
    await wait(LATEST_MS, own.signal).catch(() => {});
    if (alarm === own) flush();
  };

  const add = (scope: ScopeKey, items: readonly string[], sent: readonly SentContext[]): void => {
    if (isClosed) return;
    const name = JSON.stringify([scope.tenant, scope.user]);
    const batch = noted.get(name) ?? { scope, items: [], sent: [] };
    batch.items.push(...items);
    batch.sent.push(...sent);
    noted.set(name, batch);
    count += items.length + sent.length;
    if (count >= MOST_ITEMS) flush();
    else if (alarm === undefined) {
      alarm = new AbortController();
      void flushSoon(alarm);
    }
  };

  const outdate = (target: RemovalTarget): void => {
    for (const reader of readers) if (isIn(target, reader.scope)) reader.isStale = true;
  };

  return {
    async reading(scope, run) {
      const isStale = [...removals].some((target) => isIn(target, scope));
      const reader: Reader = { scope, isStale };
      readers.add(reader);
      try {
        return await run({
          note(items) {
            if (items.length > 0 && !reader.isStale) add(scope, items, []);
          },
          sent(context) {
            if (!reader.isStale) add(scope, [], [context]);
          },
        });
      } finally {
        readers.delete(reader);
      }
    },
    async removing(target, run) {
      removals.add(target);
      outdate(target);
      flush();
      await writing;
      try {
        return await run();
      } finally {
        removals.delete(target);
      }
    },
    async close() {
      isClosed = true;
      flush();
      await writing;
    },
  };
};
