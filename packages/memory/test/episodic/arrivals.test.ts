import type { Chunk, MessageId } from '@retentive/core';
import { expect, it } from 'vitest';
import { createEpisodicStore } from '../../src/episodic/episodic-store.ts';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import type { JournalEntry } from '../../src/journal/journal.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };

const said = (sequence: number): JournalEntry => ({
  sequence,
  scope: SCOPE,
  recordedAt: sequence,
  body: {
    kind: 'source',
    source: {
      type: 'message',
      id: `m${sequence}` as MessageId,
      role: 'user',
      thread: 'default',
      time: sequence,
      origin: 'user',
      remember: true,
    },
    state: 'complete',
    text: `word ${sequence}`,
    cuts: [[6, 2]],
  },
});

it('lists a chunk that came back once, as what arrived last', () => {
  const away = new Map<number, Chunk>();
  const store = createEpisodicStore({
    ...createInMemoryScopeArchive(),
    chunkAt: (position) => away.get(position),
    chunksAt: (positions) => positions.flatMap((position) => away.get(position) ?? []),
  });
  const [first] = store.apply(said(1)).added;
  if (first === undefined) throw new Error('a message of one chunk has one');
  away.set(first.position, first);
  store.unload(first);
  store.apply(said(2));
  expect(store.chunksAfter(0).map(({ chunk }) => chunk.id)).toEqual(['m2#0']);
  expect(store.message('m1' as MessageId)?.text).toBe('word 1');
  store.restore(first);
  expect(store.chunksAfter(0).map(({ chunk, sequence }) => [chunk.id, sequence])).toEqual([
    ['m2#0', 2],
    ['m1#0', 2],
  ]);
  expect(store.chunksAfter(1)).toHaveLength(2);
});
