/** Sets of beginnings of words: a text that a pattern fits has one of each. The most telling set stands first. */
export type NeededWords = readonly ReadonlySet<string>[];

/** Words that nearly every sentence has: to need one of them tells little. */
const COMMON = new Set(
  'i a an the is are am was be been it my our we of to in on at for by as and or me that which who what have has do not now so up no'.split(
    ' ',
  ),
);

const DIGITS: ReadonlySet<string> = new Set('0123456789');

/** How a part of a pattern goes on from what stands before it. */
interface Place {
  /** The letters of a word so far, from its beginning; undefined inside of a word that began with something unknown. */
  readonly run: string | undefined;
  readonly needed: NeededWords;
}

const rank = (words: ReadonlySet<string>): number =>
  Math.min(...[...words].map((word) => (COMMON.has(word) ? 0 : word.length))) - words.size / 1000;

const ranked = (needed: NeededWords): NeededWords => needed.toSorted((a, b) => rank(b) - rank(a));

const isLetter = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);

/** Classes without letters and digits: a word ends before them. */
const isSign = (atom: string): boolean =>
  /^\\[^pdwDWPSBb]$/u.test(atom) || /^\[[^^\\\p{L}\p{N}][^\\\p{L}\p{N}]*\]$/u.test(atom);

const closed = ({ run, needed }: Place): NeededWords =>
  run === undefined || run === '' ? needed : [...needed, new Set([run])];

/** The end of the bracket that opens at `at`. */
const closingOf = (pattern: string, at: number): number => {
  let depth = 0;
  for (let index = at; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === '\\') index += 1;
    else if (character === '[') index = pattern.indexOf(']', index + 2);
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return pattern.length;
};

const atomAt = (pattern: string, at: number): string =>
  /^(?:\{v\}|\\[pP]\{[^}]*\}|\\.|\[\^?\]?[^\]]*\])/u.exec(pattern.slice(at))?.[0] ??
  String.fromCodePoint(pattern.codePointAt(at) ?? 0);

/** The alternatives of a pattern, apart by `|` outside of brackets. */
const alternativesOf = (pattern: string): readonly string[] => {
  const found: string[] = [];
  let start = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '[') at = pattern.indexOf(']', at + 2);
    else if (character === '(') at = closingOf(pattern, at);
    else if (character === '|') {
      found.push(pattern.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, pattern.slice(start)];
};

/** What is needed where one of several ways is gone: of each way the most telling words. */
const oneOf = (ends: readonly Place[]): NeededWords => {
  const ways = ends.map(closed);
  const [only] = ways;
  if (ways.length === 1 && only !== undefined) return only;
  const tellings = ways.map((needed) => ranked(needed)[0]);
  return tellings.every((words) => words !== undefined)
    ? [new Set(tellings.flatMap((words) => [...(words ?? [])]))]
    : [];
};

const afterGroup = (body: string, place: Place, isOptional: boolean): Place => {
  const before = closed(place);
  const run = place.run === '' ? '' : undefined;
  const ends = alternativesOf(body).map((alternative) => walk(alternative, { run, needed: [] }));
  const endsWord = ends.every((end) => end.run === '') && (!isOptional || run === '');
  return { run: endsWord ? '' : undefined, needed: isOptional ? before : [...before, ...oneOf(ends)] };
};

const afterAtom = (atom: string, place: Place, quantifier: string): Place => {
  const { run } = place;
  const isOptional = /^[?*]|^\{0/u.test(quantifier);
  if (atom === '^' || atom === '$' || /^\\[bB]$/u.test(atom)) return place;
  const sign = isSign(atom) || (atom.length <= 2 && !isLetter(atom) && !/^[.\\]/u.test(atom));
  if (sign) return { run: !isOptional || run === '' ? '' : undefined, needed: closed(place) };
  if (atom === '\\d' && run === '' && !isOptional)
    return { run: undefined, needed: [...place.needed, DIGITS] };
  if (!isLetter(atom) || atom.length > 2 || atom.startsWith('\\'))
    return { run: undefined, needed: closed(place) };
  if (isOptional) return { run: undefined, needed: closed(place) };
  if (run === undefined) return place;
  const longer = { run: run + atom.toLowerCase(), needed: place.needed };
  return quantifier === '' ? longer : { run: undefined, needed: closed(longer) };
};

const walk = (pattern: string, start: Place): Place => {
  let place = start;
  for (let at = 0; at < pattern.length; ) {
    const isGroup = pattern[at] === '(';
    const end = isGroup ? closingOf(pattern, at) + 1 : at + atomAt(pattern, at).length;
    const part = pattern.slice(at, end);
    const quantifier = /^(?:[?*+]|\{\d[^}]*\})\??/u.exec(pattern.slice(end))?.[0] ?? '';
    at = end + quantifier.length;
    if (/^\(\?<?[=!]/u.test(part)) continue;
    if (isGroup) {
      const body = part.slice(1, -1).replace(/^\?(?::|<\w+>)/u, '');
      place = afterGroup(body, place, /^[?*]|^\{0/u.test(quantifier));
    } else place = afterAtom(part, place, quantifier);
  }
  return place;
};

/**
 * Derives from a pattern, which begins at the beginning of a word and is read without case, what words a text must have for
 * it to fit. `{v}` stands for any value. Read are groups, alternatives, classes, quantifiers and looks around.
 */
export const neededWords = (pattern: string): NeededWords =>
  ranked(oneOf(alternativesOf(pattern).map((alternative) => walk(alternative, { run: '', needed: [] }))));
