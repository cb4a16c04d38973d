import { RetentiveError, type TokenLogprob } from '@retentive/core';
import { createModelSurprisal } from '@retentive/memory';
import * as z from 'zod';
import {
  numbersOf,
  openTransformers,
  type Tensor,
  type TransformersOptions,
  type TransformersSettings,
} from '../local/open-transformers.ts';
import { joinTokens } from './join-tokens.ts';
import type { LocalSurprisalSource } from './local-surprisal-source.ts';

// What is used of `@huggingface/transformers` 4, after its type definitions.

interface Tokenizer {
  (text: string): { readonly input_ids: Tensor; readonly attention_mask: Tensor };
  decode(
    tokens: number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
}

interface CausalModel {
  (input: {
    readonly input_ids: Tensor;
    readonly attention_mask: Tensor;
  }): Promise<{ readonly logits: Tensor }>;
  dispose(): Promise<unknown>;
}

const pretrained = <Value>() =>
  z.custom<{ from_pretrained(name: string, settings: TransformersSettings): Promise<Value> }>(
    (value) => typeof (value as { from_pretrained?: unknown } | undefined)?.from_pretrained === 'function',
  );

const moduleSchema = z.object({
  AutoTokenizer: pretrained<Tokenizer>(),
  AutoModelForCausalLM: pretrained<CausalModel>(),
});

/** Options of {@link openTransformersSurprisal}. */
export interface TransformersSurprisalOptions extends TransformersOptions {
  /** Names the model; default model and dtype. */
  readonly id?: string | undefined;
  /** UTF-16 units of the session that are read again before each text. Default 2,000. */
  readonly historyLength?: number | undefined;
}

/** log P(token) after a softmax over one row of logits. */
const logprobAt = (logits: ArrayLike<number>, start: number, size: number, token: number): number => {
  let top = Number.NEGATIVE_INFINITY;
  for (let at = start; at < start + size; at += 1) top = Math.max(top, logits[at] as number);
  let weight = 0;
  for (let at = start; at < start + size; at += 1) weight += Math.exp((logits[at] as number) - top);
  return (logits[start + token] as number) - top - Math.log(weight);
};

const readTokens = async (
  id: string,
  tokenizer: Tokenizer,
  model: CausalModel,
  prompt: string,
): Promise<readonly TokenLogprob[]> => {
  const input = tokenizer(prompt);
  const tokens = Array.from(input.input_ids.data, Number);
  const { logits } = await model({ input_ids: input.input_ids, attention_mask: input.attention_mask });
  const [batch, rows, size = 0] = logits.dims;
  if (batch !== 1 || rows !== tokens.length) {
    throw new RetentiveError(
      'MODEL_FAILED',
      `the model ${id} gave logits of ${logits.dims.join(' x ')} for ${tokens.length} tokens`,
      {
        details: { model: id },
      },
    );
  }
  const values = numbersOf(logits);
  const logprobs = tokens.map((token, index) =>
    index === 0 ? Number.NEGATIVE_INFINITY : logprobAt(values, (index - 1) * size, size, token),
  );
  return joinTokens(tokens, logprobs, (part) =>
    tokenizer.decode(part, { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  );
};

/**
 * A source with a causal model of the user's in this process, by the optional package `@huggingface/transformers`, which is loaded here
 * and told to fetch nothing (its `env` is the package's own, and stays so). A text at a time. Rejects with DEPENDENCY_MISSING,
 * FILE_NOT_FOUND, MODEL_FAILED, ABORTED, OPTION_INVALID
 */
export const openTransformersSurprisal = async (
  options: TransformersSurprisalOptions,
): Promise<LocalSurprisalSource> => {
  const { model: name, dtype, historyLength } = options;
  const id = options.id ?? `transformers:${name}:${dtype ?? 'default'}`;
  const { opened, local } = await openTransformers({ id, code: 'MODEL_FAILED' }, options, {
    schema: moduleSchema,
    open: async ({ AutoTokenizer, AutoModelForCausalLM }, settings) => ({
      tokenizer: await AutoTokenizer.from_pretrained(name, settings),
      model: await AutoModelForCausalLM.from_pretrained(name, settings),
    }),
    free: ({ model }) => model.dispose(),
  });
  const source = createModelSurprisal({
    id,
    historyLength,
    readTokens: (prompt, { signal }) =>
      local.run(signal, () => readTokens(id, opened.tokenizer, opened.model, prompt)),
  });
  return { ...source, close: local.close };
};
