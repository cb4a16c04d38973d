/** Abbreviations after which a full stop ends no sentence. Lower case, without the stop. */
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof sr jr st mt vs etc e.g i.e eg ie no nr vol fig al inc ltd co corp dept approx est ca cf p pp jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun a.m p.m u.s u.k'.split(
    ' ',
  ),
);

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Longer than any abbreviation with the space after it. */
const TAIL = 24;

const endsInAbbreviation = (sentence: string): boolean => {
  const word = /(?:^|[\s("'“‘[])([\p{L}.]+)\.\s+$/u.exec(sentence)?.[1];
  if (word === undefined) return false;
  // A single capital is an initial ("J. Smith"); "I." really ends a sentence.
  return ABBREVIATIONS.has(word.toLowerCase()) || (/^\p{Lu}$/u.test(word) && word !== 'I');
};

/** The sentences of {@link splitSentences} one by one: who stops early does not pay for the rest. */
export function* walkSentences(text: string): Generator<string, void, undefined> {
  let start = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    const end = index + segment.length;
    if (endsInAbbreviation(text.slice(Math.max(start, end - TAIL), end)) && !segment.endsWith('\n')) continue;
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

/**
 * Cuts text into sentences that join to the text again: the runtime's sentence rules, mended after abbreviations and
 * initials. Line ends always end a sentence. White space stays with the sentence before it. O(n).
 */
export const splitSentences = (text: string): readonly string[] => [...walkSentences(text)];
