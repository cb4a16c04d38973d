import { RetentiveError, type Role } from '@retentive/core';
import type { TokenBits } from '../entropy/surprisal-source.ts';
import type { Cues } from './cues.ts';
import type { ScopeProfile } from './scope-profile.ts';

/**
 * What the score of a chunk is made of: text, role, speaker, tokens and order, nothing else. The chunks of one message
 * share theirs, so that a message stays or leaves as a whole where it can; those of a document have their own.
 */
export interface ChunkFeatures {
  /** {@link densityOf} the text, bits; the mean over the chunks of a message. */
  readonly density: number;
  readonly cues: Cues;
  readonly role: Role;
  /** Tokens of the whole message or document, as far as it had come. */
  readonly tokens: number;
  /** The message before it in the session, from someone else, asked something. */
  readonly answers: boolean;
  /** Share of its content words that the scope has not heard lately, 0..1. */
  readonly novelty: number;
}

/** {@link ChunkFeatures} as a list, which takes a third of the room: there are thousands. */
export type FeaturesState = readonly [
  density: number,
  role: Role,
  tokens: number,
  answers: 0 | 1,
  words: number,
  sentences: number,
  firstPerson: 0 | 1,
  address: number,
  names: number,
  digits: 0 | 1,
  questions: number,
  stance: 0 | 1,
  novelty: number,
];

/** Writes features as a list. */
export const writeFeatures = ({
  density,
  cues,
  role,
  tokens,
  answers,
  novelty,
}: ChunkFeatures): FeaturesState => [
  density,
  role,
  tokens,
  answers ? 1 : 0,
  cues.words,
  cues.sentences,
  cues.firstPerson ? 1 : 0,
  cues.address,
  cues.names,
  cues.digits ? 1 : 0,
  cues.questions,
  cues.stance ? 1 : 0,
  novelty,
];

/** Reads what {@link writeFeatures} wrote. */
export const readFeatures = (state: FeaturesState): ChunkFeatures => {
  const [
    density,
    role,
    tokens,
    answers,
    words,
    sentences,
    firstPerson,
    address,
    names,
    digits,
    questions,
    stance,
    novelty,
  ] = state;
  return {
    density,
    role,
    tokens,
    answers: answers === 1,
    novelty,
    cues: {
      words,
      sentences,
      firstPerson: firstPerson === 1,
      address,
      names,
      digits: digits === 1,
      questions,
      stance: stance === 1,
    },
  };
};

/**
 * Weights of the terms, in nats of the odds that a chunk will be needed (`exponent*`: powers of its size). Zero switches
 * a term off.
 */
export interface RetentionWeights {
  /** For each standard deviation of {@link densityOf} above the scope's mean, at most 2 either way. */
  readonly surprisal: number;
  /** The speaker speaks of himself or herself. */
  readonly firstPerson: number;
  /** A wish, a liking, a fear or a habit of the speaker, or something to be reminded of: plain words, and the speaker's life. */
  readonly stance: number;
  /** For the square root of the number of names, at most 2. */
  readonly names: number;
  readonly digits: number;
  /** It follows a question from someone else. */
  readonly answers: number;
  /** For a text made of nothing but words that mean the listener; greetings, thanks, wishes and questions have them. */
  readonly address: number;
  /** For a text made of questions alone. */
  readonly questions: number;
  /** For a text whose content words are all new to the scope. */
  readonly novelty: number;
  /** Said by an assistant, a tool or the system rather than a person. */
  readonly machine: number;
  /** How far the terms of wording count there, 0..1: what is generated has them at will, and is no one's life. */
  readonly machineWording: number;
  /** For each e-fold of size above the scope's mean: longer messages tell more. */
  readonly length: number;
  /** Power of the size that is charged. 1 is plain worth per token; with `length` taken off, what is left is small. */
  readonly exponent: number;
  /** Added to the power for each unit that the deviation of ln(tokens) exceeds {@link EQUAL_SIZES}. */
  readonly exponentSpread: number;
}

/** The default {@link RetentionWeights}: one setting for chats between people and for logs of assistants. */
export const DEFAULT_RETENTION_WEIGHTS: RetentionWeights = {
  surprisal: 0.5,
  firstPerson: 0.7,
  stance: 0.25,
  names: 0.5,
  digits: 0.4,
  answers: 0.5,
  address: -5,
  questions: 0,
  novelty: 0,
  machine: -1,
  machineWording: 0,
  length: 0.75,
  exponent: 1,
  exponentSpread: 2,
};

const WEIGHT_NAMES = Object.keys(DEFAULT_RETENTION_WEIGHTS) as (keyof RetentionWeights)[];

