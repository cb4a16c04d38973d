import { type Chunk, RetentiveError } from '@retentive/core';

/** The openings of threads, oldest let go first when they grow too many. */
export interface Sinks {
  has(position: number): boolean;
  /** Takes a new chunk if it opens its thread; gives the positions that are no sinks any more. */
  offer(chunk: Chunk): readonly number[];
  delete(position: number): void;
  state(): SinksState;
}

/** What sinks go on from. */
export interface SinksState {
  /** Ids of the first sources of each thread. */
  readonly openings: readonly (readonly [thread: string, sources: readonly string[]])[];
  /** In the order they came. */
  readonly sinks: readonly (readonly [position: number, tokens: number])[];
}

/** Most of a capacity that sinks may take. */
const SHARE = 0.1;

/** Makes {@link Sinks}, empty or as they were: the first `count` messages of each thread. @throws OPTION_INVALID */
export const createSinks = (count: number, capacity: number, from?: SinksState): Sinks => {
  if (!Number.isInteger(count) || count < 0) {
    throw new RetentiveError('OPTION_INVALID', `sinks must be a whole number from 0, got ${count}`);
  }
  /** Ids of the first sources of each thread. */
  const openings = new Map<string, Set<string>>(
    from?.openings.map(([thread, sources]) => [thread, new Set(sources)]),
  );
  /** Tokens by position, in the order they came. */
  const sinks = new Map<number, number>(from?.sinks);
  let tokens = [...sinks.values()].reduce((sum, size) => sum + size, 0);

  const drop = (position: number): void => {
    tokens -= sinks.get(position) ?? 0;
    sinks.delete(position);
  };

  return {
    has: (position) => sinks.has(position),
    delete: drop,
    state: () => ({
      openings: [...openings].map(([thread, sources]) => [thread, [...sources]]),
      sinks: [...sinks],
    }),
    offer({ thread, source, position, tokens: size }) {
      let opening = openings.get(thread);
      if (opening === undefined) {
        opening = new Set();
        openings.set(thread, opening);
      }
      const opens = opening.has(source.id) || opening.size < count;
      if (!opens) return [];
      opening.add(source.id);
      if (size > SHARE * capacity) return [];
      sinks.set(position, size);
      tokens += size;
      const released: number[] = [];
      for (const oldest of sinks.keys()) {
        if (tokens <= SHARE * capacity) break;
        drop(oldest);
        released.push(oldest);
      }
      return released;
    },
  };
};
