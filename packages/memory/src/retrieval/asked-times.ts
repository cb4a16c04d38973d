/** A stretch of time that a question names, ms since epoch; `until` is no longer in it. */
export interface AskedTime {
  readonly from: number;
  readonly until: number;
  /** True where the words of the question are not those of a date: "yesterday". */
  readonly isRelative: boolean;
}

const DAY_MS = 86_400_000;
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const NUMBERS = 'a one two three four five six seven eight nine ten'.split(' ');
const MONTH = MONTHS.join('|');

const ISO = /\b(?<year>\d{4})-(?<month>\d{2})(?:-(?<day>\d{2}))?\b/gu;
/** "8 May 2024", "8th of May", "May 8, 2024", "May 2024"; "May" alone only after a preposition, for it is a verb, too. */
const NAMED = new RegExp(
  String.raw`(?:\b(?<before>\d{1,2})(?:st|nd|rd|th)?(?: of)? |\b(?<of>in|of|during|since|last|this|early|mid|late) )?\b(?<name>${MONTH})\b(?: (?<after>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,? (?<year>\d{4}))?`,
  'giu',
);
const YEAR = /\b(?:in|of|during|since|year) (?<year>(?:19|20)\d{2})\b/giu;
const RELATIVE =
  /\b(?:(?<day>today|this morning|tonight|yesterday|last night)|(?<which>last|this|past) (?<unit>week|month|year|weekend)|(?<count>\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten) (?<ago>day|week|month|year)s? ago|(?:last|on|this past) (?<weekday>sunday|monday|tuesday|wednesday|thursday|friday|saturday))\b/giu;
/** The same in Chinese: a date, and days and months as seen from now. */
const HAN =
  /(?:(?<year>\d{4})年)?(?<month>\d{1,2})月(?:(?<day>\d{1,2})[日号])?|(?<word>前天|昨天|昨晚|今天|今早|今晚|上周|上个?星期|上个?月|去年)/gu;

type Groups = Readonly<Record<string, string | undefined>>;

const dayStart = (time: number): number => Math.floor(time / DAY_MS) * DAY_MS;
const monthOf = (time: number): readonly [year: number, month: number] => {
  const date = new Date(time);
  return [date.getUTCFullYear(), date.getUTCMonth()];
};

const absolute = (from: number, until: number): AskedTime => ({ from, until, isRelative: false });
const relative = (from: number, until: number): AskedTime => ({ from, until, isRelative: true });

/** A day, a month, or one of no year: then the last that has begun by now. */
const calendarTime = (
  { year, month, day }: { year?: number | undefined; month: number; day?: number | undefined },
  now: number,
): readonly AskedTime[] => {
  if (month < 0 || month > 11 || (day !== undefined && (day < 1 || day > 31))) return [];
  const begin = (inYear: number): number => Date.UTC(inYear, month, day ?? 1);
  const [thisYear] = monthOf(now);
  const chosen = year ?? (begin(thisYear) <= now ? thisYear : thisYear - 1);
  const from = begin(chosen);
  return [absolute(from, day === undefined ? Date.UTC(chosen, month + 1, 1) : from + DAY_MS)];
};

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

const namedTime = ({ before, of, name = '', after, year }: Groups, now: number): readonly AskedTime[] => {
  const day = numberOf(before ?? after);
  // "may" and "march" are verbs, too.
  if (day === undefined && year === undefined && of === undefined && /^(?:may|march)$/iu.test(name))
    return [];
  return calendarTime({ year: numberOf(year), month: MONTHS.indexOf(name.toLowerCase()), day }, now);
};

const agoTime = (count: number, unit: string, now: number): AskedTime => {
  const today = dayStart(now);
  const [year, month] = monthOf(now);
  switch (unit) {
    case 'day':
      return relative(today - count * DAY_MS, today - (count - 1) * DAY_MS);
    case 'week':
      return relative(today - (7 * count + 3) * DAY_MS, today - (7 * count - 4) * DAY_MS);
    case 'month':
      return relative(Date.UTC(year, month - count, 1), Date.UTC(year, month - count + 1, 1));
    default:
      return relative(Date.UTC(year - count, 0, 1), Date.UTC(year - count + 1, 0, 1));
  }
};

/** The week, month or year before (1) or of (0) the present; of weeks, those that begin on Monday. */
const unitTime = (unit: string, back: number, now: number): AskedTime => {
  const today = dayStart(now);
  const [year, month] = monthOf(now);
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY_MS - back * 7 * DAY_MS;
  if (unit === 'month') return relative(Date.UTC(year, month - back, 1), Date.UTC(year, month - back + 1, 1));
  if (unit === 'year') return relative(Date.UTC(year - back, 0, 1), Date.UTC(year - back + 1, 0, 1));
  return relative(unit === 'weekend' ? monday + 5 * DAY_MS : monday, monday + 7 * DAY_MS);
};

const relativeTime = (groups: Groups, now: number): AskedTime => {
  const { day, which = '', unit, count, ago, weekday } = groups;
  const today = dayStart(now);
  if (unit !== undefined) return unitTime(unit.toLowerCase(), /this/iu.test(which) ? 0 : 1, now);
  if (ago !== undefined) {
    const word = NUMBERS.indexOf(count?.toLowerCase() ?? '');
    return agoTime(word < 0 ? Number(count) : Math.max(1, word), ago.toLowerCase(), now);
  }
  if (weekday !== undefined) {
    const back = (new Date(today).getUTCDay() - WEEKDAYS.indexOf(weekday.toLowerCase()) + 7) % 7 || 7;
    return relative(today - back * DAY_MS, today - (back - 1) * DAY_MS);
  }
  const back = /yesterday|last night/iu.test(day ?? '') ? 1 : 0;
  return relative(today - back * DAY_MS, today - (back - 1) * DAY_MS);
};

const hanTime = ({ year, month, day, word }: Groups, now: number): readonly AskedTime[] => {
  if (word === undefined) {
    return calendarTime({ year: numberOf(year), month: Number(month) - 1, day: numberOf(day) }, now);
  }
  if (word === '去年') return [unitTime('year', 1, now)];
  if (/月/u.test(word)) return [unitTime('month', 1, now)];
  if (/周|星期/u.test(word)) return [unitTime('week', 1, now)];
  return [agoTime(word === '前天' ? 2 : word.startsWith('昨') ? 1 : 0, 'day', now)];
};

/**
 * The times that a question names, as days of UTC, seen from `now`: dates, months, years, and words such as "yesterday" and
 * "two weeks ago"; in English and Chinese. Pure.
 */
export const askedTimes = (question: string, now: number): readonly AskedTime[] => {
  const groupsOf = (pattern: RegExp): readonly Groups[] =>
    [...question.matchAll(pattern)].map(({ groups = {} }) => groups);
  const dates = [
    ...groupsOf(ISO).flatMap(({ year, month, day }) =>
      calendarTime({ year: numberOf(year), month: Number(month) - 1, day: numberOf(day) }, now),
    ),
    ...groupsOf(NAMED).flatMap((groups) => namedTime(groups, now)),
    ...groupsOf(HAN).flatMap((groups) => hanTime(groups, now)),
    ...groupsOf(RELATIVE).map((groups) => relativeTime(groups, now)),
  ];
  if (dates.length > 0) return dates;
  // A year beside a month was read with it.
  return groupsOf(YEAR).map(({ year }) =>
    absolute(Date.UTC(Number(year), 0, 1), Date.UTC(Number(year) + 1, 0, 1)),
  );
};
