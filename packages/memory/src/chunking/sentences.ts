import {
  CLOSING_ABBREVIATIONS,
  DAY_ABBREVIATIONS,
  NUMBERED_ABBREVIATIONS,
  OPENING_ABBREVIATIONS,
  SENTENCE_STARTERS,
} from './abbreviations.ts';
import { runtimeSegments } from './runtime-segments.ts';

/** Longer than any abbreviation with the space after it, or a word that follows. */
const REACH = 24;

const FENCE = /^\s{0,3}(?:`{3,}|~{3,})/u;
/** Longest marker of a list item. */
const MARKER_REACH = 16;

/** "1. ", "a. ", "IV. " at the beginning of a line: the marker of an item. */
const LIST_MARKER = /^[\s>]*(?:[-*+•]\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s+$/u;
const isListMarker = (text: string): boolean => text.length <= MARKER_REACH && LIST_MARKER.test(text);
const LAST_WORD = /(?:^|[\s("'“‘«[—-])([\p{L}\p{M}.]+)\.\s+$/u;
const INITIAL = /^\p{Lu}$/u;
/** U.S., U.N.C.L.E.: letters with a stop after each. */
const ACRONYM = /^(?:\p{L}\.)+\p{L}$/u;
const MONTH = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/iu;

const startsSentence = (next: string): boolean =>
  SENTENCE_STARTERS.has(/^["'“‘«(¿¡]*([\p{L}\p{M}'’]+)/u.exec(next)?.[1]?.replace('’', "'") ?? '');

/** True when the full stop at the end of `tail` belongs to a word that goes on to `next`. */
const isAbbreviation = (tail: string, next: string): boolean => {
  const word = LAST_WORD.exec(tail)?.[1];
  if (word === undefined) return false;
  const lower = word.toLowerCase();
  if (OPENING_ABBREVIATIONS.has(lower)) return true;
  if (NUMBERED_ABBREVIATIONS.has(lower) && /^[\p{N}#§]|^[IVX]{2,}\b/u.test(next)) return true;
  if (DAY_ABBREVIATIONS.has(word)) return /^\p{N}/u.test(next) || MONTH.test(next);
  if (INITIAL.test(word)) return word !== 'I' && !startsSentence(next);
  return (CLOSING_ABBREVIATIONS.has(lower) || ACRONYM.test(word)) && !startsSentence(next);
};

/** A question or shout inside a sentence: `"Really?" she asked.`, `「行こう。」と言った。`, `“好。”他说。` */
const isQuoted = (tail: string, next: string): boolean =>
  (/[?!…]["'”’»)\]]+\s+$/u.test(tail) && /^\p{Ll}/u.test(next)) ||
  (/[。！？!?][」』]\s*$/u.test(tail) && /^[とっ]/u.test(next)) ||
  (/[。！？!?]["”』」]$/u.test(tail) && /^\p{Script=Han}{1,4}?[说說问問道答喊叫]/u.test(next));

/** Signs after the end of a sentence that belong to it: emoji. */
const TRAILING_SIGNS =
  /^(?:(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{FE0F})(?:\p{Emoji_Modifier}|\u{FE0F}|\u{200D}\p{Extended_Pictographic})*)+\s*/u;

/**
 * Ends inside a segment that the runtime does not see: before a number ("We left. 20 stayed."), after emoji, and in
 * writing without capitals ("ok. see you.").
 */
const INNER_END =
  /…\s+(?=\p{Lu})|(?<=[\p{L}\p{M}\p{N}"”’)]{2} ?)\.\s+(?=[\p{N}\p{Ll}])|(?<=\p{N})\.\s+(?=\p{N}+\s\p{L})|\p{Emoji_Presentation}\p{Emoji_Modifier}?\s+(?=\p{Lu})/gu;

function* innerEnds(segment: string): Generator<number, void, undefined> {
  let withoutCapitals: boolean | undefined;
  for (const match of segment.matchAll(INNER_END)) {
    const end = match.index + match[0].length;
    const next = segment.slice(end, end + REACH);
    const tail = segment.slice(Math.max(0, end - REACH), end);
    if (/^\p{Lu}/u.test(next)) {
      if (tail.includes('…') || startsSentence(next)) yield end;
    } else if (!isAbbreviation(tail, next) && !isListMarker(segment.slice(0, end))) {
      withoutCapitals ??= !/\p{Lu}/u.test(segment.replace(/\bI\b/gu, ''));
      const known = CLOSING_ABBREVIATIONS.has((LAST_WORD.exec(tail)?.[1] ?? '').toLowerCase());
      if (/^\p{N}/u.test(next) ? !known : withoutCapitals && !known) yield end;
    }
  }
}

/** An address goes on after its question mark. */
const isInAddress = (tail: string): boolean => /(?:\/|www\.)\S*[?!]$/u.test(tail);

/** Lines in which stops end nothing: code, fences, headings of Markdown. */
const HEADING = /^\s{0,3}#{1,6}\s/u;

/** True when the sentence from `start` goes on after `end`, where the runtime saw an end inside a line. */
const goesOn = (text: string, start: number, end: number, inCodeSpan: boolean): boolean => {
  const next = text.slice(end, end + REACH);
  const tail = text.slice(Math.max(start, end - REACH), end);
  return (
    (inCodeSpan && /^[^\n`]*`/u.test(next)) ||
    isListMarker(text.slice(start, end)) ||
    isAbbreviation(tail, next) ||
    isQuoted(tail, next) ||
    isInAddress(tail)
  );
};

const countTicks = (text: string): number => text.split('`').length - 1;

/** White space and emoji from `end` on, which belong to what they follow. */
const skipTrailing = (text: string, end: number): number => {
  const signs =
    text[end - 1] === '\n' ? 0 : (TRAILING_SIGNS.exec(text.slice(end, end + REACH))?.[0].length ?? 0);
  let after = end + signs;
  while (after < text.length && /\s/u.test(text[after] as string)) after += 1;
  return after;
};

/** The sentences of {@link splitSentences} one by one: who stops early does not pay for the rest. */
export function* walkSentences(text: string): Generator<string, void, undefined> {
  let start = 0;
  let fenced = false;
  let heading = false;
  let ticks = 0;
  let hasText = false;
  for (const { segment, index } of runtimeSegments(text)) {
    const end = index + segment.length;
    const opensLine = index === 0 || text[index - 1] === '\n';
    const fence = opensLine && FENCE.test(segment);
    if (fence) fenced = !fenced;
    if (opensLine) heading = fence || HEADING.test(segment);
    const isWhole = fenced || heading;
    for (const inner of isWhole ? [] : innerEnds(segment)) {
      if (index + inner <= start) continue;
      yield text.slice(start, index + inner);
      start = index + inner;
    }
    // What trailing signs and blanks have taken with them, or blanks before the first sentence.
    hasText ||= /\S/u.test(text.slice(Math.max(start, index), end));
    if (end <= start || !hasText) continue;
    ticks += countTicks(segment);
    if (!segment.endsWith('\n') && (isWhole || goesOn(text, start, end, ticks % 2 === 1))) continue;
    const after = skipTrailing(text, end);
    yield text.slice(start, after);
    start = after;
    ticks = 0;
    hasText = false;
  }
  if (start < text.length) yield text.slice(start);
}

/**
 * Cuts text into sentences that join to the text again: the runtime's rules, mended after abbreviations, initials and
 * markers of lists, in quotations, around emoji, in code and in writing without capitals. Line ends always end a
 * sentence. White space and blank lines stay with the sentence before them. O(n).
 */
export const splitSentences = (text: string): readonly string[] => [...walkSentences(text)];
