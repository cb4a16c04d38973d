import { type ChunkId, chunkIdOf, type MessageId } from '@retentive/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EpisodicState, EpisodicStore } from '../episodic/episodic-types.ts';
import { createInMemoryScopeArchive } from '../episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import type { Cut, EntryBody, JournalEntry } from '../journal/journal.ts';
import { ANNA, ended, opened, resumed, sourceId, whole } from './journal-fixtures.ts';

/** Makes a store of the kind under test, empty or as it was, whose unloaded chunks and sources `archive` holds. */
export type OpenEpisodicStore = (archive: ScopeArchive, from?: EpisodicState) => EpisodicStore;

interface Bench {
  readonly store: EpisodicStore;
  readonly archive: ScopeArchive;
  /** Applies bodies, each as the next entry. */
  record(...bodies: readonly EntryBody[]): void;
  /** Moves chunks to the archive, as retention would. */
  unload(...ids: readonly string[]): void;
  /** Saves what changed, as a checkpoint does; gives what the store goes on from, having been through JSON. */
  save(): EpisodicState;
}

const messageId = (id: string): MessageId => id as MessageId;
const chunkId = (id: string, index = 0): ChunkId => chunkIdOf(messageId(id), index);

const createBench = (open: OpenEpisodicStore): Bench => {
  const archive = createInMemoryScopeArchive();
  const store = open(archive);
  let sequence = 0;
  return {
    store,
    archive,
    record(...bodies) {
      for (const body of bodies) {
        sequence += 1;
        store.apply({ sequence, scope: ANNA, recordedAt: sequence, body });
      }
    },
    save() {
      const state = JSON.stringify(store.state());
      archive.save({ sequence: store.sequence, recordedAt: store.sequence, state }, store.changedSources());
      store.onSaved();
      return JSON.parse(state) as EpisodicState;
    },
    unload(...ids) {
      for (const id of ids) {
        for (const chunk of store.chunksOf(sourceId(id))) {
          sequence += 1;
          archive.put([{ chunk, terms: new Map() }], sequence);
          store.unload(chunk);
        }
      }
    },
  };
};

const textEntry = (id: string, offset: number, text: string, cuts: readonly Cut[] = []): EntryBody => ({
  kind: 'text',
  id: sourceId(id),
  offset,
  text,
  cuts,
});

const describeSources = (bench: () => Bench): void => {
  it('cuts what streams into chunks with ids, offsets and positions in order', () => {
    const { store, record } = bench();
    record(
      opened('a', 'one '),
      whole('b', 'between'),
      textEntry('a', 4, 'two three', [
        [4, 1],
        [8, 2],
      ]),
    );
    expect(store.source(sourceId('a'))).toMatchObject({ state: 'open', length: 13, text: 'one two three' });
    record(ended('a', 'complete', 13));
    expect(
      store.chunksOf(sourceId('a')).map(({ id, offset, text, position }) => [id, offset, text, position]),
    ).toEqual([
      ['a#0', 0, 'one ', 1],
      ['a#1', 4, 'two ', 2],
      ['a#2', 8, 'three', 3],
    ]);
    expect(store.lastChunksOf(sourceId('a'), 2).map(({ index }) => index)).toEqual([1, 2]);
    expect(store.chunkAt(0)?.text).toBe('between');
    expect(store.chunksAt([3, 0]).map(({ position }) => position)).toEqual([0, 3]);
    expect(store.chunk(chunkId('a', 1))?.text).toBe('two ');
    expect(store.source(sourceId('a'))?.cuts).toEqual([
      [4, 1],
      [8, 2],
      [13, 1],
    ]);
    expect(store.size).toBe(4);
  });

  it('opens the last chunks again where a source goes on', () => {
    const { store, record } = bench();
    record(opened('a', 'one '), textEntry('a', 4, 'two', [[4, 1]]), ended('a', 'torn', 7));
    record(resumed('a', 1));
    expect(store.source(sourceId('a'))).toMatchObject({ state: 'open', length: 7, text: 'one two' });
    expect(store.chunksOf(sourceId('a')).map(({ text }) => text)).toEqual(['one ']);
    record(textEntry('a', 7, ' more'), ended('a', 'complete', 12));
    expect(store.chunksOf(sourceId('a')).map(({ text }) => text)).toEqual(['one ', 'two more']);
    expect(store.message(messageId('a'))).toMatchObject({ state: 'complete', text: 'one two more' });
  });

  it('knows nothing of what it was not told', () => {
    const { store } = bench();
    expect(store.sequence).toBe(0);
    expect(store.chunksOf(sourceId('z'))).toEqual([]);
    expect(store.lastChunksOf(sourceId('z'), 3)).toEqual([]);
    expect(store.source(sourceId('z'))).toBeUndefined();
    expect(store.message(messageId('z'))).toBeUndefined();
    expect(store.messagesBefore(messageId('z'), 3)).toEqual([]);
    expect(store.chunk(chunkId('z'))).toBeUndefined();
    expect(store.isLoaded(chunkId('z'))).toBe(false);
    expect(store.chunkAt(7)).toBeUndefined();
  });

  it('takes an entry once', () => {
    const { store } = bench();
    const entry: JournalEntry = { sequence: 5, scope: ANNA, recordedAt: 1, body: whole('a') };
    expect(store.apply(entry).added).toHaveLength(1);
    expect(store.apply(entry)).toEqual({ added: [], removed: [] });
    expect([store.sequence, store.size]).toEqual([5, 1]);
  });
};

