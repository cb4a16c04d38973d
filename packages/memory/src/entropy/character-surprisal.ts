import { bitsOf } from './bits.ts';
import { type CharacterModel, type CharacterModelState, createCharacterModel } from './character-model.ts';
import type { SurprisalSource, TokenBits } from './surprisal-source.ts';
import { createWordCounts, type WordCountsState } from './word-counts.ts';
import { SESSION_SHARE } from './word-surprisal.ts';
import { splitWords, type WordSpan } from './words.ts';

/** Scripts that put no space between words: there a piece is one character. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const END = 0;

/** P(word): all its characters, then its end. The model learns it on the way. */
const spell = (model: CharacterModel, word: string): number => {
  let probability = 1;
  let before = END;
  let previous = END;
  for (const character of word) {
    const point = character.codePointAt(0) as number;
    probability *= model.probability(before, previous, point);
    model.learn(before, previous, point);
    before = previous;
    previous = point;
  }
  probability *= model.probability(before, previous, END);
  model.learn(before, previous, END);
  return probability;
};

const characterPieces = (model: CharacterModel, { start, word }: WordSpan): readonly TokenBits[] => {
  const pieces: TokenBits[] = [];
  let before = END;
  let previous = END;
  let at = start;
  for (const character of word) {
    const point = character.codePointAt(0) as number;
    const bits = bitsOf(model.probability(before, previous, point));
    model.learn(before, previous, point);
    pieces.push({ start: at, end: at + character.length, bits });
    at += character.length;
    before = previous;
    previous = point;
  }
  return pieces;
};

/**
 * Surprisal without any table, for languages that have none here: spellings by a character trigram and words by counts,
 * both learned from the session alone. Pieces are words, or single characters in scripts without spaces. At first all
 * is news; a few messages on, what the session repeats is cheap. About 1 MB of text a second.
 */
export const createCharacterSurprisal = (): SurprisalSource => ({
  id: 'characters:session',
  openSession(state) {
    const from = state as
      | { readonly characters: CharacterModelState; readonly words: WordCountsState }
      | undefined;
    const model = createCharacterModel(undefined, from?.characters);
    const session = createWordCounts(undefined, from?.words);
    const wordPiece = ({ start, end, word }: WordSpan): TokenBits => {
      const spelled = spell(model, word);
      const probability =
        session.total === 0 ? spelled : (1 - SESSION_SHARE) * spelled + SESSION_SHARE * session.share(word);
      session.add(word);
      return { start, end, bits: bitsOf(probability) };
    };
    return {
      score: (text) =>
        splitWords(text).flatMap((span) =>
          UNSPACED.test(span.word) ? characterPieces(model, span) : [wordPiece(span)],
        ),
      state: () => ({ characters: model.state(), words: session.state() }),
    };
  },
});
