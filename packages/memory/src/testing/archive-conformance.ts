import type { Chunk, ChunkId, MessageId, SessionId } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInMemoryScopeArchive } from '../episodic/in-memory-scope-archive.ts';
import type { ArchivedItem, Checkpoint, ScopeArchive, SourceRecord } from '../episodic/scope-archive.ts';
import { codeOf } from './journal-fixtures.ts';

/** How an archive of chunks is brought under test. */
export interface ScopeArchiveSubject {
  /** A new archive without chunks. */
  readonly open: () => ScopeArchive | Promise<ScopeArchive>;
  /** The archive opened last, opened again after its close: for one that outlives the process. */
  readonly reopen?: (() => ScopeArchive | Promise<ScopeArchive>) | undefined;
}

const chunkAt = (position: number, text: string): Chunk => ({
  id: `m${position}#0` as ChunkId,
  source: { type: 'message', id: `m${position}` as MessageId },
  index: 0,
  offset: 0,
  text,
  tokens: 1 + text.length,
  thread: 'default',
  session: 'default/1' as SessionId,
  position,
  role: 'user',
  origin: 'user',
  time: position * 60_000,
});

/** A chunk with its words, each as heavy as it is frequent. */
export const archivedItem = (position: number, text: string): ArchivedItem => {
  const terms = new Map<string, number>();
  for (const term of text.split(' ')) terms.set(term, (terms.get(term) ?? 0) + 1);
  return { chunk: chunkAt(position, text), terms };
};

const item = archivedItem;

const describeReads = (archive: () => ScopeArchive): void => {
  it('gives each chunk by its position, word for word', () => {
    const hostile = item(7, '"quoted" OR NEAR(a b) 今日 \u0000 \ud800 é');
    archive().put([item(3, 'red kayak'), hostile], 5);
    expect(archive().chunkAt(3)).toEqual(item(3, 'red kayak').chunk);
    expect(archive().chunkAt(7)).toEqual(hostile.chunk);
    expect(archive().chunkAt(4)).toBeUndefined();
    const some = archive().chunksAt([7, 4, 3]);
    expect(some.toSorted((a, b) => a.position - b.position)).toEqual([
      item(3, 'red kayak').chunk,
      hostile.chunk,
    ]);
    archive().search(['kayak'], 1);
    expect(archive().chunksAt([7, 4])).toEqual([hostile.chunk]);
  });

  it('names those with a word, the rarer and denser first, and no more than asked for', () => {
    archive().put([item(1, 'ferry ferry'), item(2, 'ferry at nine past the pier'), item(3, 'red kayak')], 1);
    expect(archive().search(['ferry'], 10)).toEqual([1, 2]);
    expect(archive().search(['ferry'], 1)).toEqual([1]);
    expect(archive().search(['boat'], 10)).toEqual([]);
    expect(archive().search([], 10)).toEqual([]);
    expect(new Set(archive().search(['kayak', 'pier'], 10))).toEqual(new Set([2, 3]));
  });

  it('gives of chunks the weights of the words asked for, and how long they are', () => {
    const heavy = {
      ...item(4, 'pier'),
      terms: new Map([
        ['pier', 2.25],
        ['pie', 0.5],
        ['12', 0.1],
      ]),
    };
    archive().put([item(1, 'ferry ferry at nine'), heavy, item(5, '"quoted" (boat \u0000 \ud800')], 1);
    const asked = ['ferry', '12', 'pie', '"quoted"', '2', 'er'];
    const read = () =>
      archive()
        .partsAt([5, 1, 9, 4], asked)
        .toSorted((a, b) => a.position - b.position)
        .map(({ position, length, terms }) => [position, length, Object.fromEntries(terms)]);
    const expected = [
      [1, 4, { ferry: 2 }],
      [4, 2.85, { pie: 0.5, '12': 0.1 }],
      [5, 4, { '"quoted"': 1 }],
    ];
    expect(read()).toEqual(expected);
    const { session, time } = item(1, '').chunk;
    expect(archive().partsAt([1], [])).toEqual([{ position: 1, session, time, length: 4, terms: new Map() }]);
    expect(archive().countOf('ferry')).toBe(1);
    expect(archive().countOf('raft')).toBe(0);
    expect(read()).toEqual(expected);
  });

  it('takes words as words, whatever they look like', () => {
    archive().put([item(1, 'or'), item(2, 'not'), item(3, '雨で'), item(4, 'near')], 1);
    for (const [position, word] of [
      [1, 'or'],
      [2, 'not'],
      [3, '雨で'],
      [4, 'near'],
    ] as const) {
      expect(archive().search([word], 10)).toEqual([position]);
    }
  });

  it('skips what earlier entries had brought', () => {
    archive().put([item(1, 'first')], 4);
    archive().put([item(2, 'again')], 4);
    archive().put([item(3, 'next')], 5);
    expect([1, 2, 3].map((position) => archive().chunkAt(position)?.text)).toEqual([
      'first',
      undefined,
      'next',
    ]);
  });
};