const describeMessages = (bench: () => Bench): void => {
  it('lists messages in order of their opening, the newest so many, and those before one', () => {
    const { store, record } = bench();
    record(opened('a', 'x'), whole('b'), whole('c'), ended('a', 'complete', 1));
    const ids = (list: readonly { readonly id: MessageId }[]): readonly string[] => list.map(({ id }) => id);
    expect(ids(store.messages())).toEqual(['a', 'b', 'c']);
    expect(ids(store.messages({ limit: 2 }))).toEqual(['b', 'c']);
    expect(ids(store.messages({ limit: 1, where: ({ id }) => id !== 'c' }))).toEqual(['b']);
    expect(ids(store.messages({ thread: 'elsewhere' }))).toEqual([]);
    expect(ids(store.messagesBefore(messageId('c'), 1))).toEqual(['b']);
    expect(ids(store.messagesBefore(messageId('a'), 9))).toEqual([]);
  });

  it('names who spoke', () => {
    const { store, record } = bench();
    const body = whole('a');
    if (body.kind !== 'source' || body.source.type !== 'message') throw new Error('no message');
    record({ ...body, source: { ...body.source, speaker: 'Miranda' } }, whole('b'));
    expect([...store.speakers]).toEqual(['Miranda']);
  });
};

const describeSaved = (open: OpenEpisodicStore, bench: () => Bench): void => {
  it('reads saved sources from the archive, and changes them as ever', () => {
    const { store, record, unload, save } = bench();
    record(whole('a', 'first'), opened('b', 'one '), whole('c', 'third'), ended('b', 'torn', 4));
    unload('a', 'b');
    save();
    expect(store.changedSources()).toEqual([]);
    expect(store.messages().map(({ id, text }) => [id, text])).toEqual([
      ['a', 'first'],
      ['b', 'one '],
      ['c', 'third'],
    ]);
    expect(store.messagesBefore(messageId('c'), 1).map(({ id }) => id)).toEqual(['b']);
    expect(store.chunk(chunkId('a'))?.text).toBe('first');
    record(resumed('b', 0), textEntry('b', 4, 'two'), ended('b', 'complete', 7));
    expect(store.message(messageId('b'))).toMatchObject({ state: 'complete', text: 'one two' });
    expect(store.changedSources().map(({ header }) => header.id)).toEqual(['b']);
    expect(store.messages().map(({ text }) => text)).toEqual(['first', 'one two', 'third']);
  });

  it('knows how many tokens a source has, saved or not', () => {
    const { store, record, unload, save } = bench();
    record(opened('a', ''), textEntry('a', 0, 'one two', [[4, 2]]), ended('a', 'complete', 7));
    const tokens = store.chunksOf(sourceId('a')).reduce((sum, chunk) => sum + chunk.tokens, 0);
    expect(store.sourceTokens(sourceId('a'))).toBe(tokens);
    unload('a');
    save();
    expect(store.sourceTokens(sourceId('a'))).toBe(tokens);
    expect(store.sourceTokens(sourceId('z'))).toBe(0);
  });

  it('goes on from its state as if it had never stopped', () => {
    const { store, record, unload, save, archive } = bench();
    const spoken = whole('a', 'first');
    if (spoken.kind !== 'source' || spoken.source.type !== 'message') throw new Error('no message');
    record({ ...spoken, source: { ...spoken.source, speaker: 'Miranda' } }, opened('b', 'one '));
    record(textEntry('b', 4, 'two', [[4, 1]]), whole('c', 'third'));
    unload('c');
    const second = open(archive, save());
    const rest: readonly EntryBody[] = [
      textEntry('b', 7, ' more'),
      whole('d', 'last'),
      ended('b', 'complete', 12),
    ];
    let { sequence } = store;
    for (const body of rest) {
      sequence += 1;
      for (const each of [store, second]) each.apply({ sequence, scope: ANNA, recordedAt: sequence, body });
    }
    expect(second.messages()).toEqual(store.messages());
    expect(second.chunksAfter(0)).toEqual(store.chunksAfter(0));
    expect(second.state()).toEqual(store.state());
    expect([...second.speakers]).toEqual(['Miranda']);
  });
};

