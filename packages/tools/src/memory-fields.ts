import { type Interval, parseTime, RetentiveError } from '@retentive/core';
import * as z from 'zod';

/** The three memories, as models name them. */
export const MEMORY_KINDS = ['core', 'semantic', 'episodic'] as const;

/** Words of a fact or line: a sentence, not a page. */
export const textField = z.string().trim().min(1).max(2_000);

/** Fields of a fact beside its text. */
export const factFields = {
  subject: textField.optional().describe('Semantic only: who or what it is about.'),
  attribute: textField.optional().describe('Semantic only: which property, such as "lives in".'),
  value: textField.optional().describe('Semantic only: the value of the property.'),
  entities: z.array(textField).max(32).optional().describe('Semantic only: names that occur in it.'),
  validFrom: z.string().optional().describe('Semantic only: since when it holds, ISO 8601.'),
  validUntil: z.string().optional().describe('Semantic only: until when it holds, ISO 8601.'),
};

/** Field that names a core block. */
export const labelField = z
  .string()
  .min(1)
  .max(256)
  .optional()
  .describe('Core only: the block. Default profile.');

/** The interval that `validFrom` and `validUntil` give, if any. @throws TOOL_INPUT_INVALID */
export const intervalOf = (input: {
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}): Interval | undefined => {
  const { validFrom, validUntil } = input;
  if (validFrom === undefined && validUntil === undefined) return undefined;
  return {
    ...(validFrom === undefined ? {} : { from: parseTime('validFrom', validFrom, 'TOOL_INPUT_INVALID') }),
    ...(validUntil === undefined ? {} : { until: parseTime('validUntil', validUntil, 'TOOL_INPUT_INVALID') }),
  };
};

/** The answer to any change of episodic memory. @throws TOOL_FAILED */
export const refuseEpisodic = (): never => {
  throw new RetentiveError(
    'TOOL_FAILED',
    'episodic memory holds what was said, word for word: it can be searched and never changes. Use semantic memory.',
  );
};

/** The field that this kind of memory cannot do without. @throws TOOL_INPUT_INVALID */
export const required = <T>(value: T | undefined, field: string, memory: string): T => {
  if (value !== undefined) return value;
  throw new RetentiveError('TOOL_INPUT_INVALID', `${field} is missing: ${memory} memory needs it`, {
    details: { field },
  });
};
