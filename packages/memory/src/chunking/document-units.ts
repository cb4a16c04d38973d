import type { Tokenizer } from '@retentive/core';
import type { BoundaryUnit } from './boundary-scorer.ts';
import { hardCut } from './hard-cut.ts';
import { walkSentences } from './sentences.ts';

/** A unit and what it costs. */
export interface MeasuredUnit extends BoundaryUnit {
  readonly tokens: number;
}

/** Tokens of a unit: a longer sentence is offered for cutting at its clauses. */
const MAX_UNIT_TOKENS = 64;

/** Where a long sentence can be parted: clauses, closed brackets, dashes, and line ends that were escaped. */
const CLAUSE_END = /[,;:)\]}]["'”’]?\s+|[，、；：]|\s[–—-]\s|\\n\s*/gu;

/** The last end of a clause in the second half of `text`; undefined if there is none. */
const clauseEnd = (text: string): number | undefined => {
  let found: number | undefined;
  for (const match of text.matchAll(CLAUSE_END)) {
    const end = match.index + match[0].length;
    if (end > text.length / 2 && end < text.length) found = end;
  }
  return found;
};

/** Sentences of `text`, and pieces of those above the limit, which say that they go on. They join to the text. */
export const documentUnits = (
  text: string,
  tokenizer: Tokenizer,
  maxTokens: number,
): readonly MeasuredUnit[] => {
  const limit = Math.min(MAX_UNIT_TOKENS, maxTokens);
  const units: MeasuredUnit[] = [];
  for (const sentence of walkSentences(text)) {
    let rest = sentence;
    for (;;) {
      const tokens = tokenizer.count(rest, limit);
      if (tokens <= limit) {
        units.push({ text: rest, tokens });
        break;
      }
      const [longest] = hardCut(rest, false, tokenizer, limit);
      const piece = rest.slice(0, clauseEnd(rest.slice(0, longest)) ?? longest);
      // A single character can be beyond a tiny limit: it is as small as it gets.
      units.push({ text: piece, tokens: Math.min(limit, tokenizer.count(piece)), continues: true });
      rest = rest.slice(piece.length);
    }
  }
  return units;
};
