import type { Tokenizer } from '@retentive/core';
import { segmentTopics } from '../chunking/segment-topics.ts';
import { logNormalPrior } from '../chunking/segment-units.ts';
import type { EpisodeMessage } from './sentence-units.ts';

/** Tokens that an episode tends to, and the spread of its logarithm: some ten turns of a chat. */
const EPISODE_TARGET = 512;
const EPISODE_SPREAD = 0.6;

/** Most tokens of an episode, unless one message has more. */
const MAX_EPISODE_TOKENS = 1_024;

/** Tokens after which a session that goes on is cut: its last part then waits for what follows. */
const WINDOW_TOKENS = 2_048;

/** Messages after which it is cut, should they be tiny. */
export const WINDOW_MESSAGES = 256;

const episodePrior = logNormalPrior(EPISODE_TARGET, EPISODE_SPREAD);

/** How a session is cut. */
export interface StretchCut {
  /** How many messages each closed episode has, in order. */
  readonly closed: readonly number[];
  /** Where what is left will be cut if nothing more comes. */
  readonly open: readonly number[];
}

const segment = (messages: readonly EpisodeMessage[], tokenizer: Tokenizer): readonly number[] => {
  const units = messages.map(({ text, speaker, role }) => ({ text, speaker: speaker ?? role }));
  const ends = segmentTopics(units, { tokenizer, lengthPrior: episodePrior, maxTokens: MAX_EPISODE_TOKENS });
  return ends.map((end, index) => end - (ends[index - 1] ?? 0));
};

/** How many messages make a window full, by their tokens; undefined where there are too few. */
export const windowOf = (tokens: Iterable<number>): number | undefined => {
  let sum = 0;
  let messages = 0;
  for (const count of tokens) {
    sum += count;
    messages += 1;
    if (sum >= WINDOW_TOKENS || messages === WINDOW_MESSAGES) return messages;
  }
  return undefined;
};

/**
 * The first episodes that can be closed of a session's messages in order, none of them open: of a full window all but the
 * last, which may go on; of a session that is over, all. Where it cuts follows from the messages alone, whenever it is
 * asked: a window is filled from the front. Ask again with the rest until nothing is closed. Pure.
 */
export const closeStretch = (
  messages: readonly EpisodeMessage[],
  isOver: boolean,
  tokenizer: Tokenizer,
): readonly number[] => {
  const window = windowOf(messages.map(({ tokens }) => tokens));
  if (window !== undefined) {
    const counts = segment(messages.slice(0, window), tokenizer);
    // A message that fills a window alone is an episode.
    return counts.length === 1 ? counts : counts.slice(0, -1);
  }
  return isOver && messages.length > 0 ? segment(messages, tokenizer) : [];
};

/** Cuts all of a session's messages, as the background does it step by step. Pure. */
export const cutStretch = (
  messages: readonly EpisodeMessage[],
  isOver: boolean,
  tokenizer: Tokenizer,
): StretchCut => {
  const closed: number[] = [];
  let from = 0;
  for (;;) {
    const counts = closeStretch(messages.slice(from), isOver, tokenizer);
    if (counts.length === 0) break;
    closed.push(...counts);
    from += counts.reduce((sum, count) => sum + count, 0);
  }
  const rest = messages.slice(from);
  return { closed, open: rest.length === 0 ? [] : segment(rest, tokenizer) };
};
