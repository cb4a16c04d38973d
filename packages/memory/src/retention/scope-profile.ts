/** Mean and standard deviation of what was counted, drawn to a prior while little was. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * What a scope's messages are like, without any label: how surprising its texts are as its source counts, and how long
 * and how unequal its messages are. The score is relative to it.
 */
export interface ScopeProfile {
  /** Of the density of messages, bits. */
  readonly density: Spread;
  /** Of ln(tokens) over messages. */
  readonly size: Spread;
}

/** What of a message counts for the profile. */
export interface ProfileSample {
  /** Bits. */
  readonly density: number;
  readonly tokens: number;
}

/** Collects a {@link ScopeProfile}. */
export interface ProfileBuilder {
  /** Messages counted. */
  readonly messages: number;
  /** Counts a message as it is `now`, in place of what was counted of it `before`. */
  replace(before: ProfileSample | undefined, now: ProfileSample | undefined): void;
  build(): ScopeProfile;
  state(): ProfileState;
}

/** Sums over what was counted, the prior included. */
type MomentsState = readonly [count: number, sum: number, squares: number];

/** What a builder goes on from. */
export interface ProfileState {
  readonly messages: number;
  readonly density: MomentsState;
  readonly size: MomentsState;
}

/** What is assumed before anything was counted: chat in English, messages of 20 tokens. */
const PRIOR_DENSITY: Spread = { mean: 11, deviation: 1.5 };
const PRIOR_SIZE: Spread = { mean: Math.log(20), deviation: 0.7 };
/** The prior counts as so many messages. */
const PRIOR_WEIGHT = 16;
/** Texts all alike would make the least difference look huge. */
const MIN_DEVIATION = 0.25;

const priorMoments = ({ mean, deviation }: Spread): MomentsState => [
  PRIOR_WEIGHT,
  PRIOR_WEIGHT * mean,
  PRIOR_WEIGHT * (mean ** 2 + deviation ** 2),
];

const createMoments = (from: MomentsState) => {
  let [count, sum, squares] = from;
  return {
    state: (): MomentsState => [count, sum, squares],
    add(value: number, sign: 1 | -1): void {
      count += sign;
      sum += sign * value;
      squares += sign * value ** 2;
    },
    spread(): Spread {
      const mean = sum / count;
      return {
        mean,
        deviation: Math.max(MIN_DEVIATION, Math.sqrt(Math.max(0, squares / count - mean ** 2))),
      };
    },
  };
};

/** Makes a {@link ProfileBuilder}, empty or as it was; all calls O(1). */
export const createProfileBuilder = (from?: ProfileState): ProfileBuilder => {
  const density = createMoments(from?.density ?? priorMoments(PRIOR_DENSITY));
  const size = createMoments(from?.size ?? priorMoments(PRIOR_SIZE));
  let messages = from?.messages ?? 0;
  const count = (sample: ProfileSample, sign: 1 | -1): void => {
    density.add(sample.density, sign);
    size.add(Math.log(Math.max(1, sample.tokens)), sign);
    messages += sign;
  };
  return {
    get messages() {
      return messages;
    },
    replace(before, now) {
      if (before !== undefined) count(before, -1);
      if (now !== undefined) count(now, 1);
    },
    state: () => ({ messages, density: density.state(), size: size.state() }),
    build: () => ({ density: density.spread(), size: size.spread() }),
  };
};