const record = (
  ordinal: number,
  thread = 'default',
  state: SourceRecord['state'] = 'complete',
): SourceRecord => ({
  ordinal,
  header: {
    type: 'message',
    id: `m${ordinal}` as MessageId,
    role: 'user',
    thread,
    time: ordinal,
    origin: 'user',
    remember: true,
  },
  session: `${thread}/1` as SessionId,
  positions: [[ordinal, 1]],
  state,
  cutTo: 5,
  tail: '\ud800 "tail"',
  tokens: 2,
});

const describeCheckpoints = (archive: () => ScopeArchive): void => {
  const checkpoint: Checkpoint = { sequence: 7, recordedAt: 70, state: '{"at":"\\ud800"}' };

  it('gives the last checkpoint, and the sources as they were saved last', () => {
    expect(archive().checkpoint()).toBeUndefined();
    expect(archive().source('m1' as MessageId)).toBeUndefined();
    expect(archive().save(checkpoint, [record(0), record(1, 'default', 'torn')])).toBe(true);
    expect(archive().checkpoint()).toEqual(checkpoint);
    expect(archive().source('m0' as MessageId)).toEqual(record(0));
    const next = { sequence: 9, recordedAt: 90, state: '{}' };
    archive().save(next, [record(1), record(2)]);
    expect(archive().checkpoint()).toEqual(next);
    expect(
      archive()
        .sources(['m2', 'm9', 'm1'] as MessageId[])
        .toSorted((a, b) => a.ordinal - b.ordinal),
    ).toEqual([record(1), record(2)]);
  });

  it('lists sources before one, the newest first, of one thread if asked', () => {
    archive().save(checkpoint, [record(0), record(1, 'b'), record(2), record(3, 'b'), record(4)]);
    const before = (end: number, limit: number, thread?: string): readonly number[] =>
      archive()
        .sourcesBefore(end, limit, thread)
        .map(({ ordinal }) => ordinal);
    expect(before(4, 9)).toEqual([3, 2, 1, 0]);
    expect(before(4, 2)).toEqual([3, 2]);
    expect(before(9, 9, 'b')).toEqual([3, 1]);
    expect(before(3, 9, 'b')).toEqual([1]);
    expect(before(0, 9)).toEqual([]);
  });

  it('gives copies: who changes what it was given changes nothing here', () => {
    const given = record(0);
    archive().save(checkpoint, [given]);
    given.tail = 'changed';
    const read = archive().source('m0' as MessageId);
    if (read !== undefined) read.positions.push([9, 9]);
    expect(archive().source('m0' as MessageId)).toEqual(record(0));
  });

  it('has what was put before a checkpoint with it, and skips what comes again', () => {
    archive().put([item(1, 'red kayak')], 6);
    archive().save(checkpoint, []);
    archive().put([item(2, 'again')], 7);
    archive().put([item(3, 'next')], 8);
    expect(archive().sequence).toBeGreaterThanOrEqual(7);
    expect([1, 2, 3].map((position) => archive().chunkAt(position)?.text)).toEqual([
      'red kayak',
      undefined,
      'next',
    ]);
  });
};

const describeTwin = ({ open }: ScopeArchiveSubject): void => {
  it('finds the words that the archive in memory finds', async () => {
    const texts = fc.array(fc.constantFrom('tea', 'ferry', 'pier', 'rain', 'bike'), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 20 }), texts, async (all, query) => {
        const twin = createInMemoryScopeArchive();
        const archive = await open();
        for (const [position, words] of all.entries()) {
          for (const each of [twin, archive]) each.put([item(position, words.join(' '))], position + 1);
        }
        expect(new Set(archive.search(query, 100))).toEqual(new Set(twin.search(query, 100)));
        archive.discard();
      }),
      { numRuns: 30 },
    );
  });
};

