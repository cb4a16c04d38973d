/** The most bits of one piece: beyond it sources only say "never seen", each by its own sentinel. */
export const MAX_BITS = 16;

/** Surprisal of a probability in bits, 0..{@link MAX_BITS}; a probability of 0 costs the most. */
export const bitsOf = (probability: number): number =>
  Math.min(MAX_BITS, Math.max(0, -Math.log2(probability)));

/** Surprisal of a natural log probability in bits, 0..{@link MAX_BITS}; sentinels (-9999, -Infinity, NaN) cost the most. */
export const bitsOfLogprob = (logprob: number): number =>
  Number.isNaN(logprob) ? MAX_BITS : Math.min(MAX_BITS, Math.max(0, -logprob / Math.LN2));
