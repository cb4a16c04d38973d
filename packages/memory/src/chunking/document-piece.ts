import type { Tokenizer } from '@retentive/core';
import { createDefaultBoundaries, defaultLengthPrior } from './default-boundaries.ts';
import { documentUnits } from './document-units.ts';
import { hardCut, type Piece } from './hard-cut.ts';
import { segmentUnits } from './segment-units.ts';

/**
 * Makes what finds the first chunk of a document: the first segment of the best segmentation of the text in sight.
 * `last` says that no more text follows.
 */
export const createDocumentPiece = (): ((
  text: string,
  last: boolean,
  tokenizer: Tokenizer,
  maxTokens: number,
) => Piece) => {
  const boundaries = createDefaultBoundaries();
  return (text, last, tokenizer, maxTokens) => {
    const all = documentUnits(text, tokenizer, maxTokens);
    // Without its continuation the last unit may not be over.
    const units = last ? all : all.slice(0, -1);
    const tokens = units.map((unit) => unit.tokens);
    const [first = 0] = segmentUnits(tokens, boundaries.score(units), {
      maxTokens,
      lengthPrior: defaultLengthPrior,
    });
    // Counts of units add up to about the count of the whole; the limit is strict, so the whole is counted.
    for (let end = first; end > 0; end -= 1) {
      const piece = units
        .slice(0, end)
        .map((unit) => unit.text)
        .join('');
      const count = tokenizer.count(piece, maxTokens);
      if (count <= maxTokens) return [piece.length, count];
    }
    return hardCut(text, last, tokenizer, maxTokens);
  };
};
