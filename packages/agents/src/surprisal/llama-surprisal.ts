import { RetentiveError, type TokenLogprob } from '@retentive/core';
import { createModelSurprisal } from '@retentive/memory';
import type { LocalModel } from '../local/local-model.ts';
import { type LlamaOptions, openLlama } from '../local/open-llama.ts';
import { joinTokens } from './join-tokens.ts';
import type { LocalSurprisalSource } from './local-surprisal-source.ts';

/** Room for what was said before and a chunk of text, three times over; larger ones cost memory from the start. */
const DEFAULT_CONTEXT_SIZE = 2_048;

/** Tokens by whose end the package tells whether a word has a blank before it. */
const TOKENS_BEFORE = 3;

/** What is used of `node-llama-cpp` 3, after its type definitions. A token is a number. */
interface LlamaSequence {
  clearHistory(): Promise<void>;
  controlledEvaluate(input: readonly (number | readonly [token: number, options: NextOptions])[]): Promise<
    readonly (
      | {
          readonly next: {
            readonly logits?: ReadonlyMap<number, number> | undefined;
            readonly totalLogitWeight?: number | undefined;
          };
        }
      | undefined
    )[]
  >;
}

/** No sampling options: with any, likely tokens only would be left. */
interface NextOptions {
  readonly generateNext: {
    readonly logits: { readonly filter: { readonly tokens: readonly number[]; readonly includeTop: number } };
    readonly totalLogitWeight: true;
  };
}

interface LlamaModel {
  tokenize(text: string, specialTokens?: boolean): readonly number[];
  detokenize(tokens: readonly number[], specialTokens?: boolean, lastTokens?: readonly number[]): string;
  readonly tokens: { readonly bos: number | null; readonly shouldPrependBosToken: boolean };
  createContext(options: {
    readonly contextSize: number;
    readonly threads?: number;
    readonly createSignal?: AbortSignal | undefined;
  }): Promise<{ readonly contextSize: number; getSequence(): LlamaSequence }>;
}

/** Options of {@link openLlamaSurprisal}. */
export interface LlamaSurprisalOptions extends LlamaOptions {
  /** Names the model; default the path. Another file is another id. */
  readonly id?: string | undefined;
  /** UTF-16 units of the session that are read again before each text. Default 2,000. */
  readonly historyLength?: number | undefined;
  /** Tokens that the model sees at once. Default 2,048. */
  readonly contextSize?: number | undefined;
}

/** log P(token) from logits: their sum is weighted against the largest one. */
const logprobFrom = (
  next:
    | {
        readonly logits?: ReadonlyMap<number, number> | undefined;
        readonly totalLogitWeight?: number | undefined;
      }
    | undefined,
  token: number,
): number => {
  const { logits, totalLogitWeight } = next ?? {};
  const own = logits?.get(token);
  if (logits === undefined || own === undefined || totalLogitWeight === undefined) return Number.NaN;
  const top = Math.max(...logits.values());
  return own - top - Math.log(totalLogitWeight);
};

/**
 * A source with a model of the user's in this process, by the optional package `node-llama-cpp`, which is loaded here and builds nothing.
 * Some hundred tokens a second on a processor, a text at a time. Rejects with DEPENDENCY_MISSING, FILE_NOT_FOUND, MODEL_FAILED, ABORTED,
 * OPTION_INVALID
 */
export const openLlamaSurprisal = async (options: LlamaSurprisalOptions): Promise<LocalSurprisalSource> => {
  const { modelPath, threads, signal, contextSize = DEFAULT_CONTEXT_SIZE } = options;
  const id = options.id ?? `llama:${modelPath}`;
  const { opened, local } = await openLlama(
    { id, code: 'MODEL_FAILED' },
    options,
    async (model: LlamaModel): Promise<OpenModel> => {
      const context = await model.createContext({
        contextSize,
        ...(threads === undefined ? {} : { threads }),
        createSignal: signal,
      });
      return { model, sequence: context.getSequence(), contextSize: context.contextSize };
    },
  );
  return sourceOf(id, options.historyLength, opened, local);
};

interface OpenModel {
  readonly model: LlamaModel;
  readonly sequence: LlamaSequence;
  readonly contextSize: number;
}

const sourceOf = (
  id: string,
  historyLength: number | undefined,
  { model, sequence, contextSize }: OpenModel,
  local: LocalModel,
): LocalSurprisalSource => {
  const read = async (prompt: string): Promise<readonly TokenLogprob[]> => {
    const { bos, shouldPrependBosToken } = model.tokens;
    const begin = shouldPrependBosToken && bos !== null ? [bos] : [];
    const input = [...begin, ...model.tokenize(prompt, false)];
    if (input.length > contextSize) {
      throw new RetentiveError(
        'MODEL_FAILED',
        `a text of ${input.length} tokens is too long for ${id}, which sees ${contextSize}`,
        {
          details: { model: id, tokens: input.length, limit: contextSize },
        },
      );
    }
    await sequence.clearHistory();
    const outputs = await sequence.controlledEvaluate(
      input.map((token, index) => {
        const next = input[index + 1];
        if (next === undefined) return token;
        const logits = { filter: { tokens: [next], includeTop: 1 } };
        return [token, { generateNext: { logits, totalLogitWeight: true } }] as const;
      }),
    );
    const tokens = input.slice(begin.length);
    const logprobs = tokens.map((token, index): number => {
      const at = index + begin.length;
      const logprob = at === 0 ? Number.NEGATIVE_INFINITY : logprobFrom(outputs[at - 1]?.next, token);
      if (!Number.isNaN(logprob)) return logprob;
      throw new RetentiveError(
        'MODEL_FAILED',
        `the model ${id} gave no logits for token ${at} of ${input.length}`,
        { details: { model: id } },
      );
    });
    return joinTokens(tokens, logprobs, (part, from) => {
      const at = from + begin.length;
      return model.detokenize(part, false, input.slice(Math.max(0, at - TOKENS_BEFORE), at));
    });
  };

  const source = createModelSurprisal({
    id,
    historyLength,
    readTokens: (prompt, { signal }) => local.run(signal, () => read(prompt)),
  });
  return { ...source, close: local.close };
};
