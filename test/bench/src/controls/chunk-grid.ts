import type { Tokenizer } from '@retentive/core';
import type { Selector } from '../selector.ts';
import { analyze } from './analyze.ts';
import { createBm25 } from './bm25.ts';
import { rankByScore } from './rankings.ts';
import { layOut, type TurnLine, turnLines } from './turn-lines.ts';

/** Tokens of a chunk, and how many chunks are taken. */
const SIZES = [64, 128, 256, 512];
const COUNTS = [2, 5, 10, 20];

/** Whole lines of one session in a row, closed by the line that reaches `size` tokens. */
const packLines = (lines: readonly TurnLine[], size: number): readonly (readonly TurnLine[])[] => {
  const chunks: TurnLine[][] = [];
  let open: TurnLine[] = [];
  let tokens = 0;
  for (const line of lines) {
    if (open.length > 0 && (tokens >= size || open[0]?.turn.session !== line.turn.session)) {
      chunks.push(open);
      [open, tokens] = [[], 0];
    }
    open.push(line);
    tokens += line.tokens;
  }
  return open.length === 0 ? chunks : [...chunks, open];
};

const createChunksControl = (tokenizer: Tokenizer, size: number, count: number): Selector => ({
  name: `chunks-${size}x${count}`,
  unbounded: true,
  async open(conversation) {
    const chunks = packLines(turnLines(conversation, tokenizer), size);
    const bm25 = createBm25(chunks.map((lines) => analyze(lines.map(({ text }) => text).join(' '))));
    return {
      async recall({ question }) {
        const best = rankByScore(bm25.score(analyze(question))).slice(0, count);
        return layOut(best.toSorted((a, b) => a - b).flatMap((place) => chunks[place] ?? []));
      },
      close: async () => {},
    };
  },
});

/** What is commonly built: the k best chunks of one size by BM25, for each size and k, with the tokens that they take. */
export const createChunkGrid = (tokenizer: Tokenizer): readonly Selector[] =>
  SIZES.flatMap((size) => COUNTS.map((count) => createChunksControl(tokenizer, size, count)));
