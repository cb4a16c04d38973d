import { RetentiveError } from '@retentive/core';
import * as z from 'zod';

const words = (most: number) => z.string().trim().min(1).max(most);
/** Models write null, or nothing at all, for what they leave out. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());

/** What a model says of one fact. */
export const factSchema = z.object({
  text: words(512),
  about: optional(words(128)),
  attribute: optional(words(64)),
  value: optional(words(256)),
  negated: optional(z.boolean()),
  entities: optional(z.array(words(128)).max(16)),
  when: optional(words(128)),
  from: optional(words(32)),
  until: optional(words(32)),
  planned: optional(z.boolean()),
  over: optional(z.boolean()),
  evidence: z
    .array(z.object({ message: words(16), quote: z.string().min(1).max(1_000) }))
    .min(1)
    .max(8),
  known: optional(words(16)),
  relation: optional(z.enum(['same', 'changed', 'corrected', 'withdrawn'])),
});

/** One fact of an answer. */
export type AnsweredFact = z.output<typeof factSchema>;

/** What zod found first, in words that a model can act on. */
export const issueOf = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'the object'}: ${issue?.message ?? 'invalid'}`;
};

const invalid = (message: string): never => {
  throw new RetentiveError('MODEL_ANSWER_INVALID', message);
};

/** The JSON object of an answer, also where prose or a code fence stands around it. */
const jsonOf = (text: string): unknown => {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return invalid('the answer is no JSON object');
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return invalid('the answer is not valid JSON');
  }
};

/** The facts of an answer, unchecked one by one. @throws MODEL_ANSWER_INVALID where it is no object with a list of facts */
export const parseAnswer = (text: string): readonly unknown[] => {
  const facts: unknown = (jsonOf(text) as { facts?: unknown } | null)?.facts;
  return Array.isArray(facts) ? facts : invalid('the answer has no list "facts"');
};
