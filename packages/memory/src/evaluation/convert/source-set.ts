import { RetentiveError } from '@retentive/core';
import type * as z from 'zod';
import type { EvaluationConversation, EvaluationQuestion } from '../data/evaluation-set.ts';

/** A conversation with its questions. */
export interface ConvertedConversation {
  readonly conversation: EvaluationConversation;
  readonly questions: readonly EvaluationQuestion[];
}

/** A value of a public file, checked. @throws FILE_INVALID with the place */
export const parseSource = <Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  place: string,
): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new RetentiveError(
    'FILE_INVALID',
    `${place}: ${issue?.path.join('.') || 'value'}: ${issue?.message}`,
    {
      cause: result.error,
    },
  );
};

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
/** Where sessions without a time start, a day apart: any fixed date keeps their order. */
const UNDATED_START = Date.UTC(2024, 0, 1);

/** The time of a turn that has none of its own: so many seconds into its session. */
export const turnTime = (sessionTime: number | undefined, session: number, turn: number): number =>
  (sessionTime ?? UNDATED_START + session * DAY_MS) + turn * SECOND_MS;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The month of an English name, from 0; undefined for what is none. */
export const monthOf = (name: string): number | undefined => {
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return month < 0 ? undefined : month;
};

/** Ms of a wall clock time as if it were UTC: the sources name no time zone. Undefined where it is no time. */
export const utc = (parts: readonly (number | undefined)[]): number | undefined => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts;
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const time = Date.UTC(year, month, day, hour, minute, second);
  return Number.isNaN(time) ? undefined : time;
};

/** An answer as text; the files have numbers too. Of several, all. */
export const answersOf = (answer: unknown): readonly string[] => {
  if (Array.isArray(answer)) return answer.flatMap(answersOf);
  const text = typeof answer === 'string' || typeof answer === 'number' ? String(answer).trim() : '';
  return text === '' ? [] : [text];
};
