import { collect, type ManualClock } from '@retentive/core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Journal } from '../journal/journal.ts';
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
  sequences,
  sourceId,
  whole,
} from './journal-fixtures.ts';

/** The journal under test and its clock, fresh for every test. */
export interface JournalBench {
  readonly journal: () => Journal;
  readonly clock: () => ManualClock;
}

/** What `append` promises. */
export const describeAppend = ({ journal, clock }: JournalBench): void => {
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

/** How sources stand, and what they refuse. */
export const describeSources = ({ journal }: JournalBench): void => {
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

/** Idempotency. */
export const describeKeys = ({ journal }: JournalBench): void => {
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

  it('keeps what imported entries were recorded with: times and keys', async () => {
    const recorded = [
      { at: 5, keys: [{ key: 'id:a', hash: 'h' }] },
      { at: 7, keys: [{ key: 'k', hash: 'h' }] },
      { at: 6 },
    ];
    const entries = [whole('a'), opened('b'), more('b', 0, 'x')];
    const written = await journal().append({ scope: ANNA, entries, recorded });
    expect(written.entries.map(({ recordedAt }) => recordedAt)).toEqual([5, 7, 6]);
    expect(await readAll(journal())).toEqual(written.entries);
    expect(await send('a', { 'id:a': 'h' })).toBe('a');
    expect(await send('c', { k: 'h' })).toBe('b');
    expect(await codeOf(send('c', { k: 'other' }))).toBe('IDEMPOTENCY_CONFLICT');
    const again = {
      scope: ANNA,
      entries: [whole('d')],
      recorded: [{ at: 8, keys: [{ key: 'k', hash: 'h' }] }],
    };
    expect(await codeOf(journal().append(again))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(journal().append({ scope: ANNA, entries, recorded: [] }))).toBe('OPTION_INVALID');
    expect(await readAll(journal())).toHaveLength(3);
  });

  it('tells the keys of a scope', async () => {
    await send('a', { 'id:a': 'h1', k: 'h2' });
    await send('b', {});
    await send('c', { k: 'h3' }, BEN);
    const found = await collect(journal().keys(ANNA));
    expect(found.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toEqual([
      { key: 'id:a', hash: 'h1', source: 'a' },
      { key: 'k', hash: 'h2', source: 'a' },
    ]);
    expect(await collect(journal().keys({ tenant: 'none', user: 'none' }))).toEqual([]);
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