const describeLife = (archive: () => ScopeArchive, reopen: ScopeArchiveSubject['reopen']): void => {
  it('answers everything with STORE_CLOSED after its close, which may be called again', async () => {
    archive().put([item(1, 'red kayak')], 4);
    archive().close();
    archive().close();
    const calls = [
      () => archive().put([item(2, 'late')], 5),
      () => archive().chunkAt(1),
      () => archive().chunksAt([1]),
      () => archive().partsAt([1], ['kayak']),
      () => archive().countOf('kayak'),
      () => archive().search(['kayak'], 1),
      () => archive().checkpoint(),
      () => archive().rest(),
      () => archive().source('m1' as MessageId),
      () => archive().sources(['m1' as MessageId]),
      () => archive().sourcesBefore(1, 1),
      () => archive().save({ sequence: 9, recordedAt: 9, state: '{}' }, []),
      () => archive().discard(),
    ];
    const codes = await Promise.all(calls.map((call) => codeOf((async () => call())())));
    expect(codes).toEqual(codes.map(() => 'STORE_CLOSED'));
  });

  it('rests and goes on, with all that it had', () => {
    archive().rest();
    archive().put([item(1, 'red kayak')], 4);
    archive().save({ sequence: 4, recordedAt: 40, state: '{}' }, [record(0)]);
    for (let time = 0; time < 2; time += 1) {
      archive().rest();
      expect(archive().chunkAt(1)?.text).toBe('red kayak');
      archive().rest();
      expect(archive().chunksAt([1])).toHaveLength(1);
      archive().rest();
      expect(archive().search(['kayak'], 1)).toEqual([1]);
      archive().rest();
      expect(archive().checkpoint()?.sequence).toBe(4);
      archive().rest();
      expect(archive().source('m0' as MessageId)).toEqual(record(0));
    }
    archive().rest();
    archive().put([item(2, 'blue kayak')], 5);
    expect(archive().search(['blue'], 1)).toEqual([2]);
  });

  it('takes what comes after it was discarded, and keeps it until it ends', () => {
    archive().put([item(1, 'red kayak')], 4);
    archive().discard();
    archive().put([item(2, 'late')], 5);
    expect(archive().chunkAt(2)?.text).toBe('late');
  });

  it('forgets checkpoint and sources for good when it is discarded', async ({ skip }) => {
    if (reopen === undefined) return skip('the archive does not outlive the process');
    archive().save({ sequence: 9, recordedAt: 90, state: '{}' }, [record(0)]);
    archive().discard();
    archive().close();
    const after = await reopen();
    expect(after.checkpoint()).toBeUndefined();
    expect(after.source('m0' as MessageId)).toBeUndefined();
    expect(after.sourcesBefore(9, 9)).toEqual([]);
    after.close();
  });

  it('goes on after reopening where it was', async ({ skip }) => {
    if (reopen === undefined) return skip('the archive does not outlive the process');
    archive().put([item(1, 'red kayak')], 9);
    const checkpoint = { sequence: 9, recordedAt: 90, state: '{"kept":true}' };
    archive().save(checkpoint, [record(0)]);
    archive().close();
    const after = await reopen();
    expect(after.checkpoint()).toEqual(checkpoint);
    expect(after.source('m0' as MessageId)).toEqual(record(0));
    expect(after.sequence).toBe(9);
    after.put([item(2, 'old')], 9);
    after.put([item(3, 'blue kayak')], 10);
    expect(after.chunkAt(2)).toBeUndefined();
    expect(new Set(after.search(['kayak'], 10))).toEqual(new Set([1, 3]));
    after.close();
  });
};

/**
 * Every promise of the `ScopeArchive` port as tests for vitest: call it at the top level of a test file. Needs `vitest` and
 * `fast-check`.
 */
export const describeScopeArchive = (name: string, subject: ScopeArchiveSubject): void => {
  describe(`archive of a scope: ${name}`, () => {
    let current: ScopeArchive | undefined;
    const archive = (): ScopeArchive => current as ScopeArchive;
    beforeEach(async () => {
      current = await subject.open();
    });
    afterEach(() => current?.close());
    describe('reads', () => describeReads(archive));
    describe('checkpoints', () => describeCheckpoints(archive));
    describe('twin', () => describeTwin(subject));
    describe('life', () => describeLife(archive, subject.reopen));
  });
};
