import { RetentiveError } from '@retentive/core';
import type { ParsedResult } from 'chrono-node/en';
import { mendTags } from './mend-tags.ts';
import type { Token } from './tokens.ts';

/** What the rules need of the libraries for language. */
export interface LanguageTools {
  /** The words of a sentence with their parts of speech. */
  tag(sentence: string): readonly Token[];
  /** Times in a text, seen from a moment; `offsetMinutes` is the speaker's zone then. */
  times(text: string, moment: number, offsetMinutes: number): readonly ParsedResult[];
}

const missing = (cause: unknown): RetentiveError =>
  new RetentiveError(
    'DEPENDENCY_MISSING',
    'the rules need wink-nlp, wink-eng-lite-web-model and chrono-node: install them, or pass `extractor: false`',
    { cause },
  );

/** Loads the tagger and the reader of dates (some tenths of a second). @throws DEPENDENCY_MISSING */
export const openLanguageTools = async (): Promise<LanguageTools> => {
  const [{ englishTagger: nlp }, chrono] = await Promise.all([
    import('./english-tagger.ts'),
    import('chrono-node/en'),
  ]).catch((cause: unknown) => {
    throw missing(cause);
  });
  const { its, as } = nlp;
  return {
    tag(sentence) {
      const words = nlp.readDoc(sentence).tokens();
      const texts = words.out(its.value, as.array) as string[];
      const tags = words.out(its.pos, as.array) as string[];
      const spaces = words.out(its.precedingSpaces, as.array) as string[];
      return mendTags(
        texts.map((text, index) => ({
          text,
          norm: text.toLowerCase(),
          pos: tags[index] ?? '',
          spaced: (spaces[index] ?? '') !== '',
        })),
      );
    },
    times: (text, moment, offsetMinutes) =>
      chrono.casual.parse(text, { instant: new Date(moment), timezone: offsetMinutes }),
  };
};
