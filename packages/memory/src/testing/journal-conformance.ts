import { type Clock, createManualClock } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../journal/journal.ts';
import { describeErase } from './journal-erase-suite.ts';
import {
  ANNA,
  append,
  BEN,
  codeOf,
  ended,
  job,
  more,
  opened,
  readAll,
  sequences,
  sourceId,
  whole,
} from './journal-fixtures.ts';
import { describeJobs } from './journal-job-suite.ts';
import { describeEraseScopes } from './journal-scope-erase-suite.ts';
import { describeTwin } from './journal-twin.ts';
import { describeAppend, describeKeys, describeSources, type JournalBench } from './journal-write-suite.ts';

/** How a journal is brought under test. */
export interface JournalSubject {
  /** A new journal without entries. */
  readonly open: (clock: Clock) => Promise<Journal>;
  /** The journal opened last, opened again after its close: needed when `capabilities.durable`. */
  readonly reopen?: ((clock: Clock) => Promise<Journal>) | undefined;
}

const describeListeners = ({ journal }: JournalBench): void => {
  it('tells listeners of every entry once, in order, before the append resolves', async () => {
    const heard: (number | string)[] = [];
    const stop = journal().subscribe(({ sequence }) => heard.push(sequence));
    const calls = ['a', 'b'].map((id) =>
      append(journal(), ANNA, whole(id), whole(`${id}2`)).then(() => heard.push(id)),
    );
    await Promise.all(calls);
    expect(heard.filter((item) => typeof item === 'number')).toEqual([1, 2, 3, 4]);
    expect(heard.indexOf('a')).toBeGreaterThan(heard.indexOf(2));
    expect(heard.indexOf('b')).toBeGreaterThan(heard.indexOf(4));
    await codeOf(append(journal(), ANNA, whole('a')));
    stop();
    await append(journal(), ANNA, whole('c'));
    expect(heard).toHaveLength(6);
  });

  it('goes on when a listener throws', async () => {
    const heard: number[] = [];
    journal().subscribe(() => {
      throw new Error('a bad listener');
    });
    journal().subscribe(({ sequence }) => heard.push(sequence));
    expect(sequences(await append(journal(), ANNA, whole('a')))).toEqual([1]);
    expect(sequences(await append(journal(), ANNA, whole('b')))).toEqual([2]);
    expect(heard).toEqual([1, 2]);
  });
};

