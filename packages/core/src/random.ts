/** Chance as the framework sees it. Everything that needs chance takes one of these. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** Chance of cryptographic quality, from the runtime. */
export const systemRandom: Random = {
  next: () => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32,
};

/** Numbers that {@link createSystemRandom} fetches at once. */
const POOL = 256;

/** As {@link systemRandom}, for many numbers: they are fetched by the hundred, at a tenth of the cost of one by one. */
export const createSystemRandom = (): Random => {
  const pool = new Uint32Array(POOL);
  let used = POOL;
  return {
    next() {
      if (used === POOL) {
        crypto.getRandomValues(pool);
        used = 0;
      }
      const number = pool[used] as number;
      used += 1;
      return number / 2 ** 32;
    },
  };
};

/** The same numbers for the same seed (mulberry32: 32 bits of state, fine for tests and tie-breaks, not for secrets). */
export const createSeededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
};
