import * as z from 'zod';
import { RetentiveError } from './errors.ts';

/** A hard limit on `context.text`. */
export interface Budget {
  /** Most tokens of the whole text, wrapper and core included. */
  readonly tokens: number;
  /** Ms that a context should take: waits for an embedder or a model end there, and a later one says `deadline` in `degraded`. */
  readonly ms?: number | undefined;
  /** Most that models which a context asks may cost, in millionths of a dollar. A call whose price is not known is not made. */
  readonly microdollars?: number | undefined;
}

/** The budget when none is given: what a small share of any present model's window holds. */
export const DEFAULT_BUDGET: Budget = { tokens: 1024 };

/** The largest budget in tokens: more than any model takes, small enough to catch a mistaken unit. */
export const MAX_BUDGET_TOKENS = 10_000_000;

const budgetSchema = z.strictObject({
  tokens: z.int().min(0).max(MAX_BUDGET_TOKENS),
  ms: z.number().positive().optional(),
  microdollars: z.number().nonnegative().optional(),
});

/** Checks a budget: whole tokens from 0, positive ms, micro-dollars from 0. @throws BUDGET_INVALID */
export const parseBudget = (value: unknown): Budget => {
  const result = budgetSchema.safeParse(value);
  if (result.success) return result.data;
  const tokens = (value as { readonly tokens?: unknown } | null | undefined)?.tokens;
  const issue = result.error.issues[0];
  throw new RetentiveError(
    'BUDGET_INVALID',
    `a budget has whole tokens from 0 to ${MAX_BUDGET_TOKENS}, and optionally ms > 0 and microdollars >= 0; got ${String(tokens)} tokens (${issue?.path.join('.') || 'budget'}: ${issue?.message})`,
    { details: { tokens } },
  );
};
