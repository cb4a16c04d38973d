import { type Chunk, type ChunkId, RetentiveError } from '@retentive/core';
import { DECAYS, type Decay } from './decay.ts';
import type { Excerpt } from './excerpt.ts';
import { createIndexedHeap } from './heap.ts';
import { createPositionSet } from './position-set.ts';
import {
  type ArchivedChunk,
  type CutExcerpt,
  DEFAULT_RETENTION_CAPACITY,
  DEFAULT_SINKS,
  type ItemState,
  type KeptChunkOf,
  type Retention,
  type RetentionOptions,
  type RetentionState,
} from './retention-types.ts';
import type { ChunkScore } from './score.ts';
import { createSinks } from './sinks.ts';

/** What one access gives back, as a share of the score a chunk had when it was new; each further one gives less. */
const ACCESS_BONUS = 0.5;

/** How many chunks a report lists beyond those that would go. */
const REPORTED = 20;

interface Item {
  /** The excerpt's, where there is one. */
  chunk: Chunk;
  excerpt: Excerpt | undefined;
  readonly since: number;
  score: ChunkScore;
  /** Log of what age and use made of the score, as it would stand at moment 0: the score fades with no rescoring. */
  boost: number;
  accesses: number;
  pinned: boolean;
}

const HOUR_MS = 3_600_000;

const checkCapacity = (capacity: number): number => {
  if (!Number.isFinite(capacity) || capacity < 1)
    throw new RetentiveError('OPTION_INVALID', `capacity must be 1 token or more, got ${capacity}`);
  return capacity;
};

/** A decay that can be used. @throws OPTION_INVALID */
export const checkDecay = (decay: Decay): Decay => {
  if (decay.ratio > 0 && decay.ratio <= 1) return decay;
  throw new RetentiveError(
    'OPTION_INVALID',
    `the ratio of a decay lies above 0 and at most at 1, got ${decay.ratio}`,
  );
};

