import type { Reply } from './sse-server.ts';

/** A token of the model below: its text, and what it costs where it stands, in nats. */
interface PromptToken {
  readonly text: string;
  readonly logprob: number;
}

/**
 * A tiny model of language with the wire format of real servers: words, digits and signs as tokens, half by how often the prompt had
 * them so far and half by their length.
 */
const readPrompt = (prompt: string): readonly PromptToken[] => {
  const counts = new Map<string, number>();
  return (prompt.match(/ ?\p{L}+|[\s\S]/gu) ?? []).map((text, index) => {
    const seen = (counts.get(text) ?? 0) / Math.max(1, index);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return { text, logprob: Math.log(0.5 * seen + 0.5 * 2 ** -(6 + text.length)) };
  });
};

const send = (response: Parameters<Reply>[0], body: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const completion = (tokens: number, choice: object): object => ({
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, text: ' so', finish_reason: 'length', logprobs: null, ...choice }],
  usage: { prompt_tokens: tokens, completion_tokens: 1, total_tokens: tokens + 1 },
});

/** Answers as vLLM does: a mark of the beginning, then the tokens by id, beside each the likeliest one. */
export const vllm: Reply = (response, { body }) => {
  const tokens = readPrompt(String(body['prompt']));
  const places = tokens.map(({ text, logprob }, index) => ({
    [String(90_000 - index)]: { logprob, rank: 7, decoded_token: text },
    [String(index)]: { logprob: Math.max(logprob, -0.5), rank: 1, decoded_token: ' the' },
  }));
  const asked = body['prompt_logprobs'] === undefined ? {} : { prompt_logprobs: [null, ...places] };
  send(response, completion(tokens.length + 1, asked));
};

/** Answers as the legacy Completions do: the prompt and what was generated, without what the first token cost. */
export const legacy: Reply = (response, { body }) => {
  const tokens = [...readPrompt(String(body['prompt'])), { text: ' so', logprob: -1 }];
  const echoed = body['echo'] === true ? tokens : tokens.slice(-1);
  const costs = echoed.map(({ logprob }, index) => (index === 0 && echoed.length > 1 ? null : logprob));
  const logprobs = {
    tokens: echoed.map(({ text }) => text),
    token_logprobs: costs,
    top_logprobs: echoed.map(({ text, logprob }) => ({ [text]: logprob })),
    text_offset: echoed.map((_, index) =>
      echoed.slice(0, index).reduce((sum, { text }) => sum + text.length, 0),
    ),
  };
  send(response, completion(tokens.length - 1, body['logprobs'] === undefined ? {} : { logprobs }));
};

/** Changes the answer of another reply on its way. */
export const altered =
  (reply: Reply, alter: (body: { choices: Record<string, unknown>[] }) => unknown): Reply =>
  (response, request) => {
    const inner = {
      writeHead: () => inner,
      end: (text: string) => send(response, alter(JSON.parse(text))),
    } as unknown as Parameters<Reply>[0];
    reply(inner, request);
  };

/** Half an answer, and then nothing more. */
export const cut =
  (reply: Reply): Reply =>
  (response, request) => {
    const inner = {
      writeHead: () => inner,
      end(text: string) {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': String(text.length),
        });
        response.write(text.slice(0, text.length >> 1), () => response.destroy());
      },
    } as unknown as Parameters<Reply>[0];
    reply(inner, request);
  };
