import { ownValue } from '../../own-value.ts';
import type { CalendarDay, LocalTime } from './local-time.ts';

/** A stretch of time that people name roughly: its first day, the day after its last, and its name. */
export interface RoughTime {
  readonly start: number;
  readonly end: number;
  /** Undefined for a date that no calendar has: it is no time at all. */
  readonly stretch?:
    | { readonly first: CalendarDay; readonly next: CalendarDay; readonly value: string }
    | undefined;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const MONTH = `(?:${MONTHS.join('|')})`;

/** First month and name of each season, as the north has them. */
const SEASONS: Readonly<Record<string, readonly [month: number, name: string]>> = {
  spring: [3, 'spring'],
  summer: [6, 'summer'],
  autumn: [9, 'autumn'],
  fall: [9, 'autumn'],
  winter: [12, 'winter'],
};

const SEASON =
  /\b(?:(?<relative>last|this past|this|next) (?<named>spring|summer|autumn|fall|winter)|(?:the )?(?<dated>spring|summer|autumn|fall|winter)(?: of)? (?<year>(?:19|20)\d\d))\b/giu;
const PART = new RegExp(
  String.raw`\b(?<part>early|mid|late)[- ](?:in )?(?:(?<month>${MONTH})(?: (?<ofYear>(?:19|20)\d\d))?|(?<year>(?:19|20)\d\d))\b`,
  'giu',
);
const DECADE = /\b(?:the )?(?<part>early |mid[- ]|late )?(?:19|20)?(?<decade>\d)0s\b/giu;
const DATE = new RegExp(
  String.raw`\b(?:(?<before>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<month>${MONTH})|(?<first>${MONTH}) (?:the )?(?<after>\d{1,2})(?:st|nd|rd|th)?)\b(?!\d)`,
  'giu',
);

const THIRDS: Readonly<Record<string, number>> = { early: 0, mid: 1, late: 2 };

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const monthOf = (name: string | undefined): number =>
  MONTHS.findIndex((month) => month.toLowerCase() === name?.toLowerCase()) + 1;

const monthAfter = (year: number, month: number, by: number): CalendarDay => {
  const date = new Date(Date.UTC(year, month - 1 + by, 1));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: 1 };
};

/** "last summer" is the latest that is over, "this summer" the one of this year, "next summer" the first to begin. */
const seasonYear = (relative: string, month: number, today: CalendarDay): number => {
  if (/^this$/iu.test(relative)) return today.year;
  if (/^next$/iu.test(relative)) return month > today.month ? today.year : today.year + 1;
  return month + 3 <= today.month ? today.year : today.year - 1;
};

type Groups = Readonly<Record<string, string | undefined>>;
type Stretch = NonNullable<RoughTime['stretch']>;

const seasonStretch = (groups: Groups, today: CalendarDay): Stretch => {
  const [month, name] = SEASONS[(groups['named'] ?? groups['dated'] ?? '').toLowerCase()] ?? [3, ''];
  const said = groups['year'];
  const year = said === undefined ? seasonYear(groups['relative'] ?? '', month, today) : Number(said);
  return { first: { year, month, day: 1 }, next: monthAfter(year, month, 3), value: `${name} ${year}` };
};

/** "early 2020" is a third of the year, "late May" a third of the month. */
const partStretch = (groups: Groups, today: CalendarDay): Stretch => {
  const part = (groups['part'] ?? '').toLowerCase();
  const third = ownValue(THIRDS, part) ?? 0;
  if (groups['year'] !== undefined) {
    const year = Number(groups['year']);
    const first = { year, month: third * 4 + 1, day: 1 };
    return { first, next: monthAfter(year, first.month, 4), value: `${part} ${year}` };
  }
  const month = monthOf(groups['month']);
  const lastYear = month <= today.month ? today.year : today.year - 1;
  const year = groups['ofYear'] === undefined ? lastYear : Number(groups['ofYear']);
  const first = { year, month, day: third * 10 + 1 };
  const next = third === 2 ? monthAfter(year, month, 1) : { year, month, day: third * 10 + 11 };
  return { first, next, value: `${part} ${MONTHS[month - 1]} ${year}` };
};

/** "the 90s", "the early 2010s" */
const decadeStretch = (groups: Groups, text: string, today: CalendarDay): Stretch => {
  const decade = Number(groups['decade']) * 10;
  const isNamed = /(?:19|20)\d0s/u.test(text);
  const isRecent = isNamed ? /20\d0s/u.test(text) : decade > 0 && decade <= today.year - 2000;
  const year = (isRecent ? 2000 : 1900) + decade;
  const part = (groups['part'] ?? '').replace(/[- ]$/u, '').toLowerCase();
  const third = ownValue(THIRDS, part);
  const [from, until] =
    third === undefined ? [0, 10] : [Math.round((third * 10) / 3), Math.round((third * 10 + 10) / 3)];
  return {
    first: { year: year + from, month: 1, day: 1 },
    next: { year: year + until, month: 1, day: 1 },
    value: `${part === '' ? '' : `${part} `}${year}s`,
  };
};

/** True for a date that no calendar has: of a leap year's days every date there is one. */
const isNoDate = (groups: Groups): boolean => {
  const day = Number(groups['before'] ?? groups['after']);
  return day < 1 || day > daysIn(2024, monthOf(groups['month'] ?? groups['first']));
};

/** The rough times that a sentence names, and the dates in it that do not exist. */
export const findRoughTimes = (sentence: string, moment: number, local: LocalTime): readonly RoughTime[] => {
  const today = local.dayOf(moment);
  const findAll = (
    form: RegExp,
    read: (groups: Groups, text: string) => Stretch | undefined,
  ): readonly RoughTime[] =>
    [...sentence.matchAll(form)]
      .map(({ index, 0: text, groups = {} }) => ({
        start: index,
        end: index + text.length,
        stretch: read(groups, text),
        isNone: form === DATE && !isNoDate(groups),
      }))
      .filter(({ isNone }) => !isNone);
  return [
    ...findAll(SEASON, (groups) => seasonStretch(groups, today)),
    ...findAll(PART, (groups) => partStretch(groups, today)),
    ...findAll(DECADE, (groups, text) => decadeStretch(groups, text, today)),
    ...findAll(DATE, () => undefined),
  ];
};
