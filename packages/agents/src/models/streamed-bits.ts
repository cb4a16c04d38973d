import { RetentiveError, type TokenLogprob } from '@retentive/core';
import { alignLogprobs, type TokenBits } from '@retentive/memory';
import * as z from 'zod';
import { chunkSchema, logprobSchema, logprobsOf } from './openai-format.ts';

/** Gathers what a model streams, and says what each piece of it cost. */
export interface StreamedBits {
  /**
   * Takes the next part of a stream: of a `ChatModel` or an agent, a chunk of Chat Completions, or an event of Responses, as its
   * client gives it. Parts without text are passed over. @throws MODEL_FAILED for a part of none of these
   */
  add(part: unknown): void;
  /** All text so far. */
  readonly text: string;
  /** Pieces of the text with their bits; text that came without log probabilities has none. O(n). */
  pieces(): readonly TokenBits[];
}

const logprobs = z.array(logprobSchema).nullish();
const place = { output_index: z.int().optional(), content_index: z.int().optional() };

const partSchema = z.object({
  type: z.literal('text-delta'),
  text: z.string(),
  logprobs: logprobs,
});
const deltaSchema = z.object({
  type: z.literal('response.output_text.delta'),
  delta: z.string(),
  logprobs,
  ...place,
});
const doneSchema = z.object({
  type: z.literal('response.content_part.done'),
  part: z.object({ type: z.literal('output_text'), text: z.string(), logprobs }),
  ...place,
});
/** Parts of our own streams and events of Responses name their kind; chunks of Chat Completions do not. */
const namedSchema = z.object({ type: z.string() });

/** Text and the tokens that it was streamed as. */
interface Run {
  readonly key: string;
  text: string;
  tokens: readonly TokenLogprob[];
}

const noPart = (cause: unknown): RetentiveError =>
  new RetentiveError('MODEL_FAILED', 'a part of the stream is of no known shape', { cause });

const parse = <Output>(schema: z.ZodType<Output>, part: unknown): Output => {
  const parsed = schema.safeParse(part);
  if (parsed.success) return parsed.data;
  throw noPart(parsed.error);
};

const keyOf = ({ output_index: output = 0, content_index: content = 0 }): string => `${output}/${content}`;

/** Makes an empty {@link StreamedBits}. */
export const createStreamedBits = (): StreamedBits => {
  const runs: Run[] = [];

  const push = (key: string, text: string, tokens: readonly TokenLogprob[]): void => {
    const last = runs.at(-1);
    const isTold = tokens.length > 0;
    // A character's first tokens come without text, and its text with the last one.
    if (last?.key === key && last.tokens.length > 0 === isTold) {
      last.text += text;
      last.tokens = [...last.tokens, ...tokens];
    } else if (text !== '' || isTold) runs.push({ key, text, tokens });
  };

  /** The last word on a part has the bytes that its deltas lack. */
  const replace = (key: string, text: string, tokens: readonly TokenLogprob[]): void => {
    const first = runs.findIndex((run) => run.key === key);
    const own = runs.filter((run) => run.key === key);
    if (first < 0 || own.map((run) => run.text).join('') !== text) return;
    runs.splice(first, own.length, { key, text, tokens });
  };

  const addNamed = (part: unknown, type: string): void => {
    switch (type) {
      case 'text-delta': {
        const { text, logprobs: tokens } = parse(partSchema, part);
        push('', text, tokens ?? []);
        return;
      }
      case 'response.output_text.delta': {
        const { delta, logprobs: tokens, ...at } = parse(deltaSchema, part);
        push(keyOf(at), delta, tokens ?? []);
        return;
      }
      case 'response.content_part.done': {
        const done = doneSchema.safeParse(part);
        if (done.success && done.data.part.logprobs?.length) {
          replace(keyOf(done.data), done.data.part.text, done.data.part.logprobs);
        }
      }
    }
  };

  return {
    add(part) {
      const named = namedSchema.safeParse(part);
      if (named.success) {
        addNamed(part, named.data.type);
        return;
      }
      const [choice] = parse(chunkSchema, part).choices;
      if (choice === undefined) return;
      push('', choice.delta?.content ?? choice.delta?.refusal ?? '', logprobsOf(choice));
    },
    get text() {
      return runs.map(({ text }) => text).join('');
    },
    pieces() {
      let offset = 0;
      return runs.flatMap(({ text, tokens }) => {
        const from = offset;
        offset += text.length;
        return alignLogprobs(text, tokens).map(({ start, end, bits }) => ({
          start: from + start,
          end: from + end,
          bits,
        }));
      });
    },
  };
};
