import type { OperationId } from '@retentive/core';
import { expect, it } from 'vitest';
import type { EntryBody, Journal, JournalEntry, JournalErasure } from '../journal/journal.ts';
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
import type { JournalBench } from './journal-write-suite.ts';

const note = (id: string, because: string): EntryBody => ({
  kind: 'operation',
  operation: {
    id: id as OperationId,
    kind: 'add',
    target: { store: 'episodic', note: 'a note' },
    because,
    sources: [],
  },
});

const erase = (journal: Journal, erasure: Partial<JournalErasure>): Promise<JournalEntry> =>
  journal.erase({ scope: ANNA, ids: ['it'], sources: [], sequences: [], replaced: [], ...erasure });

const gone = (...ids: readonly string[]): Pick<JournalErasure, 'sources'> => ({ sources: ids.map(sourceId) });

/** What `erase` promises. */
export const describeErase = ({ journal, clock }: JournalBench): void => {
  it('takes a source out with its text, ends, jobs and pins, and nothing of others', async () => {
    await append(journal(), ANNA, opened('m', 'ab'), whole('n'));
    await append(journal(), BEN, whole('m'), job('m', 'queued', { id: 'of ben' as never }));
    await append(journal(), ANNA, more('m', 2, 'c'), ended('m', 'complete', 3), job('m', 'queued'));
    await append(journal(), ANNA, { kind: 'pin', id: sourceId('m'), pinned: true }, job('n', 'queued'));
    const before = await readAll(journal());
    clock().advance(7);
    const entry = await erase(journal(), { ids: ['m'], ...gone('m') });
    expect(entry).toEqual({
      sequence: 10,
      scope: ANNA,
      recordedAt: Math.trunc(clock().now()),
      body: {
        kind: 'forgotten',
        ids: ['m'],
        sequences: [
          [1, 1],
          [5, 8],
        ],
        replaced: [],
      },
    });
    const left = [2, 3, 4, 9];
    expect(await readAll(journal())).toEqual([
      ...before.filter(({ sequence }) => left.includes(sequence)),
      entry,
    ]);
    expect(sequences(await readAll(journal(), { scope: ANNA }))).toEqual([2, 9, 10]);
    expect(sequences(await readAll(journal(), { source: sourceId('m') }))).toEqual([3]);
    expect(sequences(await readAll(journal(), { after: 4, until: 9 }))).toEqual([9]);
    expect((await journal().sources({ id: sourceId('m') })).map(({ scope }) => scope)).toEqual([BEN]);
    expect((await journal().jobs({ state: 'queued' })).map(({ job: { source } }) => source)).toEqual([
      'm',
      'n',
    ]);
    expect(await journal().check()).toEqual([]);
  });

  it('frees the id and the keys of a source', async () => {
    const batch = { scope: ANNA, entries: [whole('m')], keys: [{ key: 'k', hash: 'h' }] };
    await journal().append(batch);
    await append(journal(), ANNA, whole('n'));
    await erase(journal(), gone('m'));
    expect(await codeOf(append(journal(), ANNA, more('m', 5, 'x')))).toBe('MESSAGE_NOT_FOUND');
    expect(await codeOf(append(journal(), ANNA, job('m', 'queued')))).toBe('MESSAGE_NOT_FOUND');
    const again = await journal().append({ ...batch, keys: [{ key: 'k', hash: 'other' }] });
    expect(sequences(again.entries)).toEqual([4]);
    expect(sequences(await readAll(journal(), { source: sourceId('m') }))).toEqual([4]);
    await erase(journal(), gone('m', 'n'));
    expect(sequences(await readAll(journal()))).toEqual([3, 5]);
    expect(await journal().check()).toEqual([]);
  });

  it('takes out and replaces entries about no source, which keep their place and time', async () => {
    await append(
      journal(),
      ANNA,
      note('a', 'the first'),
      note('b', 'second, at more length'),
      note('c', 'x'),
    );
    clock().advance(1_000);
    const [, second] = await readAll(journal());
    const long = note('c', 'longer than it was before by a good deal of text');
    const replaced = [
      { sequence: 2, body: note('b', 'é') },
      { sequence: 3, body: long },
    ];
    const { body } = await erase(journal(), { sequences: [1], replaced });
    expect(body).toMatchObject({ sequences: [[1, 1]], replaced: [2, 3] });
    const [b, c] = await readAll(journal());
    expect(b).toEqual({ ...second, body: note('b', 'é') });
    expect(c?.body).toEqual(long);
    expect(await journal().check()).toEqual([]);
  });

  it('refuses what is not there, is open, is of another scope or cannot go alone, and does nothing', async () => {
    await append(journal(), ANNA, opened('open'), whole('m'), note('a', 'x'));
    await append(journal(), BEN, note('b', 'x'), whole('of ben'));
    const before = await readAll(journal());
    const other = { kind: 'access', items: [] } as const;
    const codes = await Promise.all([
      codeOf(erase(journal(), gone('m', 'none'))),
      codeOf(erase(journal(), gone('of ben'))),
      codeOf(erase(journal(), { ...gone('m'), scope: { tenant: 'acme', user: 'nobody' } })),
      codeOf(erase(journal(), gone('m', 'open'))),
      codeOf(erase(journal(), gone('m', 'm'))),
      codeOf(erase(journal(), { sequences: [2] })),
      codeOf(erase(journal(), { sequences: [4] })),
      codeOf(erase(journal(), { sequences: [9] })),
      codeOf(erase(journal(), { sequences: [3, 3] })),
      codeOf(erase(journal(), { replaced: [{ sequence: 3, body: other }] })),
      codeOf(erase(journal(), { replaced: [{ sequence: 3, body: { kind: 'rumour' } as never }] })),
      codeOf(append(journal(), ANNA, { kind: 'forgotten', ids: [], sequences: [], replaced: [] })),
    ]);
    expect(codes).toEqual([
      ...Array.from({ length: 3 }, () => 'MESSAGE_NOT_FOUND'),
      ...Array.from({ length: 9 }, () => 'OPTION_INVALID'),
    ]);
    expect(await readAll(journal())).toEqual(before);
    await erase(journal(), { sequences: [3] });
    expect(await codeOf(erase(journal(), { sequences: [3] }))).toBe('OPTION_INVALID');
  });

  it('is sequenced among the appends, and listeners hear of it in its turn', async () => {
    const heard: unknown[] = [];
    journal().subscribe(({ sequence, body }) => heard.push([sequence, body.kind]));
    await Promise.all([
      append(journal(), ANNA, whole('m')),
      erase(journal(), gone('m')),
      append(journal(), ANNA, whole('m', 'again')),
    ]);
    expect(heard).toEqual([
      [1, 'source'],
      [2, 'forgotten'],
      [3, 'source'],
    ]);
    expect(sequences(await readAll(journal(), { source: sourceId('m') }))).toEqual([3]);
    expect(await journal().check()).toEqual([]);
  });

  it('leaves everything when it was aborted before it began', async () => {
    await append(journal(), ANNA, whole('m'));
    const controller = new AbortController();
    const erasure = { scope: ANNA, ids: ['m'], ...gone('m'), sequences: [], replaced: [] };
    controller.abort();
    expect(await codeOf(journal().erase(erasure, { signal: controller.signal }))).toBe('ABORTED');
    expect(await readAll(journal())).toHaveLength(1);
    await journal().close();
    expect(await codeOf(journal().erase(erasure))).toBe('STORE_CLOSED');
  });
};
