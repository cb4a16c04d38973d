import type OpenAI from 'openai';
import { expect, it } from 'vitest';
import { createStreamedBits } from '../src/openai.ts';

type ChatChunk = OpenAI.Chat.ChatCompletionChunk;
type ResponseEvent = OpenAI.Responses.ResponseStreamEvent;

const HALF = -Math.LN2;
const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];

const chunk = (content: string | null, tokens: [string, number[] | null, number][]): ChatChunk => ({
  id: 'c',
  created: 0,
  model: 'm',
  object: 'chat.completion.chunk',
  choices: [
    {
      index: 0,
      delta: { content },
      finish_reason: null,
      logprobs: {
        content: tokens.map(([token, bytes, logprob]) => ({ token, bytes, logprob, top_logprobs: [] })),
        refusal: null,
      },
    },
  ],
});

const read = (parts: readonly unknown[]) => {
  const streamed = createStreamedBits();
  for (const part of parts) streamed.add(part);
  const { text } = streamed;
  return { text, pieces: streamed.pieces().map(({ start, end, bits }) => [text.slice(start, end), bits]) };
};

it('reads chunks of Chat Completions, a character over several of them', () => {
  const [a, b, c, d] = bytesOf('🧿') as [number, number, number, number];
  expect(
    read([
      chunk('', []),
      chunk('Hi', [['Hi', bytesOf('Hi'), HALF]]),
      chunk('', [[' \\xf0\\x9f', [32, a, b], 2 * HALF]]),
      chunk(' 🧿', [['\\xa7\\xbf', [c, d], HALF]]),
      chunk('!', [['!', bytesOf('!'), -9999]]),
      { ...chunk(null, []), choices: [] },
    ]),
  ).toEqual({
    text: 'Hi 🧿!',
    pieces: [
      ['Hi', 1],
      [' 🧿', 3],
      ['!', 16],
    ],
  });
});

const delta = (text: string, tokens: [string, number][], content_index = 0): ResponseEvent => ({
  type: 'response.output_text.delta',
  delta: text,
  item_id: 'i',
  output_index: 0,
  content_index,
  sequence_number: 0,
  logprobs: tokens.map(([token, logprob]) => ({ token, logprob, top_logprobs: [] })),
});

it('reads events of Responses, several tokens a delta, and takes the bytes from the end of a part', () => {
  const done: ResponseEvent = {
    type: 'response.content_part.done',
    item_id: 'i',
    output_index: 0,
    content_index: 0,
    sequence_number: 9,
    part: {
      type: 'output_text',
      text: 'Hi there é',
      annotations: [],
      logprobs: [
        { token: 'Hi', bytes: bytesOf('Hi'), logprob: HALF, top_logprobs: [] },
        { token: ' there', bytes: bytesOf(' there'), logprob: HALF, top_logprobs: [] },
        { token: ' \\xc3', bytes: [32, 0xc3], logprob: HALF, top_logprobs: [] },
        { token: '\\xa9', bytes: [0xa9], logprob: HALF, top_logprobs: [] },
      ],
    },
  };
  const deltas = [
    delta('Hi there', [
      ['Hi', HALF],
      [' there', HALF],
    ]),
    delta(' é', [
      [' \\xc3', HALF],
      ['\\xa9', HALF],
    ]),
  ];
  const expected = {
    text: 'Hi there é',
    pieces: [
      ['Hi', 1],
      [' there', 1],
      [' é', 2],
    ],
  };
  expect(read(deltas)).toEqual(expected);
  expect(read([...deltas, done])).toEqual(expected);
  expect(read([...deltas, done, delta('More', [['More', HALF]], 1)]).pieces).toContainEqual(['More', 1]);
});

it('reads parts of our own models and agents; text without log probabilities has no pieces', () => {
  expect(
    read([
      { type: 'text-delta', text: 'Quoted. ' },
      { type: 'text-delta', text: 'Said', logprobs: [{ token: 'Said', logprob: HALF }] },
      { type: 'source', item: 0, quote: 'x' },
      { type: 'text-delta', text: ' more.' },
      { type: 'finish', reason: 'stop' },
    ]),
  ).toEqual({ text: 'Quoted. Said more.', pieces: [['Said', 1]] });
});

it('refuses parts of no known shape', () => {
  const streamed = createStreamedBits();
  for (const part of [null, 'text', { type: 'text-delta' }, { choices: [{ delta: { content: 1 } }] }]) {
    expect(() => streamed.add(part)).toThrow(expect.objectContaining({ code: 'MODEL_FAILED' }));
  }
});
