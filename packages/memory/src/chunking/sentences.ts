/** Abbreviations after which a full stop ends no sentence. Lower case, without the stop. */
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof sr jr st mt vs etc e.g i.e eg ie no nr vol fig al inc ltd co corp dept approx est ca cf p pp jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun a.m p.m u.s u.k'.split(
    ' ',
  ),
);

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

const endsInAbbreviation = (sentence: string): boolean => {
  const word = /(?:^|[\s("'“‘[])([\p{L}.]+)\.\s+$/u.exec(sentence)?.[1];
  if (word === undefined) return false;
  // A single capital is an initial ("J. Smith"); "I." really ends a sentence.
  return ABBREVIATIONS.has(word.toLowerCase()) || (/^\p{Lu}$/u.test(word) && word !== 'I');
};

/**
 * Cuts text into sentences that join to the text again: the runtime's sentence rules, mended after abbreviations and
 * initials. Line ends always end a sentence. White space stays with the sentence before it. O(n).
 */
export const splitSentences = (text: string): readonly string[] => {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmenter.segment(text)) {
    open += segment;
    if (endsInAbbreviation(open) && !open.endsWith('\n')) continue;
    sentences.push(open);
    open = '';
  }
  if (open.length > 0) sentences.push(open);
  return sentences;
};
