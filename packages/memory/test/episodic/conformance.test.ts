import { createEpisodicStore } from '../../src/episodic/episodic-store.ts';
import type { EpisodicStore } from '../../src/episodic/episodic-types.ts';
import { describeEpisodicStore } from '../../src/testing/episodic-conformance.ts';

/** A wrapper that adds nothing: it must be as good a store as what it wraps. */
const passThrough = (inner: EpisodicStore): EpisodicStore => ({
  get sequence() {
    return inner.sequence;
  },
  get size() {
    return inner.size;
  },
  get tokens() {
    return inner.tokens;
  },
  get speakers() {
    return inner.speakers;
  },
  apply: (entry) => inner.apply(entry),
  unload: (chunk) => inner.unload(chunk),
  restore: (chunk) => inner.restore(chunk),
  chunkAt: (position) => inner.chunkAt(position),
  chunksAt: (positions) => inner.chunksAt(positions),
  chunk: (id) => inner.chunk(id),
  loadedAt: (position) => inner.loadedAt(position),
  isLoaded: (id) => inner.isLoaded(id),
  chunksAfter: (sequence) => inner.chunksAfter(sequence),
  chunksOf: (id) => inner.chunksOf(id),
  lastChunksOf: (id, count) => inner.lastChunksOf(id, count),
  source: (id) => inner.source(id),
  message: (id) => inner.message(id),
  messagesBefore: (id, limit) => inner.messagesBefore(id, limit),
  messages: (options) => inner.messages(options),
  sourceTokens: (id) => inner.sourceTokens(id),
  state: () => inner.state(),
  changedSources: () => inner.changedSources(),
  onSaved: () => inner.onSaved(),
});

describeEpisodicStore('in memory', createEpisodicStore);
describeEpisodicStore('pass-through', (archive, from) => passThrough(createEpisodicStore(archive, from)));
