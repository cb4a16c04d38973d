import { type ChatModel, RetentiveError } from '@retentive/core';
import type { CommandContext, ModelOptions } from './command-types.ts';

/**
 * The model that `--model` names, or undefined for the built-in extractive one. The address comes from `--base-url` or
 * OPENAI_BASE_URL and the key from OPENAI_API_KEY; both are read only when a model is named. @throws OPTION_INVALID
 */
export const chooseModel = async (
  { env }: CommandContext,
  { model, baseUrl }: ModelOptions,
): Promise<ChatModel | undefined> => {
  if (model === undefined) {
    if (baseUrl === undefined) return undefined;
    throw new RetentiveError(
      'OPTION_INVALID',
      '--base-url needs --model: nothing is sent unless a model is named',
    );
  }
  const baseURL = baseUrl ?? (env['OPENAI_BASE_URL'] || undefined);
  const apiKey = env['OPENAI_API_KEY'] || undefined;
  if (baseURL === undefined && apiKey === undefined) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `--model ${model} needs OPENAI_API_KEY, or --base-url (or OPENAI_BASE_URL) for an endpoint without a key`,
    );
  }
  const { createOpenAIModel } = await import('../models/openai.ts');
  return createOpenAIModel({ model, baseURL, apiKey });
};
