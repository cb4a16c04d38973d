/** Short forms as the words they stand for. "I'd" stays: it may be "had" or "would", and nothing is made of it. */
const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:can't|cant)\b/giu, 'can not'],
  [/\bcannot\b/giu, 'can not'],
  [/\bwon't\b/giu, 'will not'],
  [/\b(do|does|did|is|are|was|were|has|have|had|would|could|should|might|must)n't\b/giu, '$1 not'],
  [/\b(do|does|did)nt\b/giu, '$1 not'],
  [/\bi(?:'m|m)\b/giu, 'I am'],
  [/\bi(?:'ve|ve)\b/giu, 'I have'],
  [/\bi'll\b/giu, 'I will'],
  [/\b(we|you|they)'re\b/giu, '$1 are'],
  [/\b(we|you|they)'ve\b/giu, '$1 have'],
  [/\b(we|you|they|he|she|it)'ll\b/giu, '$1 will'],
  [/\b(he|she|it|that|there|here)'s\b/giu, '$1 is'],
  [/\b(name)'s\b/giu, '$1 is'],
  [/\bgonna\b/giu, 'going to'],
  [/\bwanna\b/giu, 'want to'],
  [/\b(?:have |'ve )?gotta\b/giu, 'have to'],
  [/\bi\b/gu, 'I'],
];

const LEADING_CASE = /^\p{Lu}/u;

/** A sentence with straight quotes, single spaces and short forms written out; what it says stays the same. */
export const plainEnglish = (sentence: string): string => {
  let plain = sentence
    .replace(/[‘’ʼ`´]/gu, "'")
    .replace(/[“”„«»]/gu, '"')
    .replace(/\s+/gu, ' ')
    .trim();
  for (const [form, words] of CONTRACTIONS) {
    plain = plain.replace(form, (found, ...groups: unknown[]) => {
      const written = words.replace('$1', String(groups[0]));
      const isCapital = LEADING_CASE.test(found) && !LEADING_CASE.test(written);
      return isCapital ? written.charAt(0).toUpperCase() + written.slice(1) : written;
    });
  }
  return plain;
};

const OWNED_IS =
  /\b(?<owned>(?:my|our) (?:[\p{L}-]+ ){0,2}?[\p{L}-]+)'s (?=called|named|an? |the |now |in |\d|not |\p{Lu})/giu;
const NAMED_IS =
  /(?<=[\p{L}\p{N}])'s (?=my\b|our\b|where\b|what\b|who\b|the\b|now\b|not\b|history\b|retired\b|gone\b|been\b|over\b|me\b|dead\b|out\b|off\b|all\b|an?\b|no\b|just\b|too\b|left\b)/giu;

/** The same with "is" written out after names and things, where it cannot be an owner's. */
export const slotEnglish = (sentence: string): string =>
  plainEnglish(sentence)
    .replace(OWNED_IS, '$<owned> is ')
    .replace(NAMED_IS, ' is ')
    .replace(/\b(?<mine>mine)'s /giu, '$<mine> is ');
