import { RetentiveError } from './errors.ts';

/** A length of time as callers give it: ms, or text such as `365d`. */
export type DurationInput = number | string;

const MS_PER_UNIT = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  /** 365 days: a length has no calendar. */
  y: 365 * 86_400_000,
} as const;

/** Ten thousand years: whatever is meant for ever is left out instead. */
const LONGEST_MS = 10_000 * MS_PER_UNIT.y;

const DURATION = /^(\d{1,15}(?:\.\d{1,6})?)\s?(ms|s|m|h|d|w|y)$/u;

/**
 * A length of time in whole ms, from 1: a number is ms, text is a number and one of the units ms, s, m (minutes), h, d, w
 * and y (365 days), such as `90m` or `1.5h`. @throws OPTION_INVALID naming the value and what is allowed
 */
export const parseDuration = (name: string, value: DurationInput): number => {
  const [, count, unit] = typeof value === 'string' ? (DURATION.exec(value) ?? []) : [];
  const ms =
    typeof value === 'number'
      ? value
      : Number(count) * MS_PER_UNIT[(unit ?? 'ms') as keyof typeof MS_PER_UNIT];
  const whole = Math.trunc(ms);
  if (whole >= 1 && whole <= LONGEST_MS) return whole;
  const shown = typeof value === 'string' ? `"${value.slice(0, 32)}"` : String(value);
  throw new RetentiveError(
    'OPTION_INVALID',
    `${name} is a length of time: ms, or text such as 90m, 12h, 365d or 2y (ms, s, m, h, d, w, y), up to 10000y; got ${shown}`,
  );
};