const describeRead = ({ journal }: JournalBench): void => {
  it('reads by scope, by source and between bounds', async () => {
    await append(journal(), ANNA, opened('m'), more('m', 0, 'ab'));
    await append(journal(), BEN, whole('m'), { kind: 'access', items: ['m#0'] });
    await append(journal(), ANNA, whole('n'), more('m', 2, 'c'));
    const read = async (options: Parameters<Journal['read']>[0]): Promise<readonly number[]> =>
      sequences(await readAll(journal(), options));
    expect(await read({})).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await read({ after: 2, until: 4 })).toEqual([3, 4]);
    expect(await read({ after: -3, until: 99 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await read({ after: 6 })).toEqual([]);
    expect(await read({ scope: BEN })).toEqual([3, 4]);
    expect(await read({ scope: ANNA, after: 1, until: 5 })).toEqual([2, 5]);
    expect(await read({ kinds: ['pin'] })).toEqual([]);
    const all = await readAll(journal(), {});
    const ofKind = (kind: string) =>
      all.filter(({ body }) => body.kind === kind).map(({ sequence }) => sequence);
    expect(await read({ kinds: ['source'] })).toEqual(ofKind('source'));
    expect(await read({ scope: ANNA, after: 1, kinds: ['source', 'pin'] })).toEqual(
      (await readAll(journal(), { scope: ANNA, after: 1 }))
        .filter(({ body }) => body.kind === 'source')
        .map(({ sequence }) => sequence),
    );
    expect(await read({ source: sourceId('m') })).toEqual([1, 2, 3, 6]);
    expect(await read({ source: sourceId('m'), scope: ANNA })).toEqual([1, 2, 6]);
    expect(await read({ source: sourceId('m'), scope: ANNA, after: 1 })).toEqual([2, 6]);
    expect(await read({ source: sourceId('z') })).toEqual([]);
    expect(await read({ scope: { tenant: 'acme', user: 'nobody' } })).toEqual([]);
  });

  it('reads what stood there at the first next, whatever is written meanwhile', async () => {
    await append(journal(), ANNA, ...Array.from({ length: 2_500 }, (_, index) => whole(`m${index}`, 'x')));
    const heard: number[] = [];
    for await (const { sequence } of journal().read()) {
      heard.push(sequence);
      if (sequence % 1_000 === 1) await append(journal(), ANNA, whole(`late${sequence}`));
    }
    expect(heard).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
    expect(await readAll(journal(), { after: 2_500 })).toHaveLength(3);
    for await (const { sequence } of journal().read()) if (sequence === 2) break;
    expect(await append(journal(), ANNA, whole('after a broken read'))).toHaveLength(1);
  });

  it('ends calls that are aborted', async () => {
    await append(journal(), ANNA, whole('a'), whole('b'));
    const controller = new AbortController();
    const { signal } = controller;
    const entries = journal().read({ signal })[Symbol.asyncIterator]();
    expect((await entries.next()).value).toMatchObject({ sequence: 1 });
    controller.abort();
    expect(await codeOf(entries.next())).toBe('ABORTED');
    expect(await codeOf(readAll(journal(), { signal }))).toBe('ABORTED');
    expect(await codeOf(journal().sources({ state: 'open' }, { signal }))).toBe('ABORTED');
    expect(await codeOf(journal().scopes({ signal }))).toBe('ABORTED');
    expect(await codeOf(journal().jobs({ state: 'queued' }, { signal }))).toBe('ABORTED');
    expect(await codeOf(journal().check({ signal }))).toBe('ABORTED');
  });
};

const describeClose = ({ journal }: JournalBench): void => {
  it('waits for what was appended, then answers everything with STORE_CLOSED', async () => {
    await append(journal(), ANNA, whole('first'));
    const entries = journal().read()[Symbol.asyncIterator]();
    await entries.next();
    const last = append(journal(), ANNA, whole('last'));
    const closed = journal().close();
    const after = codeOf(append(journal(), ANNA, whole('after')));
    await closed;
    expect(sequences(await last)).toEqual([2]);
    await journal().close();
    const codes = await Promise.all([
      after,
      codeOf(append(journal(), ANNA, whole('m'))),
      codeOf(readAll(journal())),
      codeOf(journal().sources({ state: 'open' })),
      codeOf(journal().scopes()),
      codeOf(journal().jobs({ state: 'queued' })),
      codeOf(journal().check()),
      codeOf((async () => journal().subscribe(() => {}))()),
    ]);
    expect(codes).toEqual(codes.map(() => 'STORE_CLOSED'));
  });
};

const describeReopen = ({ journal, clock }: JournalBench, reopen: JournalSubject['reopen']): void => {
  it('comes back as it was when it is durable', async ({ skip }) => {
    if (!journal().capabilities.durable) skip('the journal says that it is not durable');
    if (reopen === undefined) throw new Error('a durable journal needs `reopen` for this suite');
    await journal().append({ scope: ANNA, entries: [whole('a')], keys: [{ key: 'k', hash: 'h' }] });
    await append(journal(), BEN, opened('b', 'one '), job('b', 'queued'));
    const before = await readAll(journal());
    await journal().close();
    const again = await reopen(clock());
    try {
      expect(await readAll(again)).toEqual(before);
      const repeat = { scope: ANNA, entries: [whole('z')], keys: [{ key: 'k', hash: 'h' }] };
      expect((await again.append(repeat)).replayed).toBe('a');
      expect(await codeOf(append(again, ANNA, whole('a')))).toBe('IDEMPOTENCY_CONFLICT');
      expect(sequences(await append(again, BEN, more('b', 4, 'two'), ended('b', 'complete', 7)))).toEqual([
        4, 5,
      ]);
      expect((await again.jobs({ state: 'queued' })).map(({ scope }) => scope)).toEqual([BEN]);
      expect(await again.scopes()).toEqual([ANNA, BEN]);
      expect(await again.check()).toEqual([]);
    } finally {
      await again.close();
    }
  });
};

/**
 * Every promise of the {@link Journal} port as tests for vitest: call it at the top level of a test file. A wrapper around
 * a journal is a journal too and passes the same suite. Needs `vitest` and `fast-check`.
 */
export const describeJournal = (name: string, { open, reopen }: JournalSubject): void => {
  describe(`journal: ${name}`, () => {
    let current: Journal | undefined;
    let clock = createManualClock();
    const bench: JournalBench = { journal: () => current as Journal, clock: () => clock };
    beforeEach(async () => {
      clock = createManualClock();
      current = await open(clock);
    });
    afterEach(async () => {
      await current?.close();
    });
    describe('append', () => describeAppend(bench));
    describe('sources', () => describeSources(bench));
    describe('keys', () => describeKeys(bench));
    describe('jobs', () => describeJobs(bench));
    describe('erase', () => describeErase(bench));
    describe('eraseScopes', () => describeEraseScopes(bench));
    describe('subscribe', () => describeListeners(bench));
    describe('read', () => describeRead(bench));
    describe('close', () => describeClose(bench));
    describe('reopen', () => describeReopen(bench, reopen));
    describe('twin', () => describeTwin(bench));
  });
};
