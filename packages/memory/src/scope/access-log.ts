import type { SentContext, Wait } from '@retentive/core';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';

/** An access is durable at most this late, in ms: what a crash may cost. */
const LATEST_MS = 1_000;

/** Items that are written without waiting any longer. */
const MOST_ITEMS = 256;

interface Batch {
  readonly scope: ScopeKey;
  readonly items: string[];
  readonly sent: SentContext[];
}

/** Which items contexts used, and which contexts were sent: journaled in batches, behind everybody's back. */
export interface AccessLog {
  /** Notes chunks and facts as used once. Waits for nothing and never fails. */
  note(scope: ScopeKey, items: readonly string[]): void;
  /** Notes a context that goes to a model. */
  sent(scope: ScopeKey, context: SentContext): void;
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

  return {
    note(scope, items) {
      if (items.length > 0) add(scope, items, []);
    },
    sent(scope, context) {
      add(scope, [], [context]);
    },
    async close() {
      isClosed = true;
      flush();
      await writing;
    },
  };
};
