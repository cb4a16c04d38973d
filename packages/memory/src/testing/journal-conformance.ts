import { type Clock, createManualClock, type ManualClock } from '@retentive/core';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal, JournalEntry } from '../journal/journal.ts';
import {
  ANNA,
  append,
  BEN,
  codeOf,
  ended,
  more,
  opened,
  readAll,
  resumed,
  sourceId,
  whole,
} from './journal-fixtures.ts';
import { describeTwin } from './journal-twin.ts';

/** How a journal is brought under test. */
export interface JournalSubject {
  /** A new journal without entries. */
  readonly open: (clock: Clock) => Promise<Journal>;
  /** The journal opened last, opened again after its close: needed when `capabilities.durable`. */
  readonly reopen?: ((clock: Clock) => Promise<Journal>) | undefined;
}

const sequences = (entries: readonly JournalEntry[]): readonly number[] =>
  entries.map(({ sequence }) => sequence);

interface Bench {
  readonly journal: () => Journal;
  readonly clock: () => ManualClock;
}

const describeAppend = ({ journal, clock }: Bench): void => {
  it('numbers entries from 1 without gaps, in the order of the calls', async () => {
    const calls = Array.from({ length: 50 }, (_, index) => append(journal(), ANNA, whole(`m${index}`)));
    const entries = (await Promise.all(calls)).flat();
    expect(sequences(entries)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(entries.map(({ body }) => body)).toEqual(
      Array.from({ length: 50 }, (_, index) => whole(`m${index}`)),
    );
    expect(await readAll(journal())).toEqual(entries);
  });

  it('stamps entries with its clock', async () => {
    clock().advance(5_000.5);
    const [entry] = await append(journal(), ANNA, whole('m'));
    expect(entry?.recordedAt).toBe(Math.trunc(clock().now()));
    expect((await readAll(journal()))[0]?.recordedAt).toBe(entry?.recordedAt);
  });

  it('writes all of a batch or nothing', async () => {
    const bad = append(journal(), ANNA, whole('a'), opened('b'), more('b', 7, 'x'));
    expect(await codeOf(bad)).toBe('OFFSET_INVALID');
    expect(await readAll(journal())).toEqual([]);
    expect(await journal().scopes()).toEqual([]);
    const entries = await append(journal(), ANNA, opened('b'), more('b', 0, 'xy'), ended('b', 'complete', 2));
    expect(sequences(entries)).toEqual([1, 2, 3]);
    expect(await append(journal(), ANNA)).toEqual([]);
  });

  it('keeps other batches when one of many at once is refused', async () => {
    const codes = await Promise.all([
      codeOf(append(journal(), ANNA, whole('a'))),
      codeOf(append(journal(), ANNA, more('unknown', 0, 'x'))),
      codeOf(append(journal(), BEN, whole('a'))),
    ]);
    expect(codes).toEqual(['none', 'MESSAGE_NOT_FOUND', 'none']);
    expect(sequences(await readAll(journal()))).toEqual([1, 2]);
  });

  it('refuses what it could not read back, and keys without a source', async () => {
    const torn = [Number.NaN, 1] as const;
    const batches = [
      append(journal(), ANNA, { ...whole('m'), cuts: [torn] } as never),
      append(journal(), ANNA, { kind: 'rumour' } as never),
      append(journal(), ANNA, whole('\ud800')),
      append(journal(), { tenant: 'a', user: '\udfff' }, whole('m')),
      journal()
        .append({ scope: ANNA, keys: [{ key: 'k', hash: 'h' }], entries: [more('m', 0, 'x')] })
        .then(() => []),
    ];
    expect(await Promise.all(batches.map(codeOf))).toEqual(batches.map(() => 'OPTION_INVALID'));
    expect(await readAll(journal())).toEqual([]);
  });

  it('gives every string back as it was, also NUL and lone surrogates', async () => {
    let index = 0;
    const text = fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) });
    const check = fc.asyncProperty(text, async (value) => {
      index += 1;
      await append(journal(), ANNA, whole(`m${index}`, value));
      const [entry] = await readAll(journal(), { source: sourceId(`m${index}`) });
      expect(entry?.body).toEqual(whole(`m${index}`, value));
    });
    await fc.assert(check, { numRuns: 50, examples: [['\u0000'], ['\ud800'], ['\udfff\ud800 \u2028']] });
  });

  it('leaves nothing of an append that was aborted before it began', async () => {
    const controller = new AbortController();
    controller.abort();
    const call = journal().append({ scope: ANNA, entries: [whole('m')] }, { signal: controller.signal });
    expect(await codeOf(call)).toBe('ABORTED');
    expect(await readAll(journal())).toEqual([]);
  });

  it('writes an append that is aborted on its way whole or not at all', async () => {
    const controller = new AbortController();
    const call = journal().append({ scope: ANNA, entries: [whole('m')] }, { signal: controller.signal });
    const after = append(journal(), ANNA, whole('n'));
    controller.abort();
    const code = await codeOf(call);
    const written = code === 'ABORTED' ? ['n'] : ['m', 'n'];
    expect(['ABORTED', 'none']).toContain(code);
    await after;
    expect((await readAll(journal())).map(({ body }) => body)).toEqual(written.map((id) => whole(id)));
  });
};

