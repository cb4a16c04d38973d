import { createCharacterSurprisal } from './character-surprisal.ts';
import type { SurprisalSource } from './surprisal-source.ts';
import { createWordSurprisal } from './word-surprisal.ts';
import { loadEnglishWordTable, type WordTable } from './word-table.ts';
import { splitWords } from './words.ts';

/**
 * A word at least this likely belongs to the grammar or the daily talk of a language: its 1,300 commonest words.
 */
const COMMON_PROBABILITY = 5e-5;

/**
 * Share of words that the list has plus share of words that are common: below it a text is in another language. Lists
 * of speech hold foreign words and foreign grammar looks rare; code and jargon are listed though rarely common. English
 * talk has 1.8, logs full of code 1.2 and more, ten other European languages .3 to 1.0.
 */
const KNOWN_LEVEL = 1.1;

/** Texts of fewer words tell no language: "Tokyo", "Mikkelsen 42". */
const MIN_WORDS = 6;

/** UTF-16 units that a language is told by. */
const SAMPLE = 240;

/** Letters from here on (Greek, Cyrillic, Arabic, Han ...) are never in a table of a language in Latin letters. */
const BEYOND_LATIN = 0x370;

/**
 * Whether `text` is in the language of `table` (one in Latin letters), by how much of it the table knows; undefined
 * where there are too few words to tell. Reads the first 240 characters.
 */
export const isLanguageOf = (table: WordTable, text: string): boolean | undefined => {
  let words = 0;
  let listed = 0;
  let common = 0;
  let letters = 0;
  let beyond = 0;
  for (const { word } of splitWords(text.slice(0, SAMPLE))) {
    const first = word.charCodeAt(0);
    if (first >= 48 && first <= 57) continue;
    const probability = table.listed(word) ?? 0;
    words += 1;
    letters += word.length;
    if (first >= BEYOND_LATIN) beyond += word.length;
    if (probability > 0) listed += 1;
    if (probability >= COMMON_PROBABILITY) common += 1;
  }
  if (2 * beyond > letters) return false;
  return words < MIN_WORDS ? undefined : (listed + common) / words >= KNOWN_LEVEL;
};

interface LanguageState {
  readonly english?: unknown;
  readonly other?: unknown;
  /** Whether the last text that told was in the language of the table. */
  readonly known: boolean;
}

/**
 * A source that reads each text with `words` where it is in the language of `table`, and with `characters` where it is
 * not. Texts too short to tell follow the text before them in the session.
 */
export const createLanguageSurprisal = (
  table: WordTable,
  words: SurprisalSource,
  characters: SurprisalSource,
): SurprisalSource => ({
  id: `${words.id}|${characters.id}`,
  openSession(state) {
    const from = state as LanguageState | undefined;
    const english = words.openSession(from?.english);
    let other = from?.other === undefined ? undefined : characters.openSession(from.other);
    let known = from?.known ?? true;
    return {
      score(text) {
        known = isLanguageOf(table, text) ?? known;
        if (known) return english.score(text);
        other ??= characters.openSession();
        return other.score(text);
      },
      state: (): LanguageState => ({ english: english.state?.(), other: other?.state?.(), known }),
    };
  },
});

/** The default source: words of English by the table, any other language by its characters. @throws DEPENDENCY_MISSING */
export const openSurprisal = async (): Promise<SurprisalSource> => loadSurprisal();

const loadSurprisal = (): SurprisalSource => {
  const table = loadEnglishWordTable();
  return createLanguageSurprisal(table, createWordSurprisal(table), createCharacterSurprisal());
};

/** Of the default source: known before its table is read. */
export const DEFAULT_SURPRISAL_ID = 'words:subtlex-us-2|characters:session';

/** The default source, its table read when it is first used: most scopes never need it. @throws DEPENDENCY_MISSING then */
export const createDeferredSurprisal = (): SurprisalSource => {
  let loaded: SurprisalSource | undefined;
  return {
    id: DEFAULT_SURPRISAL_ID,
    openSession(state) {
      loaded ??= loadSurprisal();
      return loaded.openSession(state);
    },
  };
};
