import stem from 'wink-porter2-stemmer';

/** English words that carry no topic, the usual short list, contractions as the split below leaves them. */
const STOP_WORDS = new Set(
  `a about above after again against all am an and any are aren as at be because been before being below between both but
  by can cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn
  have haven having he her here hers herself him himself his how i if in into is isn it its itself just ll m me more most
  my myself no nor not now of off on once only or other our ours ourselves out over own re s same shan she should shouldn
  so some such t than that the their theirs them themselves then there these they this those through to too under until up
  ve very was wasn we were weren what when where which while who whom why will with won would wouldn you your yours
  yourself yourselves`.split(/\s+/u),
);

const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|[^\P{L}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|\p{N}+/gu;
const IDEOGRAPHIC = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const bigrams = (run: string): readonly string[] => {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
};

/** Terms of a text as a plain search engine sees them: Porter2 stems without stop words; character pairs of CJK text. */
export const analyze = (text: string): readonly string[] =>
  (text.normalize('NFKC').toLowerCase().match(TOKEN) ?? []).flatMap((word) => {
    if (IDEOGRAPHIC.test(word)) return bigrams(word);
    return STOP_WORDS.has(word) ? [] : [stem(word)];
  });
