/** How fast scores fade: each unit of age multiplies by `ratio`. */
export interface Decay {
  /** What age is counted in. */
  readonly per: 'turn' | 'hour';
  /** Above 0, at most 1; 1 never fades. */
  readonly ratio: number;
}

/** A {@link Decay} that halves scores after so many turns or hours. */
export const halfLife = (per: Decay['per'], age: number): Decay => ({ per, ratio: 0.5 ** (1 / age) });

/**
 * Named decays. `slow` is the default: decay is the dangerous knob, since whatever its ratio, it ends in keeping the
 * newest alone; 0.98 a message already lost half of the one-off facts among 21 messages. The others are those of SirLLM
 * (arXiv 2405.12528) for its three tasks.
 */
export const DECAYS = {
  slow: halfLife('turn', 5_000),
  none: { per: 'turn', ratio: 1 },
  'sirllm-dialogue': { per: 'turn', ratio: 0.7 },
  'sirllm-grocery': { per: 'turn', ratio: 1 },
  'sirllm-game': { per: 'turn', ratio: 0.9 },
} as const satisfies Readonly<Record<string, Decay>>;
