import {
  type ChatModel,
  type ChatPrompt,
  costOfCall,
  type FinishReason,
  type ModelPrices,
  RetentiveError,
  type ToolCall,
  throwIfAborted,
  type Usage,
} from '@retentive/core';
import type { ExtractOptions } from '../extractor.ts';

/** What a model answered, whole. */
export interface ModelAnswer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly reason: FinishReason;
}

/** The longest answer, calls included, in UTF-16 units: far more than any batch is worth, and little beside 10 MB. */
const MAX_ANSWER_LENGTH = 262_144;

/** Most tokens that a model may answer with. */
const MAX_OUTPUT_TOKENS = 4_096;

/**
 * Asks a model once and puts its answer together; one that goes on for ever is left. Whatever becomes of the call, it is told as
 * one. @throws MODEL_ANSWER_INVALID for an endless answer, and what the model throws
 */
export const askModel = async (
  model: ChatModel,
  prompt: ChatPrompt,
  prices: ModelPrices | undefined,
  { signal, onCall }: ExtractOptions,
): Promise<ModelAnswer> => {
  throwIfAborted(signal, 'the extraction');
  let text = '';
  let length = 0;
  const calls: ToolCall[] = [];
  let finish: { readonly reason: FinishReason; readonly usage?: Usage | undefined } | undefined;
  const grow = (more: number): void => {
    length += more;
    if (length > MAX_ANSWER_LENGTH) {
      throw new RetentiveError(
        'MODEL_ANSWER_INVALID',
        `${model.id} answered with more than ${MAX_ANSWER_LENGTH} characters`,
      );
    }
  };
  try {
    const asked = { maxOutputTokens: MAX_OUTPUT_TOKENS, ...prompt };
    for await (const part of model.stream(asked, { signal })) {
      if (part.type === 'text-delta') {
        grow(part.text.length);
        text += part.text;
      } else if (part.type === 'tool-call') {
        grow(part.call.input.length);
        calls.push(part.call);
      } else if (part.type === 'finish') finish = part;
    }
  } finally {
    onCall?.(costOfCall(finish?.usage, prices));
  }
  if (finish === undefined) {
    throw new RetentiveError('MODEL_STREAM_TORN', `the answer of ${model.id} ended without a finish`);
  }
  return { text, calls, reason: finish.reason };
};