const describeSources = ({ journal }: Bench): void => {
  it('refuses text of a source it does not know, also one of another scope', async () => {
    await append(journal(), ANNA, opened('m'));
    for (const entry of [more('n', 0, 'x'), ended('n', 'torn', 0), resumed('n')]) {
      expect(await codeOf(append(journal(), ANNA, entry))).toBe('MESSAGE_NOT_FOUND');
    }
    expect(await codeOf(append(journal(), BEN, more('m', 0, 'x')))).toBe('MESSAGE_NOT_FOUND');
  });

  it('takes text only at the end of what there is', async () => {
    await append(journal(), ANNA, opened('m', 'ab'));
    expect(await codeOf(append(journal(), ANNA, more('m', 0, 'x')))).toBe('OFFSET_INVALID');
    expect(await codeOf(append(journal(), ANNA, more('m', 3, 'x')))).toBe('OFFSET_INVALID');
    await append(journal(), ANNA, more('m', 2, '\u{1f600}'));
    expect(await journal().sources({ id: sourceId('m') })).toEqual([
      { scope: ANNA, id: 'm', state: 'open', length: 4 },
    ]);
  });

  it('takes no text for a source that has ended, until a torn one is resumed', async () => {
    await append(journal(), ANNA, opened('m', 'ab'), ended('m', 'torn', 2));
    expect(await codeOf(append(journal(), ANNA, more('m', 2, 'c')))).toBe('MESSAGE_CLOSED');
    expect(await codeOf(append(journal(), ANNA, ended('m', 'complete', 2)))).toBe('MESSAGE_CLOSED');
    await append(journal(), ANNA, resumed('m'), more('m', 2, 'c'));
    expect(await codeOf(append(journal(), ANNA, resumed('m')))).toBe('OPTION_INVALID');
    await append(journal(), ANNA, ended('m', 'complete', 3));
    expect(await codeOf(append(journal(), ANNA, more('m', 3, 'd')))).toBe('MESSAGE_CLOSED');
    expect(await codeOf(append(journal(), ANNA, resumed('m')))).toBe('MESSAGE_CLOSED');
    expect(await journal().check()).toEqual([]);
  });

  it('lists sources by id in every scope and by state, oldest first', async () => {
    await append(journal(), BEN, opened('b'));
    await append(journal(), ANNA, opened('a'));
    await append(journal(), ANNA, opened('b'), ended('b', 'torn', 0));
    await append(journal(), ANNA, whole('c', ''));
    const ids = async (state: 'open' | 'torn' | 'complete'): Promise<readonly unknown[]> =>
      (await journal().sources({ state })).map(({ scope, id }) => [scope.user, id]);
    expect(await ids('open')).toEqual([
      ['ben', 'b'],
      ['anna', 'a'],
    ]);
    expect(await ids('torn')).toEqual([['anna', 'b']]);
    expect(await ids('complete')).toEqual([['anna', 'c']]);
    expect(await journal().sources({ id: sourceId('b') })).toEqual([
      { scope: BEN, id: 'b', state: 'open', length: 0 },
      { scope: ANNA, id: 'b', state: 'torn', length: 0 },
    ]);
    expect(await journal().sources({ id: sourceId('z') })).toEqual([]);
    expect(await journal().scopes()).toEqual([BEN, ANNA]);
  });
};

