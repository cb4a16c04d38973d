import { RetentiveError, type TokenLogprob } from '@retentive/core';
import * as z from 'zod';

/** Ways to ask a server for the log probabilities of a prompt, the better one first. */
export const PROMPT_METHODS = ['prompt_logprobs', 'echo'] as const;

/** One of {@link PROMPT_METHODS}. */
export type PromptMethod = (typeof PROMPT_METHODS)[number];

/** The body of a Completions request, without its model. One token has to be generated: not every server takes 0. Pure. */
export const requestFor = (method: PromptMethod, prompt: string): Readonly<Record<string, unknown>> => ({
  prompt,
  max_tokens: 1,
  temperature: 0,
  ...(method === 'echo' ? { echo: true, logprobs: 1 } : { prompt_logprobs: 1 }),
});

/** By token id: the token itself, and a likelier one if there is. */
const placeSchema = z
  .record(z.string(), z.object({ logprob: z.number(), decoded_token: z.string().nullish() }))
  .nullable();

const usageSchema = z.object({ prompt_tokens: z.int().min(0) }).nullish();

const promptSchema = z.object({
  choices: z.array(z.object({ prompt_logprobs: z.array(placeSchema) })).min(1),
  usage: usageSchema,
});

const echoSchema = z.object({
  choices: z
    .array(
      z.object({
        logprobs: z.object({
          tokens: z.array(z.string()),
          token_logprobs: z.array(z.number().nullable()),
        }),
      }),
    )
    .min(1),
  usage: usageSchema,
});

/** A token that nothing is known of: the first one, which no model predicts. */
const UNTOLD: TokenLogprob = { token: '\ufffd', logprob: Number.NEGATIVE_INFINITY };

/** Of two tokens in one place the likelier one is the model's favourite, and the other the one that stands there. */
const tokenAt = (place: z.output<typeof placeSchema>): TokenLogprob => {
  const [token] = Object.values(place ?? {}).sort((a, b) => a.logprob - b.logprob);
  return token === undefined
    ? UNTOLD
    : { token: token.decoded_token ?? UNTOLD.token, logprob: token.logprob };
};

const failed = (model: string, what: string, cause?: unknown): RetentiveError =>
  new RetentiveError('MODEL_FAILED', `the model ${model} ${what}`, { cause, details: { model } });

const parse = <Output>(model: string, schema: z.ZodType<Output>, answer: unknown): Output => {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'answer';
  throw failed(model, `sent an answer without what was asked for: ${field} is not as expected`, parsed.error);
};

/** Tokens of a prompt as a server answered. Pure. @throws MODEL_FAILED where something is missing or counts differ */
export const readPromptTokens = (
  model: string,
  method: PromptMethod,
  answer: unknown,
): readonly TokenLogprob[] => {
  if (method === 'prompt_logprobs') {
    const { choices, usage } = parse(model, promptSchema, answer);
    const places = choices[0]?.prompt_logprobs ?? [];
    if (usage && usage.prompt_tokens !== places.length) {
      throw failed(model, `counts ${usage.prompt_tokens} tokens and sent ${places.length}`);
    }
    const untold = places.findIndex((place, index) => place === null && index > 0);
    if (untold >= 0) throw failed(model, `sent nothing for token ${untold} of ${places.length}`);
    return places.map(tokenAt);
  }
  const { choices, usage } = parse(model, echoSchema, answer);
  const { tokens = [], token_logprobs: logprobs = [] } = choices[0]?.logprobs ?? {};
  if (tokens.length !== logprobs.length) {
    throw failed(model, `sent ${logprobs.length} log probabilities for ${tokens.length} tokens`);
  }
  if (usage && usage.prompt_tokens > tokens.length) {
    throw failed(model, `counts ${usage.prompt_tokens} tokens and sent ${tokens.length}`);
  }
  // Nothing predicts a first token: one that has a probability was generated, and the prompt not echoed.
  if (logprobs[0] !== null) throw failed(model, 'did not echo the prompt');
  // What was generated behind it.
  return tokens
    .slice(0, usage?.prompt_tokens)
    .map((token, index) => ({ token, logprob: logprobs[index] ?? Number.NEGATIVE_INFINITY }));
};
