import * as z from 'zod';
import { RetentiveError } from './errors.ts';
import type { Evidence, FactInput } from './fact.ts';
import { ORIGINS } from './message.ts';
import { parseInput } from './message-schema.ts';

/** The longest text of a fact, in UTF-16 units: a fact is one statement. */
export const MAX_FACT_LENGTH = 2_048;

/** The longest name, attribute or value of a fact, in UTF-16 units. */
const MAX_NAME_LENGTH = 512;

/** Entities, sources or premises of one fact at most. */
const MAX_LINKS = 64;

const nameSchema = z.string().trim().min(1).max(MAX_NAME_LENGTH);
const timeSchema = z.number().finite();

const evidenceSchema = z
  .array(
    z.strictObject({
      source: z.string().min(1),
      start: z.int().min(0).optional(),
      end: z.int().min(0).optional(),
      origin: z.enum(ORIGINS),
      quote: z.string().max(MAX_FACT_LENGTH).optional(),
    }),
  )
  .max(MAX_LINKS);

/** A fact as JSON, for tools, extractors and HTTP bodies. */
export const factInputSchema = z.strictObject({
  text: z.string().trim().min(1).max(MAX_FACT_LENGTH),
  subject: nameSchema.optional(),
  attribute: nameSchema.optional(),
  value: nameSchema.optional(),
  negated: z.boolean().optional(),
  entities: z.array(nameSchema).max(MAX_LINKS).optional(),
  valid: z.strictObject({ from: timeSchema.optional(), until: timeSchema.optional() }).optional(),
  sources: evidenceSchema.optional(),
  trust: z.number().min(0).max(1).optional(),
  premises: z.array(z.string().min(1)).max(MAX_LINKS).optional(),
  expiresAt: timeSchema.optional(),
});

/** Checks a list of evidence that a caller gives. @throws OPTION_INVALID */
export const parseEvidence = (value: unknown): readonly Evidence[] =>
  parseInput(
    evidenceSchema as unknown as z.ZodType<readonly Evidence[]>,
    value,
    'evidence',
    'OPTION_INVALID',
  );

/** Checks a fact that a caller, a tool or an extractor gives; names are trimmed. @throws FACT_INVALID */
export const parseFactInput = (value: unknown): FactInput => {
  const fact = parseInput(
    factInputSchema as unknown as z.ZodType<FactInput>,
    value,
    'the fact',
    'FACT_INVALID',
  );
  const { from, until } = fact.valid ?? {};
  if (from !== undefined && until !== undefined && until < from) {
    throw new RetentiveError('FACT_INVALID', `a fact cannot end before it begins, got ${from} to ${until}`);
  }
  return fact;
};
