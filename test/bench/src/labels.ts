import { foldText } from '@retentive/memory/evaluation';

/** One thing recalled, and what its lines must show. */
export interface LabelledItem {
  /** Its lines as laid out. */
  readonly block: string;
  /** All that was said; the lines may show a part of it. */
  readonly words: string;
  /** Undefined for what nobody said, such as a document. */
  readonly speaker: string | undefined;
  /** Ms since epoch; undefined for what has no date. */
  readonly time: number | undefined;
  readonly timeZone?: string | undefined;
}

/** Any date, in the ways {@link createDateSpeller} writes one. */
const MONTHS =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const DATE = new RegExp(
  `\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b\\d{1,2} (?:${MONTHS}) \\d{4}\\b|\\b(?:${MONTHS}) \\d{1,2}, \\d{4}\\b`,
  'u',
);

const MONTH_NAMES =
  'January February March April May June July August September October November December'.split(' ');

/** Year, month (1-12) and day of a moment. */
type DayParts = readonly [year: number, month: number, day: number];

/** The ways a day may be written: 2024-05-08, 8 May 2024, May 8, 2024, months in full or by three letters. */
const spellDay = ([year, month, day]: DayParts): readonly string[] => {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const full = MONTH_NAMES[month - 1] as string;
  return [
    `${year}-${pad(month)}-${pad(day)}`,
    ...[full, full.slice(0, 3)].flatMap((name) => [`${day} ${name} ${year}`, `${name} ${day}, ${year}`]),
  ];
};

const utcDay = (time: number): DayParts => {
  const date = new Date(time);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
};

/** Spellings of the day of a moment, in UTC and in a zone; keeps one formatter a zone, since making them is slow. */
export const createDateSpeller = (): ((time: number, timeZone?: string) => readonly string[]) => {
  const formatters = new Map<string, Intl.DateTimeFormat>();
  const localDay = (time: number, timeZone: string): DayParts => {
    const known = formatters.get(timeZone);
    const formatter =
      known ??
      new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' });
    if (known === undefined) formatters.set(timeZone, formatter);
    const parts = formatter.formatToParts(time);
    const numberOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    return [numberOf('year'), numberOf('month'), numberOf('day')];
  };
  return (time, timeZone = 'UTC') => [
    ...spellDay(utcDay(time)),
    ...(timeZone === 'UTC' ? [] : spellDay(localDay(time, timeZone))),
  ];
};

/** Where the words of an item begin: the line, and what stands before them in it. */
interface Speech {
  readonly line: number;
  readonly end: number;
  readonly label: string;
}

/** Stands where words of an item were left out. */
const GAP = '[...]';

/** Every part of it was said, and there is one. */
const isSaid = (shown: string, words: string): boolean => {
  const parts = shown.split(GAP).map((part) => part.trim());
  return parts.every((part) => words.includes(part)) && (shown === '' || parts.some((part) => part !== ''));
};

/** Splits a line into label and words: the longest end of it that is part of what was said. */
const labelOf = (line: string, words: string): string | undefined => {
  for (let start = 0; start !== -1; ) {
    if (isSaid(line.slice(start), words)) return line.slice(0, start);
    const space = line.indexOf(' ', start);
    start = space === -1 ? -1 : space + 1;
  }
  return undefined;
};

const foldLines = (text: string): readonly string[] => text.split('\n').map(foldText);

/** Finds the words of each item in the order of the text; undefined where they or their speaker do not stand there. */
const locate = (text: string, items: readonly LabelledItem[]): readonly (Speech | undefined)[] => {
  let from = 0;
  return items.map(({ block, words, speaker = '' }) => {
    const offset = text.indexOf(block, from);
    if (offset === -1 || block.length === 0) return undefined;
    from = offset + block.length;
    const firstLine = text.slice(0, offset).split('\n').length - 1;
    const lines = foldLines(block.trimEnd());
    const said = foldText(words);
    for (const [index, line] of lines.entries()) {
      const label = line === '' ? undefined : labelOf(line, said);
      if (label === undefined || !label.includes(foldText(speaker))) continue;
      return { line: firstLine + index, end: firstLine + lines.length, label };
    }
    return undefined;
  });
};

/**
 * The items (in the order of the text) that the text shows without their speaker, or without their date. The speaker must
 * stand before the words, in the same line; the date there, or in the closest heading above, which is a line with a date
 * in which nobody speaks. Judged from the text alone, whatever the layout.
 */
export const unlabelledItems = (text: string, items: readonly LabelledItem[]): readonly LabelledItem[] => {
  const speeches = locate(text, items);
  const spoken = new Set<number>();
  for (const speech of speeches) {
    for (let line = speech?.line ?? 0; line < (speech?.end ?? 0); line += 1) spoken.add(line);
  }
  const lines = foldLines(text);
  const spellingsOf = createDateSpeller();
  const headingAbove = (line: number): string => {
    for (let above = line - 1; above >= 0; above -= 1) {
      const words = lines[above] as string;
      if (!spoken.has(above) && DATE.test(words)) return words;
    }
    return '';
  };
  return items.filter(({ time, timeZone }, index) => {
    const speech = speeches[index];
    if (speech === undefined) return true;
    if (time === undefined) return false;
    const shown = DATE.test(speech.label) ? speech.label : headingAbove(speech.line);
    return !spellingsOf(time, timeZone).some((date) => shown.includes(date));
  });
};
