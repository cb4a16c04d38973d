import { bitsOf } from './bits.ts';
import type { SurprisalSource, TokenBits } from './surprisal-source.ts';
import { createWordCounts, type WordCountsState } from './word-counts.ts';
import { openEnglishWordTable, type WordTable } from './word-table.ts';
import { splitWords } from './words.ts';

/** Weight of what the session itself has said; .3 kept the most answer words where .0 to .6 were tried. */
export const SESSION_SHARE = 0.3;

/**
 * Surprisal of words: 0.7 of a frozen table and 0.3 of the session's own counts, so that a name is news once and cheap
 * when it comes again. Pieces are words as {@link splitWords} gives them. Text is scored word by word in order; each
 * word is counted after it was scored. About 5 MB of text a second.
 */
export const createWordSurprisal = (table: WordTable): SurprisalSource => ({
  id: `words:${table.id}`,
  openSession(state) {
    const session = createWordCounts(undefined, state as WordCountsState | undefined);
    return {
      score(text) {
        const pieces: TokenBits[] = [];
        for (const { start, end, word } of splitWords(text)) {
          const background = table.probability(word);
          const probability =
            session.total === 0
              ? background
              : (1 - SESSION_SHARE) * background + SESSION_SHARE * session.share(word);
          pieces.push({ start, end, bits: bitsOf(probability) });
          session.add(word);
        }
        return pieces;
      },
      state: session.state,
    };
  },
});

/** {@link createWordSurprisal} over the table of spoken English. @throws DEPENDENCY_MISSING */
export const openWordSurprisal = async (): Promise<SurprisalSource> =>
  createWordSurprisal(await openEnglishWordTable());
