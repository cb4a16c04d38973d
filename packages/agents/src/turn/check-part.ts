import { RetentiveError } from '@retentive/core';
import * as z from 'zod';

const count = z.number().optional();

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text-delta'), text: z.string() }),
  z.object({ type: z.literal('source'), item: z.number(), quote: z.string() }),
  z.object({
    type: z.literal('tool-call'),
    call: z.object({ id: z.string(), name: z.string(), input: z.string() }),
  }),
  z.object({
    type: z.literal('finish'),
    reason: z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'abstain']),
    usage: z
      .object({ inputTokens: z.number(), outputTokens: z.number(), cachedInputTokens: count })
      .optional(),
  }),
]);

/** Refuses what a model streams and is no part, before anything is made of it. @throws MODEL_FAILED naming the field */
export const checkPart = (part: unknown, model: string): void => {
  const { error } = partSchema.safeParse(part);
  if (error === undefined) return;
  const issue = error.issues[0];
  const field = issue?.path.join('.') || 'part';
  throw new RetentiveError(
    'MODEL_FAILED',
    `the model ${model} sent a part that is none: ${field}: ${issue?.message ?? 'invalid'}`,
    { cause: error, details: { model, field } },
  );
};
