interface ShortForm {
  readonly form: RegExp;
  readonly words: string;
  /** What a sentence has that it stands in: looked for first, since most sentences have none. */
  readonly needs: RegExp;
}

const APOSTROPHE = /'/u;
const RUN_TOGETHER = /\b(?:cant|cannot|d(?:o|oes|id)nt|im|ive|gonna|wanna|gotta)\b/iu;
const EITHER = /'|\b(?:cant|im|ive)\b/iu;

/** Short forms as the words they stand for. "I'd" stays: it may be "had" or "would", and nothing is made of it. */
const SHORT_FORMS: readonly ShortForm[] = [
  { form: /\b(?:can't|cant)\b/giu, words: 'can not', needs: EITHER },
  { form: /\bcannot\b/giu, words: 'can not', needs: RUN_TOGETHER },
  { form: /\bwon't\b/giu, words: 'will not', needs: APOSTROPHE },
  {
    form: /\b(do|does|did|is|are|was|were|has|have|had|would|could|should|might|must)n't\b/giu,
    words: '$1 not',
    needs: APOSTROPHE,
  },
  { form: /\b(do|does|did)nt\b/giu, words: '$1 not', needs: RUN_TOGETHER },
  { form: /\bi(?:'m|m)\b/giu, words: 'I am', needs: EITHER },
  { form: /\bi(?:'ve|ve)\b/giu, words: 'I have', needs: EITHER },
  { form: /\bi'll\b/giu, words: 'I will', needs: APOSTROPHE },
  { form: /\b(we|you|they)'re\b/giu, words: '$1 are', needs: APOSTROPHE },
  { form: /\b(we|you|they)'ve\b/giu, words: '$1 have', needs: APOSTROPHE },
  { form: /\b(we|you|they|he|she|it)'ll\b/giu, words: '$1 will', needs: APOSTROPHE },
  { form: /\b(he|she|it|that|there|here)'s\b/giu, words: '$1 is', needs: APOSTROPHE },
  { form: /\b(name)'s\b/giu, words: '$1 is', needs: APOSTROPHE },
  { form: /\bgonna\b/giu, words: 'going to', needs: RUN_TOGETHER },
  { form: /\bwanna\b/giu, words: 'want to', needs: RUN_TOGETHER },
  { form: /\b(?:have |'ve )?gotta\b/giu, words: 'have to', needs: RUN_TOGETHER },
  { form: /\bi\b/gu, words: 'I', needs: /\bi\b/u },
];

const LEADING_CASE = /^\p{Lu}/u;

/** A sentence with straight quotes, single spaces and short forms written out; what it says stays the same. */
export const plainEnglish = (sentence: string): string => {
  let plain = sentence
    .replace(/[‘’ʼ`´]/gu, "'")
    .replace(/[“”„«»]/gu, '"')
    .replace(/\s+/gu, ' ')
    .trim();
  for (const { form, words, needs } of SHORT_FORMS) {
    if (!needs.test(plain)) continue;
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
