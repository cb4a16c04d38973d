import { splitSentences } from '../../chunking/sentences.ts';
import { meantAsSaid, ownWords } from './own-words.ts';

/** A sentence that its writer says, not quotes. */
export interface Statement {
  /** As it was written. */
  readonly verbatim: string;
  /** Quotation marks off, "not Thursday" at its end cut off. */
  readonly text: string;
}

/** Words in quotation marks at most that can be a title or a name rather than somebody's words. */
const TITLE_WORDS = 6;

const withoutTitleMarks = (sentence: string): string | undefined => {
  let isSpeech = false;
  const plain = sentence.replace(/"([^"]*)"/gu, (_, words: string) => {
    if (/\b(?:i|my|we|our|me)\b/iu.test(words) || words.split(/\s+/u).length > TITLE_WORDS) isSpeech = true;
    return words.replace(/[,.!?]+$/u, '');
  });
  return isSpeech ? undefined : plain;
};

const ASKING =
  'what|which|where|when|who|whom|whose|why|how|can|could|would|will|should|shall|do|does|did|is|are|am|was|were|have|has|may|any';
const ASKED = new RegExp(
  String.raw`^(?<told>.{12,}?)\s*[,;:–—]\s+(?:(?:so|and|but|then|now|anyway|please)[, ]+)*(?:${ASKING})\b[^,;:–—]*\?["')\s]*$`,
  'isu',
);
const SUPPOSED = new RegExp(
  String.raw`^\W*(?:${ASKING}|if|suppose|imagine|say|had|let|in case|unless|assuming|given)\b`,
  'iu',
);

/** What a sentence states before it asks: "I live in Porto, so which bus is it?" */
const beforeQuestion = (sentence: string): string | undefined => {
  const told = ASKED.exec(sentence)?.groups?.['told'];
  return told === undefined || SUPPOSED.test(told) || told.includes('?') ? undefined : `${told}.`;
};

/** The statements of a message. Questions and what stands in quotation marks are none. */
export const findStatements = (text: string): readonly Statement[] => {
  const statements: Statement[] = [];
  let isQuoting = false;
  for (const sentence of meantAsSaid(splitSentences(ownWords(text)))) {
    const straight = sentence.replace(/[“”„«»]/gu, '"');
    const marks = straight.split('"').length - 1;
    const wasQuoting = isQuoting;
    if (marks % 2 === 1) isQuoting = !isQuoting;
    // A quotation never runs over a line end: a mark alone in its line is none.
    if (sentence.includes('\n')) isQuoting = false;
    if (wasQuoting || marks % 2 === 1) continue;
    const plain = withoutTitleMarks(straight);
    const verbatim = sentence.trim();
    if (plain === undefined || verbatim === '') continue;
    const told = /\?["')\s]*$/u.test(plain) ? beforeQuestion(plain) : plain;
    if (told === undefined) continue;
    statements.push({ verbatim, text: told.trim().replace(/,\s*not\s+[^,.;!]+(?=[.!]*$)/iu, '') });
  }
  return statements;
};
