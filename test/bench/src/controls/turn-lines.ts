import type { Tokenizer } from '@retentive/core';
import { type BenchConversation, type BenchTurn, turnWords } from '../bench-data.ts';
import type { Recalled } from '../selector.ts';

/** A turn as the controls lay it out: `date speaker: text` and a line break. */
export interface TurnLine {
  readonly turn: BenchTurn;
  readonly text: string;
  readonly tokens: number;
}

/**
 * Lines of all turns in order. A token never spans two of them, since each begins with a digit after a line break: the
 * tokens of a text made of lines are the sum of theirs.
 */
export const turnLines = (conversation: BenchConversation, tokenizer: Tokenizer): readonly TurnLine[] =>
  conversation.turns.map((turn) => {
    const text = `${new Date(turn.time).toISOString().slice(0, 10)} ${turn.speaker}: ${turnWords(turn)}\n`;
    return { turn, text, tokens: tokenizer.count(text) };
  });

/** Takes places of `ranking` in order, each that still fits into `budget` tokens, and lays them out in order of time. */
export const fillBudget = (
  lines: readonly TurnLine[],
  ranking: Iterable<number>,
  budget: number,
): Recalled => {
  const chosen: number[] = [];
  let left = budget;
  for (const place of ranking) {
    const { tokens } = lines[place] as TurnLine;
    if (tokens > left) continue;
    chosen.push(place);
    left -= tokens;
  }
  return layOut(chosen.toSorted((a, b) => a - b).map((place) => lines[place] as TurnLine));
};

/** Lines one after the other, as given. */
export const layOut = (lines: readonly TurnLine[]): Recalled => ({
  text: lines.map((line) => line.text).join(''),
  items: lines.map(({ turn, text }) => ({
    turn: turn.id,
    block: text,
    words: turnWords(turn),
    speaker: turn.speaker,
    time: turn.time,
  })),
});
