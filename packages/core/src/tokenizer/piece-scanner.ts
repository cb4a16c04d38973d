/** Finds where the piece of text that begins at `start` ends; `start` is below the length of `text`. */
export type PieceScanner = (text: string, start: number) => number;

const UPPER = 1;
const LOWER = 2;
const DIGIT = 3;
const BLANK = 4;
const LINE_END = 5;
const SIGN = 6;
/** What the table says nothing about: beyond ASCII. */
const OTHER = 0;

const classOf = (unit: number): number => {
  const character = String.fromCharCode(unit);
  if (/[A-Z]/u.test(character)) return UPPER;
  if (/[a-z]/u.test(character)) return LOWER;
  if (/\d/u.test(character)) return DIGIT;
  if (/[\r\n]/u.test(character)) return LINE_END;
  return /\s/u.test(character) ? BLANK : SIGN;
};

const MOST_DIGITS = 3;
const SPACE = 32;
const APOSTROPHE = 39;
const SLASH = 47;

/**
 * Scans pieces as `split` cuts them, the pattern of o200k_base: byte pairs merge inside a piece only. A piece of plain ASCII
 * words, numbers or signs is found without the pattern, some ten times as fast; whatever touches other characters, white
 * space or an apostrophe is left to the pattern.
 */
export const createPieceScanner = (split: RegExp): PieceScanner => {
  const pattern = new RegExp(split.source, 'uy');
  const classes = Uint8Array.from({ length: 128 }, (_, unit) => classOf(unit));
  const classAt = (text: string, at: number): number => {
    const unit = text.charCodeAt(at);
    // Beyond the end of the text the unit is NaN: nothing follows, as if by a line end.
    return unit < 128 ? (classes[unit] as number) : unit >= 128 ? OTHER : LINE_END;
  };

  const byPattern: PieceScanner = (text, start) => {
    pattern.lastIndex = start;
    // A lone surrogate is no letter, number or space, and so a sign: the pattern leaves nothing out.
    return pattern.test(text) ? pattern.lastIndex : start + 1;
  };

  /** The end of capitals and then small letters, or -1 where the pattern must look. */
  const wordEnd = (text: string, start: number): number => {
    let at = start;
    while (classAt(text, at) === UPPER) at += 1;
    while (classAt(text, at) === LOWER) at += 1;
    return classAt(text, at) === OTHER || text.charCodeAt(at) === APOSTROPHE ? -1 : at;
  };

  const digitsEnd = (text: string, start: number): number => {
    let at = start;
    while (at - start < MOST_DIGITS && classAt(text, at) === DIGIT) at += 1;
    return at - start < MOST_DIGITS && classAt(text, at) === OTHER ? -1 : at;
  };

  const signsEnd = (text: string, start: number): number => {
    let at = start;
    while (classAt(text, at) === SIGN) at += 1;
    if (classAt(text, at) === OTHER) return -1;
    while (at < text.length && (classAt(text, at) === LINE_END || text.charCodeAt(at) === SLASH)) at += 1;
    return at;
  };

  const byClass: PieceScanner = (text, start) => {
    const first = classAt(text, start);
    if (first === UPPER || first === LOWER) return wordEnd(text, start);
    if (first === DIGIT) return digitsEnd(text, start);
    if (first !== SIGN && first !== BLANK) return -1;
    const second = classAt(text, start + 1);
    if (second === UPPER || second === LOWER) return wordEnd(text, start + 1);
    if (second === OTHER) return -1;
    if (first === SIGN) return signsEnd(text, start);
    return second === SIGN && text.charCodeAt(start) === SPACE ? signsEnd(text, start + 1) : -1;
  };

  return (text, start) => {
    const end = byClass(text, start);
    return end < 0 ? byPattern(text, start) : end;
  };
};
