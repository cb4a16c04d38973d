import type { Usage } from './chat-model.ts';
import { RetentiveError } from './errors.ts';

/** What a model's calls took. What a provider did not say, or nobody gave a price for, is null: unknown is not nothing. */
export interface ModelCost {
  readonly calls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Millionths of a dollar. */
  readonly microdollars: number | null;
}

/** Prices of a model in dollars for a million tokens, as providers give them. */
export interface ModelPrices {
  readonly input: number;
  readonly output: number;
  /** Input that the provider had in its cache; default as other input. */
  readonly cachedInput?: number | undefined;
}

/** Checks prices that a caller gives. @throws OPTION_INVALID */
export const parsePrices = (prices: ModelPrices | undefined): ModelPrices | undefined => {
  if (prices === undefined) return undefined;
  for (const name of ['input', 'output', 'cachedInput'] as const) {
    const price: unknown = prices?.[name] ?? (name === 'cachedInput' ? 0 : undefined);
    if (typeof price === 'number' && Number.isFinite(price) && price >= 0) continue;
    throw new RetentiveError(
      'OPTION_INVALID',
      `prices are dollars for a million tokens, { input, output, cachedInput? }; ${name} is ${String(price)}`,
    );
  }
  return prices;
};

/** What one call took. A dollar for a million tokens is a millionth of a dollar for one. */
export const costOfCall = (usage: Usage | undefined, prices: ModelPrices | undefined): ModelCost => {
  if (usage === undefined) return { calls: 1, inputTokens: null, outputTokens: null, microdollars: null };
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage;
  const fresh = Math.max(0, inputTokens - cachedInputTokens);
  const microdollars =
    prices === undefined
      ? null
      : fresh * prices.input +
        cachedInputTokens * (prices.cachedInput ?? prices.input) +
        outputTokens * prices.output;
  return { calls: 1, inputTokens, outputTokens, microdollars };
};

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

/** Two costs together: unknown where one of them is. */
export const addCosts = (a: ModelCost, b: ModelCost): ModelCost => ({
  calls: a.calls + b.calls,
  inputTokens: plus(a.inputTokens, b.inputTokens),
  outputTokens: plus(a.outputTokens, b.outputTokens),
  microdollars: plus(a.microdollars, b.microdollars),
});
