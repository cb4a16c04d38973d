import type { Interval } from '@retentive/core';
import type { ParsedResult } from 'chrono-node/en';
import type { LanguageTools } from './language-tools.ts';
import type { CalendarDay, LocalTime } from './local-time.ts';
import { findRoughTimes } from './rough-times.ts';
import type { TimeSpan } from './tokens.ts';

/** A time in a sentence, by its place there (UTF-16). */
export interface SaidTime {
  readonly start: number;
  readonly end: number;
  readonly span: TimeSpan;
}

/** Which way a time without a year or week points: where the sentence speaks of the past or the future. */
export type Direction = 'past' | 'future';

/** What times are resolved against. */
export interface TimeFrame {
  /** The message's own time, ms since epoch. */
  readonly moment: number;
  readonly local: LocalTime;
  readonly direction: Direction;
}

type ParsedComponents = ParsedResult['start'];
type Grain = TimeSpan['grain'] | 'weekend';
interface Stretch {
  readonly grain: Grain;
  readonly first: CalendarDay;
  readonly interval: Interval;
  readonly value: string;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const HOUR_MINUTES = 60;
const MONTH_NAMES = MONTHS.join('|');
const PREPOSITION =
  /(?:^|[^\p{L}])((?:(?:on|in|at|during|back in|since|from|until|till|by|before|after|around|back|early|late|the) )+)$/iu;
const OWN_TIMES = new RegExp(
  String.raw`\b(?:(?<relative>last|this past|this|next) (?<month>${MONTH_NAMES})|(?<=\b(?:in|since|from|until|till|by|before|after|during|around|early|late|of) )(?<year>(?:19|20)\d\d))\b(?!\s?(?:%|\p{L}*[$€£]))`,
  'giu',
);
const DURATION =
  /\bfor (?:over |about |almost |nearly |the (?:last|past) )?(?<count>\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?<unit>year|month|week|day)s?(?: now)?\b/giu;
/** Repeated times are no dates. */
const REPEATED =
  /\b(?:every|each|most|some|on) (?:other )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|(?<!on )(?:day|week|month|year|morning|evening|night|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day))s?\b|\b(?:once|twice|times) (?:a|per) (?:day|week|month|year)\b|\b(?:on )?week(?:end|day)s\b/giu;
/** Words that chrono takes for dates, and people use for other things. */
const NO_DATE =
  /^(?:now|may|march|sat|sun|mon|wed|fri|mar|jan|dec|second|\d+|(?:at )?\d+(?::\d+)?(?: ?[ap]m)?)$/u;

/** Without one of these there is no date to look for, which costs more than all the rest. */
const MAY_BE_TIME = new RegExp(
  String.raw`\d|\b(?:today|tonight|yesterday|tomorrow|morning|afternoon|evening|night|noon|midnight|days?|week(?:end)?s?|months?|years?|hours?|minutes?|ago|last|next|mon|tue|wed|thu|fri|sat|sun|\p{L}+days?|${MONTH_NAMES}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b`,
  'iu',
);

