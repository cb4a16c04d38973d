/** The most bits of one piece: beyond it sources only say "never seen", each by its own sentinel. */
export const MAX_BITS = 16;

/** Surprisal of a probability in bits, 0..{@link MAX_BITS}; a probability of 0 costs the most. */
export const bitsOf = (probability: number): number =>
  Math.min(MAX_BITS, Math.max(0, -Math.log2(probability)));
