import type { MessageId, MessageSpan, Role, Tokenizer } from '@retentive/core';
import { splitSentences } from '../chunking/sentences.ts';
import type { SurprisalSession, TokenBits } from '../entropy/surprisal-source.ts';
import type { Analyzer } from '../index/analyzer.ts';
import { readCues } from '../retention/cues.ts';

/** A message as episodes read it. */
export interface EpisodeMessage {
  readonly id: MessageId;
  readonly role: Role;
  readonly speaker?: string | undefined;
  /** Ms since epoch. */
  readonly time: number;
  readonly text: string;
  /** Tokens of its chunks. */
  readonly tokens: number;
}

/** A sentence that a summary may take. */
export interface SentenceUnit {
  readonly span: MessageSpan;
  readonly text: string;
  /** Place of its message among those of the episode. */
  readonly message: number;
  readonly tokens: number;
  /** Terms with their information in bits. */
  readonly bits: ReadonlyMap<string, number>;
  /** Where in the sentence each term stands first, as offsets of the message. */
  readonly places: ReadonlyMap<string, readonly [start: number, end: number]>;
  /** How much of what it tells is somebody's own statement, 0..1. */
  readonly weight: number;
}

/** What sentences are read with. */
export interface UnitTools {
  readonly analyze: Analyzer;
  readonly tokenizer: Tokenizer;
  readonly surprisal: SurprisalSession;
}

/** Bits that a name or number adds: what retention gives for such a cue. */
const CUE_BITS = 4;

/** A question asks for what another sentence tells; an assistant's words are less about the user than the user's own. */
const QUESTION_WEIGHT = 0.4;
const ROLE_WEIGHTS: Readonly<Record<Role, number>> = { user: 1, assistant: 0.6, tool: 0, system: 0 };
const STATEMENT_WEIGHT = 1.5;

/** A sentence that no summary has room for is none. */
const MAX_SENTENCE_TOKENS = 96;

const isCue = (piece: string, isFirst: boolean): boolean =>
  /^\p{N}/u.test(piece) || (!isFirst && piece.length > 1 && /^\p{Lu}/u.test(piece));

const trimmed = (sentence: string, start: number): readonly [number, number] => {
  const lead = sentence.length - sentence.trimStart().length;
  return [start + lead, start + Math.max(lead, sentence.trimEnd().length)];
};

interface Reading {
  readonly id: MessageId;
  readonly text: string;
  readonly pieces: readonly TokenBits[];
}

/** Terms of the pieces from `next` on that begin before `until`, with their bits and places; gives the piece after them. */
const readTerms = ({ text, pieces }: Reading, from: number, until: number, analyze: Analyzer) => {
  const bits = new Map<string, number>();
  const places = new Map<string, readonly [number, number]>();
  let next = from;
  for (let piece = pieces[next]; piece !== undefined && piece.start < until; piece = pieces[next]) {
    const word = text.slice(piece.start, piece.end);
    const worth = piece.bits + (isCue(word, next === from) ? CUE_BITS : 0);
    for (const term of analyze(word)) {
      bits.set(term, Math.max(bits.get(term) ?? 0, worth));
      if (!places.has(term)) places.set(term, [piece.start, piece.end]);
    }
    next += 1;
  }
  return { bits, places, next };
};

const weightOf = (words: string): number => {
  const { questions, firstPerson } = readCues(words);
  if (questions > 0) return QUESTION_WEIGHT;
  return firstPerson ? STATEMENT_WEIGHT : 1;
};

const unitsOf = (
  reading: Reading,
  role: Role,
  message: number,
  { analyze, tokenizer }: UnitTools,
): readonly SentenceUnit[] => {
  const { id, text } = reading;
  const units: SentenceUnit[] = [];
  let at = 0;
  let piece = 0;
  for (const sentence of splitSentences(text)) {
    const [start, end] = trimmed(sentence, at);
    at += sentence.length;
    const { bits, places, next } = readTerms(reading, piece, at, analyze);
    piece = next;
    const words = text.slice(start, end);
    const tokens = bits.size === 0 ? 0 : tokenizer.count(words, MAX_SENTENCE_TOKENS);
    if (tokens === 0 || tokens > MAX_SENTENCE_TOKENS) continue;
    const weight = ROLE_WEIGHTS[role] * weightOf(words);
    units.push({ span: [id, start, end], text: words, message, tokens, bits, places, weight });
  }
  return units;
};

/**
 * The sentences of an episode that a summary may take: words of users and assistants, in order. Every message is scored,
 * so that what was said before is expected after it. O(length).
 */
export const readUnits = (messages: readonly EpisodeMessage[], tools: UnitTools): readonly SentenceUnit[] =>
  messages.flatMap(({ id, role, text }, message) => {
    const pieces = tools.surprisal.score(text);
    return ROLE_WEIGHTS[role] === 0 ? [] : unitsOf({ id, text, pieces }, role, message, tools);
  });