const describeWorkingSet = (bench: () => Bench): void => {
  it('reads from the archive what left the working set', () => {
    const { store, record, unload } = bench();
    record(whole('a', 'first'), whole('b', 'second'));
    unload('a');
    expect(store.size).toBe(1);
    expect(store.tokens).toBe(store.loadedAt(1)?.tokens);
    expect(store.isLoaded(chunkId('a'))).toBe(false);
    expect(store.loadedAt(0)).toBeUndefined();
    expect(store.loadedAt(1)?.text).toBe('second');
    expect(store.chunk(chunkId('a'))?.text).toBe('first');
    expect(store.message(messageId('a'))?.text).toBe('first');
    expect(store.chunksAt([1, 0]).map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('says what arrived after a sequence, of what is in the working set', () => {
    const { store, record, unload } = bench();
    const after = (sequence: number): readonly string[] =>
      store.chunksAfter(sequence).map(({ chunk }) => chunk.id);
    record(whole('a'), whole('b'), whole('c'));
    expect(after(1)).toEqual(['b#0', 'c#0']);
    expect(after(3)).toEqual([]);
    const [chunk] = store.chunksOf(sourceId('a'));
    unload('a', 'b');
    expect(after(0)).toEqual(['c#0']);
    if (chunk !== undefined) store.restore(chunk);
    expect(after(2)).toEqual(['c#0', 'a#0']);
    expect(store.isLoaded(chunkId('a'))).toBe(true);
  });
};

const piece = fc.record({
  source: fc.constantFrom('a', 'b', 'c'),
  text: fc.string({ minLength: 1, maxLength: 6 }),
  isCut: fc.boolean(),
  leaves: fc.boolean(),
  isSaved: fc.boolean(),
});

type Piece = typeof piece extends fc.Arbitrary<infer Value> ? Value : never;

/** Streams pieces into their sources; gives the text that each should have. */
const streamPieces = (
  { record, unload, save }: Bench,
  pieces: readonly Piece[],
): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  for (const { source, text, isCut, leaves, isSaved } of pieces) {
    const before = texts.get(source);
    if (before === undefined) record(opened(source));
    const whole = (before ?? '') + text;
    record(textEntry(source, before?.length ?? 0, text, isCut ? [[whole.length, 1]] : []));
    texts.set(source, whole);
    if (leaves) unload(source);
    if (isSaved) save();
  }
  return texts;
};

/**
 * Every promise of the `EpisodicStore` port as tests for vitest: call it at the top level of a test file. Needs `vitest` and
 * `fast-check`.
 */
export const describeEpisodicStore = (name: string, open: OpenEpisodicStore): void => {
  describe(`episodic store: ${name}`, () => {
    let current = createBench(open);
    beforeEach(() => {
      current = createBench(open);
    });
    describe('sources', () => describeSources(() => current));
    describe('messages', () => describeMessages(() => current));
    describe('working set', () => describeWorkingSet(() => current));
    describe('saved', () => describeSaved(open, () => current));

    it('keeps every text whole, however it is cut, streamed and moved to the archive', () => {
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
          const bench = createBench(open);
          const { store } = bench;
          const texts = streamPieces(bench, pieces);
          for (const [source, text] of texts) {
            expect(store.source(sourceId(source))?.text).toBe(text);
            const chunks = store.chunksOf(sourceId(source));
            expect(text.startsWith(chunks.map((chunk) => chunk.text).join(''))).toBe(true);
            expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
          }
        }),
      );
    });
  });
};
