import { type CallOptions, RetentiveError, type TokenLogprob, throwIfAborted } from '@retentive/core';
import { createModelSurprisal } from '@retentive/memory';
import * as z from 'zod';
import { joinTokens } from './join-tokens.ts';
import {
  createTurns,
  type LoadPeer,
  type LocalSurprisalSource,
  loadPeer,
  localFailure,
} from './load-peer.ts';

/** What is used of `@huggingface/transformers` 4, after its type definitions. */
interface Tensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
  to(type: 'float32'): Tensor;
}

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

interface Settings {
  readonly local_files_only: true;
  readonly dtype?: string;
}

const pretrained = <Value>() =>
  z.custom<{ from_pretrained(name: string, settings: Settings): Promise<Value> }>(
    (value) => typeof (value as { from_pretrained?: unknown } | undefined)?.from_pretrained === 'function',
  );

const moduleSchema = z.object({
  env: z.custom<{ allowRemoteModels: boolean; localModelPath: string }>((value) => typeof value === 'object'),
  AutoTokenizer: pretrained<Tokenizer>(),
  AutoModelForCausalLM: pretrained<CausalModel>(),
});

/** Options of {@link openTransformersSurprisal}. */
export interface TransformersSurprisalOptions extends CallOptions {
  /** The folder that models stand in. */
  readonly folder: string;
  /** Its folder there, such as `org/name`: config, tokenizer, and the ONNX of a causal language model. */
  readonly model: string;
  /** Which of its weights, such as `fp32` or `q8`; default the package's choice. */
  readonly dtype?: string | undefined;
  /** Names the model; default model and dtype. */
  readonly id?: string | undefined;
  /** UTF-16 units of the session that are read again before each text. Default 2,000. */
  readonly historyLength?: number | undefined;
  /** Gives the package where it is not to be found by its name; default `import('@huggingface/transformers')`. */
  readonly load?: LoadPeer | undefined;
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
  // Of the type just asked for.
  const values = (logits.type === 'float32' ? logits : logits.to('float32')).data as ArrayLike<number>;
  const logprobs = tokens.map((token, index) =>
    index === 0 ? Number.NEGATIVE_INFINITY : logprobAt(values, (index - 1) * size, size, token),
  );
  return joinTokens(tokens, logprobs, (part) =>
    tokenizer.decode(part, { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  );
};

/**
 * A source with a model of the user's in this process, by the optional package `@huggingface/transformers`, which is loaded here and told
 * to fetch nothing (its `env` is the package's own, and stays so). A text at a time. Rejects with DEPENDENCY_MISSING, MODEL_FAILED,
 * ABORTED, OPTION_INVALID
 */
export const openTransformersSurprisal = async (
  options: TransformersSurprisalOptions,
): Promise<LocalSurprisalSource> => {
  const { folder, model: name, dtype, signal } = options;
  const id = options.id ?? `transformers:${name}:${dtype ?? 'default'}`;
  throwIfAborted(signal, `the opening of ${id}`);
  const { env, AutoTokenizer, AutoModelForCausalLM } = await loadPeer(
    '@huggingface/transformers',
    moduleSchema,
    options.load,
  );
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  const settings: Settings = { local_files_only: true, ...(dtype === undefined ? {} : { dtype }) };
  const open = async (): Promise<readonly [Tokenizer, CausalModel]> => {
    try {
      const tokenizer = await AutoTokenizer.from_pretrained(name, settings);
      return [tokenizer, await AutoModelForCausalLM.from_pretrained(name, settings)];
    } catch (cause) {
      throw localFailure(id, cause);
    }
  };
  const [tokenizer, model] = await open();
  const inTurn = createTurns();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= inTurn(async () => {
      await model.dispose();
    });
    return closing;
  };
  if (signal?.aborted) await close();
  throwIfAborted(signal, `the opening of ${id}`);
  const source = createModelSurprisal({
    id,
    historyLength: options.historyLength,
    readTokens: (prompt, callOptions) =>
      inTurn(async () => {
        throwIfAborted(callOptions.signal, `the call of ${id}`);
        if (closing !== undefined) {
          throw new RetentiveError('MODEL_FAILED', `the model ${id} is closed; open it again`);
        }
        try {
          return await readTokens(id, tokenizer, model, prompt);
        } catch (cause) {
          throw localFailure(id, cause);
        }
      }),
  });
  return { ...source, close };
};
