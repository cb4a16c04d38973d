import { ownValue } from '../own-value.ts';
/** A word of a claim, with what it stands for. */
export interface ClaimWord {
  /** As it stands there. */
  readonly text: string;
  /** Folded: lower case, no possessive. */
  readonly norm: string;
  /** The number that it means, in one spelling. */
  readonly number?: string | undefined;
  /** The first of its sentence. */
  readonly isFirst: boolean;
  /** A word that is said not to be so: a negation stands before it, in the same part of the sentence. */
  readonly isNegated: boolean;
  /** It is a negation itself. */
  readonly negates: boolean;
}

const WORD = /\p{N}+(?:[.,:/]\p{N}+)*(?:\p{L}+)?|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|[.!?;:,()\n]/gu;

const NEGATIONS: ReadonlySet<string> = new Set(
  `not no never none nobody nothing nowhere neither nor without cannot hardly stopped quit refused refuses denied denies
isn't aren't wasn't weren't don't doesn't didn't won't wouldn't can't couldn't shouldn't haven't hasn't hadn't mustn't ain't
isnt arent wasnt werent dont doesnt didnt wont wouldnt cant couldnt shouldnt havent hasnt hadnt`.split(
    /\s+/u,
  ),
);

/** Words after which what was denied is over. */
const TURNS: ReadonlySet<string> = new Set([
  'but',
  'and',
  'because',
  'so',
  'although',
  'though',
  'while',
  'yet',
]);

/** How far a negation reaches, in words. */
const REACH = 5;

const UNITS =
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen`.split(/\s+/u);
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ORDINALS = `first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth`.split(
  /\s+/u,
);
const OTHERS: Readonly<Record<string, string>> = {
  dozen: '12',
  half: '0.5',
  hundred: '100',
  thousand: '1000',
  million: '1000000',
  once: '1',
  twice: '2',
};

const numberOfWord = (norm: string): string | undefined => {
  const unit = UNITS.indexOf(norm);
  if (unit >= 0) return String(unit);
  const ordinal = ORDINALS.indexOf(norm);
  if (ordinal >= 0) return String(ordinal + 1);
  const [first = '', second] = norm.split('-');
  const ten = TENS.indexOf(first);
  if (ten < 0) return ownValue(OTHERS, norm);
  const ones = second === undefined ? 0 : UNITS.indexOf(second);
  return ones < 0 ? undefined : String((ten + 2) * 10 + ones);
};

/** `1,200`, `1200` and `1200th` are one number; `4:04` and `3/5` stay what they are. */
const numberOfDigits = (text: string): string | undefined => {
  const digits = /^\p{N}+(?:[.,:/]\p{N}+)*/u.exec(text)?.[0].normalize('NFKC');
  if (digits === undefined) return undefined;
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u.test(digits) ? digits.replaceAll(',', '') : digits;
  return /^\d+$/u.test(plain) ? plain.replace(/^0+(?=\d)/u, '') : plain;
};

/** `1` and `first` count in sentences of every kind: "one of them" names no number. */
const VAGUE: ReadonlySet<string> = new Set(['one', 'once', 'half', 'second', 'first']);

/**
 * The words of a text with their numbers and whether they are denied. Numbers in words are read where they are whole words of
 * English. O(n). Pure.
 */
export const readClaimWords = (text: string): readonly ClaimWord[] => {
  const words: ClaimWord[] = [];
  let isFirst = true;
  let reach = 0;
  for (const [piece] of text.matchAll(WORD)) {
    if (/^[.!?;:,()\n]$/u.test(piece)) {
      reach = 0;
      if (/[.!?\n]/u.test(piece)) isFirst = true;
      continue;
    }
    const norm = piece.toLowerCase().replaceAll('’', "'").replace(/'s$/u, '');
    const negates = NEGATIONS.has(norm);
    if (TURNS.has(norm)) reach = 0;
    const number = numberOfDigits(piece) ?? (VAGUE.has(norm) ? undefined : numberOfWord(norm));
    words.push({
      text: piece,
      norm,
      ...(number === undefined ? {} : { number }),
      isFirst,
      isNegated: reach > 0,
      negates,
    });
    reach = negates ? REACH : Math.max(0, reach - 1);
    isFirst = false;
  }
  return words;
};

/** A word that is written as a name: a capital inside a sentence, or letters that are all capitals. */
export const looksLikeName = ({ text, isFirst }: ClaimWord): boolean =>
  text.length > 1 &&
  !/^I['’]/u.test(text) &&
  (/^\p{Lu}/u.test(text) ? !isFirst : false || /^\p{Lu}{2,}$/u.test(text));