/** All weights, those that are left out by their defaults. @throws OPTION_INVALID for an unknown name or a value that is no finite number */
export const parseRetentionWeights = (given: Partial<RetentionWeights>): RetentionWeights => {
  if (given === null || typeof given !== 'object')
    throw new RetentiveError('OPTION_INVALID', `weights are numbers by name, got ${String(given)}`);
  for (const [name, value] of Object.entries(given)) {
    if (!WEIGHT_NAMES.includes(name as keyof RetentionWeights))
      throw new RetentiveError('OPTION_INVALID', `no weight "${name}"; there are ${WEIGHT_NAMES.join(', ')}`);
    if (!Number.isFinite(value))
      throw new RetentiveError('OPTION_INVALID', `the weight ${name} must be a finite number, got ${value}`);
  }
  return { ...DEFAULT_RETENTION_WEIGHTS, ...given };
};

/** The weights as a text, the same for the same ones. */
export const fingerprintOf = (weights: RetentionWeights): string =>
  WEIGHT_NAMES.map((name) => weights[name]).join(',');

/** Deviation of ln(tokens) in talk between people, where nobody pastes or generates pages. */
const EQUAL_SIZES = 0.6;

/** Log odds that a middling chunk is ever needed: about 1 in 20. */
const BASE_ODDS = -3;

const MAX_DEVIATIONS = 2;
const MAX_NAMES = 4;

/** A score and what it is made of: log odds by term, and `size`, the log of what the tokens cost. */
export interface ChunkScore {
  /** Odds of being needed per (scaled) token; above 0, comparable inside one scope only. */
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
}

/**
 * Mean surprisal, in bits, of the more surprising half of the different pieces of a text: its density of information.
 * The rest of a sentence is grammar, alike everywhere, and repeating a word adds none. 0 for a text without pieces.
 */
export const densityOf = (text: string, pieces: readonly TokenBits[]): number => {
  const strongest = new Map<string, number>();
  for (const { start, end, bits } of pieces) {
    const piece = text.slice(start, end).toLowerCase();
    const known = strongest.get(piece);
    if (known === undefined || bits > known) strongest.set(piece, bits);
  }
  if (strongest.size === 0) return 0;
  const sorted = Float64Array.from(strongest.values()).sort();
  const half = sorted.subarray(Math.floor(sorted.length / 2));
  return half.reduce((sum, bits) => sum + bits, 0) / half.length;
};

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));

const exponentOf = ({ size }: ScopeProfile, { exponent, exponentSpread }: RetentionWeights): number =>
  exponent + exponentSpread * Math.max(0, size.deviation - EQUAL_SIZES);

/** What is left of a chunk beside all of it: shares of its information and of its tokens, each above 0 and at most 1. */
export interface Remainder {
  readonly information: number;
  readonly tokens: number;
}

/**
 * The score of a chunk of which only the best spans are held: they are needed as often as they hold what was wanted, and
 * cost less. Pure; O(1).
 */
export const scoreExcerpt = (
  { score, parts }: ChunkScore,
  { information, tokens }: Remainder,
  profile: ScopeProfile,
  weights: RetentionWeights,
): ChunkScore => {
  const excerpt = Math.log(information) - exponentOf(profile, weights) * Math.log(tokens);
  return { score: score * Math.exp(excerpt), parts: { ...parts, excerpt } };
};

/**
 * Scores a chunk: the odds that it will be needed, as a logistic function of its terms, per token to a power:
 * `score = 1 / (1 + exp(-(base + terms))) / size^e`. Surprisal and size are measured against the scope's own profile;
 * the power e grows with how unequal its messages are, since in talk a long message tells more, and in logs of an
 * assistant length is what was generated and the short turns of the user hold the evidence. Pure; O(1).
 * After SirLLM (arXiv 2405.12528), which keeps by surprisal alone.
 */
export const scoreChunk = (
  { density, cues, role, tokens, answers, novelty }: ChunkFeatures,
  profile: ScopeProfile,
  weights: RetentionWeights = DEFAULT_RETENTION_WEIGHTS,
): ChunkScore => {
  const deviations = clamp((density - profile.density.mean) / profile.density.deviation, MAX_DEVIATIONS);
  const size = Math.log(Math.max(1, tokens)) - profile.size.mean;
  const wording = role === 'user' ? 1 : weights.machineWording;
  const terms = {
    surprisal: wording * weights.surprisal * deviations,
    firstPerson: cues.firstPerson ? wording * weights.firstPerson : 0,
    stance: cues.stance ? wording * weights.stance : 0,
    names: wording * weights.names * Math.sqrt(Math.min(MAX_NAMES, cues.names)),
    digits: cues.digits ? wording * weights.digits : 0,
    answers: answers ? wording * weights.answers : 0,
    address: wording * weights.address * cues.address,
    questions: wording * weights.questions * cues.questions,
    novelty: wording * weights.novelty * novelty,
    machine: role === 'user' ? 0 : weights.machine,
    length: weights.length * size,
  };
  const odds = Object.values(terms).reduce((sum, term) => sum + term, BASE_ODDS);
  const cost = -exponentOf(profile, weights) * size;
  return { score: Math.exp(cost) / (1 + Math.exp(-odds)), parts: { ...terms, size: cost } };
};