const shift = (day: CalendarDay, by: Partial<CalendarDay>): CalendarDay => {
  const date = new Date(
    Date.UTC(day.year + (by.year ?? 0), day.month - 1 + (by.month ?? 0), day.day + (by.day ?? 0)),
  );
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

const weekdayOf = ({ year, month, day }: CalendarDay): number =>
  (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;

const showDay = ({ year, month, day }: CalendarDay): string => `${day} ${MONTHS[month - 1]} ${year}`;

const showClock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** The stretch of time of one grain that contains a day. */
const stretchOf = (grain: Grain, day: CalendarDay, minutes: number, local: LocalTime): Stretch => {
  const between = (first: CalendarDay, next: CalendarDay, value: string): Stretch => ({
    grain,
    first,
    interval: { from: local.momentOf(first), until: local.momentOf(next) },
    value,
  });
  switch (grain) {
    case 'year': {
      const first = { year: day.year, month: 1, day: 1 };
      return between(first, shift(first, { year: 1 }), String(day.year));
    }
    case 'month': {
      const first = { ...day, day: 1 };
      return between(first, shift(first, { month: 1 }), `${MONTHS[day.month - 1]} ${day.year}`);
    }
    case 'week': {
      const first = shift(day, { day: -weekdayOf(day) });
      return between(first, shift(first, { day: 7 }), `the week of ${showDay(first)}`);
    }
    case 'weekend': {
      const first = shift(day, { day: 5 - weekdayOf(day) });
      return between(first, shift(first, { day: 2 }), `the weekend of ${showDay(first)}`);
    }
    case 'day':
      return between(day, shift(day, { day: 1 }), showDay(day));
    default: {
      const interval = {
        from: local.momentOf(day, minutes),
        until: local.momentOf(day, minutes + HOUR_MINUTES),
      };
      return { grain, first: day, interval, value: `${showDay(day)} at ${showClock(minutes)}` };
    }
  }
};

const grainOf = (text: string, start: ParsedComponents): Grain | undefined => {
  if (/\bweekend\b/iu.test(text)) return 'weekend';
  if (/\b(?:hour|minute|second)s?\b/iu.test(text)) return 'day';
  if (/\b(?:morning|afternoon|evening|night|tonight|today|yesterday|tomorrow|days?)\b/iu.test(text)) {
    return start.isCertain('hour') && /\d/u.test(text) ? 'minute' : 'day';
  }
  if (/\bweeks?\b/iu.test(text)) return 'week';
  if (/\bmonths?\b/iu.test(text)) return 'month';
  if (/\byears?\b/iu.test(text)) return 'year';
  const isDay = start.isCertain('day') || start.isCertain('weekday');
  if (isDay) return start.isCertain('hour') ? 'minute' : 'day';
  if (start.isCertain('month')) return 'month';
  return start.isCertain('year') ? 'year' : undefined;
};

/** Moves a weekday without a week, or a month without a year, to the side that the sentence speaks of. */
const turn = (day: CalendarDay, start: ParsedComponents, text: string, frame: TimeFrame): CalendarDay => {
  const isWeekday = start.isCertain('weekday') && !start.isCertain('day');
  const isOfSomeYear = start.isCertain('month') && !start.isCertain('year');
  if (!(isWeekday || isOfSomeYear) || /\b(?:last|next|this|ago)\b/iu.test(text)) return day;
  const today = frame.local.dayOf(frame.moment);
  // A month has no day of its own: it lies in the past or future only when it is another one.
  const ordinal = (of: CalendarDay): number =>
    of.year * 10_000 + of.month * 100 + (isOfSomeYear && !start.isCertain('day') ? 0 : of.day);
  const difference = ordinal(day) - ordinal(today);
  if (frame.direction === 'future' && difference < 0) return shift(day, isWeekday ? { day: 7 } : { year: 1 });
  if (frame.direction === 'past' && difference > 0) return shift(day, isWeekday ? { day: -7 } : { year: -1 });
  return day;
};

const componentsDay = (start: ParsedComponents): CalendarDay => ({
  year: start.get('year') ?? 0,
  month: start.get('month') ?? 1,
  day: start.get('day') ?? 1,
});

const parsedStretch = (result: ParsedResult, frame: TimeFrame): Stretch | undefined => {
  const grain = grainOf(result.text, result.start);
  if (grain === undefined || NO_DATE.test(result.text.trim())) return undefined;
  const day = turn(componentsDay(result.start), result.start, result.text, frame);
  const minutes = (result.start.get('hour') ?? 0) * 60 + (result.start.get('minute') ?? 0);
  const first = stretchOf(grain, day, minutes, frame.local);
  const { end } = result;
  if (end === null || end === undefined || grain === 'minute') return first;
  const last = stretchOf(grain, componentsDay(end), 0, frame.local);
  if ((last.interval.until ?? 0) <= (first.interval.from ?? 0)) return first;
  return {
    ...first,
    interval: { from: first.interval.from, until: last.interval.until },
    value: `${first.value} to ${last.value}`,
  };
};

const ownStretch = (groups: Readonly<Record<string, string | undefined>>, frame: TimeFrame): Stretch => {
  const today = frame.local.dayOf(frame.moment);
  const { year, month, relative = '' } = groups;
  if (year !== undefined) return stretchOf('year', { year: Number(year), month: 1, day: 1 }, 0, frame.local);
  const number = MONTHS.findIndex((name) => name.toLowerCase() === month?.toLowerCase()) + 1;
  const isLast = /last|past/iu.test(relative);
  const back = isLast && number >= today.month ? -1 : 0;
  const ahead = /next/iu.test(relative) && number <= today.month ? 1 : 0;
  const day = { year: today.year + back + ahead, month: number, day: 1 };
  return stretchOf('month', day, 0, frame.local);
};

const sinceStretch = (groups: Readonly<Record<string, string | undefined>>, frame: TimeFrame): TimeSpan => {
  const { count = '', unit = 'year' } = groups;
  const word = NUMBERS.indexOf(count.toLowerCase());
  const number = word > 0 ? word : /^an?$/iu.test(count) ? 1 : Number(count);
  const by = unit === 'week' ? { day: -7 * number } : { [unit]: -number };
  const day = shift(frame.local.dayOf(frame.moment), by);
  const grain = unit === 'week' || unit === 'day' ? 'day' : (unit as 'month' | 'year');
  const { interval, value } = stretchOf(grain, day, 0, frame.local);
  return { valid: { from: interval.from }, phrase: `since ${value}`, value, grain };
};

const BEFORE = /^(?:until|till|by|before)$/iu;

/** The span, with the words before it: "since", "until" and "after" leave one end open. */
const spanOf = ({ grain, interval, value }: Stretch, words: string): TimeSpan => {
  const shared = { value, grain: grain === 'weekend' ? ('day' as const) : grain };
  const word = words.trim().split(' ').at(-1)?.toLowerCase() ?? '';
  if (word === 'since') return { ...shared, valid: { from: interval.from }, phrase: `since ${value}` };
  if (word === 'from' && !value.includes(' to ')) {
    return { ...shared, valid: { from: interval.from }, phrase: `from ${value}` };
  }
  if (word === 'after') return { ...shared, valid: { from: interval.until }, phrase: `after ${value}` };
  if (BEFORE.test(word)) {
    const until = word === 'before' ? interval.from : interval.until;
    return { ...shared, valid: { until }, phrase: `${word === 'till' ? 'until' : word} ${value}` };
  }
  const preposition = value.includes(' to ')
    ? 'from'
    : grain === 'month' || grain === 'year' || grain === 'week'
      ? 'in'
      : 'on';
  return { ...shared, valid: interval, phrase: `${preposition} ${value}` };
};

/**
 * The times that a sentence names, resolved against the moment and zone it was said in, in order. Repeated times
 * ("every Friday") are none. Partial dates are intervals: "in May" is the whole month.
 */
export const findTimes = (sentence: string, frame: TimeFrame, tools: LanguageTools): readonly SaidTime[] => {
  const found: SaidTime[] = [];
  const taken: (readonly [number, number])[] = [];
  const isTaken = (start: number, end: number): boolean =>
    taken.some(([from, until]) => start < until && from < end);
  const take = (start: number, end: number, stretch: Stretch): void => {
    if (isTaken(start, end)) return;
    const before = sentence.slice(0, start);
    const words = PREPOSITION.exec(before)?.[1] ?? '';
    const preposition = words.replace(/\bthe\s*$/iu, '');
    // After another preposition ("booked for Friday") only the date itself stands.
    const isBare = preposition === '' && /\b(?:for|of|to|than)\s(?:the\s)?$/iu.test(before);
    const span = spanOf(stretch, preposition);
    taken.push([start, end]);
    found.push({ start: start - words.length, end, span: isBare ? { ...span, phrase: span.value } : span });
  };

  for (const { index, 0: text } of sentence.matchAll(REPEATED)) taken.push([index, index + text.length]);
  const isPerfect = /\b(?:have|has)\b/iu.test(sentence);
  for (const { index, 0: text, groups = {} } of sentence.matchAll(DURATION)) {
    const end = index + text.length;
    if (/^\s+ago\b/iu.test(sentence.slice(end)) || isTaken(index, end)) continue;
    taken.push([index, end]);
    if (isPerfect) found.push({ start: index, end, span: sinceStretch(groups, frame) });
  }
  for (const { start, end, stretch } of findRoughTimes(sentence, frame.moment, frame.local)) {
    if (stretch === undefined) taken.push([start, end]);
    else {
      const { first, next, value } = stretch;
      const interval = { from: frame.local.momentOf(first), until: frame.local.momentOf(next) };
      take(start, end, { grain: 'month', first, interval, value });
    }
  }
  for (const { index, 0: text, groups = {} } of sentence.matchAll(OWN_TIMES)) {
    take(index, index + text.length, ownStretch(groups, frame));
  }
  if (!MAY_BE_TIME.test(sentence)) return found.sort((a, b) => a.start - b.start);
  const offset = frame.local.offsetMinutes(frame.moment);
  for (const result of tools.times(sentence, frame.moment, offset)) {
    const own = /^(?:(?:on|in|at|this) )?/iu.exec(result.text)?.[0] ?? '';
    const keepsThis = /^this /iu.test(own) ? '' : own;
    const stretch = parsedStretch(result, frame);
    const start = result.index + keepsThis.length;
    if (stretch !== undefined) take(start, result.index + result.text.length, stretch);
  }
  return found.sort((a, b) => a.start - b.start);
};