/** Makes a {@link Retention}, empty or as it was, over the chunks that `keptOf` gives. @throws OPTION_INVALID */
export const createRetention = (
  options: RetentionOptions = {},
  from?: RetentionState,
  keptOf?: KeptChunkOf,
  cut?: CutExcerpt,
): Retention => {
  const capacity = checkCapacity(options.capacity ?? DEFAULT_RETENTION_CAPACITY);
  const decay = checkDecay(options.decay ?? DECAYS.slow);
  const fading = Math.log(decay.ratio);
  const sinks = createSinks(options.sinks ?? DEFAULT_SINKS, capacity, from?.sinks);
  const items = new Map<number, Item>();
  const positions = new Map<ChunkId, number>();
  const heap = createIndexedHeap();
  const archive = createPositionSet(from?.archive);
  /** Positions at which an excerpt came or went since somebody asked. */
  let changed = new Set<number>();
  let tokens = 0;
  let archivedTokens = from?.archivedTokens ?? 0;
  /** Tokens of pins and sinks. */
  let held = 0;
  let turn = from?.turn ?? 0;
  let hour = from?.hour ?? 0;
  let lastSource = from?.lastSource;

  const momentOf = (chunk: Chunk): number => (decay.per === 'hour' ? chunk.time / HOUR_MS : turn);
  const now = (): number => (decay.per === 'hour' ? hour : turn);
  /** The chunk that comes: turns are messages, hours those of the newest message. */
  const advance = (chunk: Chunk): void => {
    if (chunk.source.id !== lastSource) turn += 1;
    lastSource = chunk.source.id;
    hour = Math.max(hour, chunk.time / HOUR_MS);
  };
  const keyOf = ({ score, boost }: Item): number => Math.log(score.score) + boost;
  const faded = (item: Item): number => Math.exp(keyOf(item) + now() * fading);
  const isHeld = ({ chunk, pinned }: Item): boolean => pinned || sinks.has(chunk.position);

  /** Moves an item into the heap or out of it, as pins and sinks say. */
  const place = (item: Item): void => {
    const { position, tokens: size } = item.chunk;
    const inHeap = heap.has(position);
    if (isHeld(item)) {
      if (inHeap) {
        heap.delete(position);
        held += size;
      }
    } else {
      if (!inHeap) held -= size;
      heap.set(position, keyOf(item));
    }
  };

  const leave = (item: Item): void => {
    const { position, id, tokens: size } = item.chunk;
    if (!heap.delete(position)) held -= size;
    sinks.delete(position);
    items.delete(position);
    positions.delete(id);
    tokens -= size;
  };

  const toArchive = (item: Item): ArchivedChunk => {
    const { chunk } = item;
    const archived = { chunk, score: faded(item), age: Math.max(0, now() - item.since) };
    leave(item);
    if (archive.add(chunk.position)) archivedTokens += chunk.tokens;
    return archived;
  };

  const hold = (item: Item): void => {
    const { position, id, tokens: size } = item.chunk;
    items.set(position, item);
    positions.set(id, position);
    tokens += size;
    // As if held; `place` lets go of what is not.
    held += size;
  };

  /** Holds what is left of an item that went: of the same age and use. */
  const shorten = (item: Item, excerpt: Excerpt, score: ChunkScore): void => {
    item.chunk = excerpt.chunk;
    item.excerpt = excerpt;
    item.score = score;
    hold(item);
    place(item);
  };

  /** Sends an item away: to the archive, with what is left of it in its place, or what was left of it for good. */
  const retire = (item: Item): readonly ArchivedChunk[] => {
    const { position } = item.chunk;
    const rest = cut?.(item.chunk, item.excerpt);
    if (rest !== undefined || item.excerpt !== undefined) changed.add(position);
    const archived = item.excerpt === undefined ? [toArchive(item)] : [];
    if (item.excerpt !== undefined) leave(item);
    if (rest !== undefined) shorten(item, rest.excerpt, rest.score);
    return archived;
  };

  const shrink = (): readonly ArchivedChunk[] => {
    const archived: ArchivedChunk[] = [];
    while (tokens > capacity) {
      const lowest = heap.peek();
      if (lowest === undefined) break;
      archived.push(...retire(items.get(lowest) as Item));
    }
    return archived;
  };

  const itemOf = (id: ChunkId): Item | undefined => items.get(positions.get(id) ?? -1);

  const use = (item: Item): void => {
    item.accesses += 1;
    const bonus = ACCESS_BONUS * Math.log2((item.accesses + 1) / item.accesses);
    const age = now() * fading;
    item.boost = Math.log(Math.exp(item.boost + age) + bonus) - age;
  };

  const loose: (readonly [position: number, key: number])[] = [];
  for (const [position, since, boost, accesses, pinned, excerpt] of from?.items ?? []) {
    const { chunk, score } = (keptOf as KeptChunkOf)(position, excerpt);
    const item: Item = { chunk, excerpt, since, score, boost, accesses, pinned };
    hold(item);
    if (isHeld(item)) continue;
    held -= chunk.tokens;
    loose.push([position, keyOf(item)]);
  }
  heap.fill(loose);

  return {
    capacity,
    state: () => ({
      items: [...items].map(
        ([position, { since, boost, accesses, pinned, excerpt }]): ItemState => [
          position,
          since,
          boost,
          accesses,
          pinned,
          ...(excerpt === undefined ? ([] as const) : ([excerpt] as const)),
        ],
      ),
      archive: archive.state(),
      archivedTokens,
      turn,
      hour,
      lastSource,
      sinks: sinks.state(),
    }),
    get tokens() {
      return tokens;
    },
    get archivedTokens() {
      return archivedTokens;
    },
    add(chunk, score, { pinned = false, accessed = false } = {}) {
      const { position, tokens: size } = chunk;
      const known = items.get(position);
      if (known !== undefined && known.excerpt === undefined) return [];
      if (known !== undefined) {
        leave(known);
        changed.add(position);
      }
      const isBack = archive.delete(position);
      if (isBack) archivedTokens -= size;
      else advance(chunk);
      const since = isBack ? now() : momentOf(chunk);
      const item: Item = {
        chunk,
        excerpt: undefined,
        since,
        score,
        boost: -since * fading,
        accesses: 0,
        pinned,
      };
      if (accessed) use(item);
      hold(item);
      const released = isBack ? [] : sinks.offer(chunk);
      place(item);
      for (const other of released) {
        const sink = items.get(other);
        if (sink !== undefined) place(sink);
      }
      // It would push everything out and then itself.
      const gone = !isHeld(item) && size > capacity - held ? retire(item) : [];
      return [...gone, ...shrink()];
    },
    access(id) {
      const item = itemOf(id);
      if (item === undefined) return false;
      use(item);
      place(item);
      return true;
    },
    update(id, score) {
      const item = itemOf(id);
      if (item === undefined) return;
      item.score = score;
      place(item);
    },
    pin(id, pinned) {
      const item = itemOf(id);
      if (item === undefined) return [];
      item.pinned = pinned;
      place(item);
      return shrink();
    },
    remove(chunk) {
      const item = items.get(chunk.position);
      if (item !== undefined) leave(item);
      if (item?.excerpt !== undefined) changed.add(chunk.position);
      if (archive.delete(chunk.position)) archivedTokens -= chunk.tokens;
    },
    rescore(scoreOf) {
      for (const item of items.values()) item.score = scoreOf(item.chunk);
      heap.rekey((position) => keyOf(items.get(position) as Item));
    },
    isArchived: (position) => archive.has(position),
    excerptAt: (position) => items.get(position)?.excerpt,
    takeChangedExcerpts() {
      const taken = changed;
      changed = new Set();
      return taken;
    },
    *excerpts() {
      for (const { excerpt } of items.values()) if (excerpt !== undefined) yield excerpt;
    },
    *kept() {
      for (const { chunk } of items.values()) yield chunk;
    },
    report({ capacity: wanted } = {}) {
      const limit = checkCapacity(wanted ?? capacity);
      const lowestFirst = [...heap.items()].sort(
        (a, b) => (heap.keyOf(a) as number) - (heap.keyOf(b) as number) || a - b,
      );
      let left = tokens;
      let going = 0;
      while (left > limit && going < lowestFirst.length) {
        left -= (items.get(lowestFirst[going] as number) as Item).chunk.tokens;
        going += 1;
      }
      return {
        capacity: limit,
        workingSetTokens: left,
        archivedTokens: archivedTokens + tokens - left,
        next: lowestFirst.slice(0, going + REPORTED).map((position) => {
          const item = items.get(position) as Item;
          const { chunk, score } = item;
          return { chunk: chunk.id, score: faded(item), tokens: chunk.tokens, parts: score.parts };
        }),
      };
    },
  };
};
