import { type Interval, isRetentiveError, type Message, RetentiveError } from '@retentive/core';
import { type LanguageTools, openLanguageTools } from '../rules/language-tools.ts';
import { createLocalTime, type LocalTime } from '../rules/local-time.ts';
import { findTimes } from '../rules/said-times.ts';
import { attributeRule } from '../rules/vocabulary.ts';

/** When something holds, as a model says it. */
export interface SaidInterval {
  /** The words of the message: they are resolved here, against its own time and zone. */
  readonly when?: string | undefined;
  /** Dates in full or in part, such as `2026-05`, for words that are not English. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** It lies ahead of the message. */
  readonly planned?: boolean | undefined;
  /** It was so, and is no more. */
  readonly over?: boolean | undefined;
  readonly attribute?: string | undefined;
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d).*)?)?)?$/u;

/** The stretch that a date in full or in part names. @throws FACT_INVALID for a date that is in no calendar */
const stretchOf = (name: string, text: string, local: LocalTime): readonly [from: number, until: number] => {
  const [, year, month, day, hour, minute] = (DATE.exec(text.trim()) ?? []).map((part) => Number(part));
  const refuse = (): never => {
    throw new RetentiveError('FACT_INVALID', `${name} is a date such as 2026, 2026-05 or 2026-05-04`);
  };
  if (year === undefined) return refuse();
  const isPart = (part: number | undefined): part is number => part !== undefined && !Number.isNaN(part);
  const first = { year, month: isPart(month) ? month : 1, day: isPart(day) ? day : 1 };
  const real = new Date(Date.UTC(2000, 0, 1));
  real.setUTCFullYear(first.year, first.month - 1, first.day);
  if (real.getUTCMonth() !== first.month - 1 || real.getUTCDate() !== first.day) return refuse();
  if (isPart(hour)) {
    if (hour > 23 || (minute ?? 0) > 59) return refuse();
    const moment = local.momentOf(first, hour * 60 + (minute ?? 0));
    return [moment, moment];
  }
  const next = isPart(day)
    ? { ...first, day: first.day + 1 }
    : isPart(month)
      ? { ...first, month: first.month + 1 }
      : { ...first, year: year + 1 };
  return [local.momentOf(first), local.momentOf(next)];
};

/** Resolves when something holds. @throws FACT_INVALID for a date that is in no calendar */
export type ReadInterval = (said: SaidInterval, message: Message) => Promise<Interval>;

const isState = ({ attribute }: SaidInterval): boolean => attributeRule(attribute).span === 'state';

/** Makes what resolves a model's times. The reader of English dates is loaded at the first that needs it. */
export const createIntervalReader = (): ReadInterval => {
  let tools: Promise<LanguageTools | undefined> | undefined;

  const open = (): Promise<LanguageTools | undefined> => {
    tools ??= openLanguageTools().catch((error: unknown) => {
      tools = undefined;
      // Dates can be given in numbers.
      if (isRetentiveError(error, 'DEPENDENCY_MISSING')) return undefined;
      throw error;
    });
    return tools;
  };

  /** What the words say, where they are English and a time; undefined otherwise. */
  const intervalOf = async (
    said: SaidInterval,
    { time, timeZone }: Message,
  ): Promise<Interval | undefined> => {
    const { when, planned = false, over = false } = said;
    const found = when === undefined ? undefined : await open();
    if (when === undefined || found === undefined) return undefined;
    const direction = planned ? 'future' : 'past';
    const [first] = findTimes(when, { moment: time, local: createLocalTime(timeZone), direction }, found);
    if (first === undefined) return undefined;
    const { valid } = first.span;
    // "I moved to Lisbon last week": it began then, and has not ended with that week.
    const isBeginning = isState(said) && !over && valid.from !== undefined;
    return isBeginning ? { from: valid.from } : valid;
  };

  return async (said, message) => {
    const inWords = await intervalOf(said, message);
    if (inWords !== undefined) return inWords;
    const { from, until, over = false } = said;
    const local = createLocalTime(message.timeZone);
    if (from !== undefined || until !== undefined) {
      return {
        ...(from === undefined ? {} : { from: stretchOf('from', from, local)[0] }),
        ...(until === undefined ? {} : { until: stretchOf('until', until, local)[1] }),
      };
    }
    // As with the rules: what is so, is so from when it was said; what always was has no beginning.
    if (!isState(said)) return {};
    return over ? { until: message.time } : { from: message.time };
  };
};