const describeKeys = ({ journal }: Bench): void => {
  const send = (
    id: string,
    keys: Readonly<Record<string, string>>,
    scope = ANNA,
  ): Promise<string | undefined> =>
    journal()
      .append({
        scope,
        entries: [whole(id)],
        keys: Object.entries(keys).map(([key, hash]) => ({ key, hash })),
      })
      .then(({ replayed }) => replayed);

  it('repeats the first source for a key with the same hash, and writes nothing', async () => {
    expect(await send('a', { k: 'h' })).toBeUndefined();
    expect(await send('b', { k: 'h' })).toBe('a');
    expect(await send('b', { other: 'h', k: 'h' })).toBe('a');
    expect(await send('b', { k: 'h' }, BEN)).toBeUndefined();
    expect(await readAll(journal())).toHaveLength(2);
  });

  it('refuses a key with another hash, and keys that name two sources', async () => {
    await send('a', { k: 'h' });
    await send('b', { l: 'h' });
    expect(await codeOf(send('c', { k: 'other' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(send('c', { k: 'h', l: 'h' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(send('b', { k: 'h' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await readAll(journal())).toHaveLength(2);
  });

  it('takes the id of a source for a key', async () => {
    await send('a', { 'id:a': 'h' });
    expect(await send('a', { 'id:a': 'h' })).toBe('a');
    expect(await send('a', { 'id:a': 'h' }, BEN)).toBeUndefined();
    expect(await codeOf(send('a', { 'id:a': 'other' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(send('a', {}))).toBe('IDEMPOTENCY_CONFLICT');
    await send('b', { k: 'h' });
    expect(await send('b', { k: 'h' })).toBe('b');
    expect(await codeOf(send('b', { 'id:b': 'h' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(append(journal(), ANNA, whole('c'), whole('a')))).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('writes once what many send at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(`m${index}`, { k: 'h' })),
    );
    expect(answers.filter((replayed) => replayed === undefined)).toHaveLength(1);
    expect(await readAll(journal())).toHaveLength(1);
  });
};

const describeListeners = ({ journal }: Bench): void => {
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

const describeRead = ({ journal }: Bench): void => {
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
    expect(await codeOf(journal().check({ signal }))).toBe('ABORTED');
  });
};

const describeClose = ({ journal }: Bench): void => {
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
      codeOf(journal().check()),
      codeOf((async () => journal().subscribe(() => {}))()),
    ]);
    expect(codes).toEqual(codes.map(() => 'STORE_CLOSED'));
  });
};

const describeReopen = ({ journal, clock }: Bench, reopen: JournalSubject['reopen']): void => {
  it('comes back as it was when it is durable', async ({ skip }) => {
    if (!journal().capabilities.durable) skip('the journal says that it is not durable');
    if (reopen === undefined) throw new Error('a durable journal needs `reopen` for this suite');
    await journal().append({ scope: ANNA, entries: [whole('a')], keys: [{ key: 'k', hash: 'h' }] });
    await append(journal(), BEN, opened('b', 'one '));
    const before = await readAll(journal());
    await journal().close();
    const again = await reopen(clock());
    try {
      expect(await readAll(again)).toEqual(before);
      const repeat = { scope: ANNA, entries: [whole('z')], keys: [{ key: 'k', hash: 'h' }] };
      expect((await again.append(repeat)).replayed).toBe('a');
      expect(await codeOf(append(again, ANNA, whole('a')))).toBe('IDEMPOTENCY_CONFLICT');
      expect(sequences(await append(again, BEN, more('b', 4, 'two'), ended('b', 'complete', 7)))).toEqual([
        3, 4,
      ]);
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
    const bench: Bench = { journal: () => current as Journal, clock: () => clock };
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
    describe('subscribe', () => describeListeners(bench));
    describe('read', () => describeRead(bench));
    describe('close', () => describeClose(bench));
    describe('reopen', () => describeReopen(bench, reopen));
    describe('twin', () => describeTwin(bench));
  });
};
