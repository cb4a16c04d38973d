import { lines } from '@retentive/core';
import * as z from 'zod';
import type { ForeignItem, ForeignReader } from './foreign-types.ts';
import { contentSchema, createChain, idOf, originOf, problemOf, skip, textOf } from './shared.ts';

// One conversation a line, as OpenAI takes them for fine-tuning:
//   {"messages":[{"role":"system","content":"..."},{"role":"user","content":"..."},{"role":"assistant","content":"..."}]}

const FROM = 'openai-jsonl';

const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: contentSchema.optional(),
  name: z.string().nullish(),
});

const lineSchema = z.looseObject({ messages: z.array(z.unknown()) });

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads OpenAI's JSON Lines. Messages have no times and no ids there: they are of the moment of the import. */
export const readOpenAiJsonl: ForeignReader = async function* (pieces, { thread }) {
  const chain = createChain(FROM);
  let number = 0;
  for await (const line of lines(pieces)) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = lineSchema.safeParse(parse(line));
    if (!parsed.success) {
      yield skip(`line ${number}`, 'invalid', 'it is no object with messages');
      continue;
    }
    for (const [index, value] of parsed.data.messages.entries()) {
      const at = `line ${number}, message ${index + 1}`;
      yield readMessage(value, at, chain, thread ?? `${FROM}-${idOf(number)}`);
    }
  }
};

const readMessage = (
  value: unknown,
  at: string,
  chain: ReturnType<typeof createChain>,
  thread: string,
): ForeignItem => {
  const parsed = messageSchema.safeParse(value);
  // What cannot be read is a link of the chain too: mended later, it changes none of those after it.
  const { role, content, name } = parsed.data ?? { role: 'invalid' };
  const text = textOf(content);
  const id = chain(role, text);
  if (!parsed.success) return skip(at, 'invalid', problemOf(parsed.error));
  if (role === 'system' || role === 'developer') return skip(at, 'not-said');
  if (text.trim() === '') return skip(at, 'empty');
  const speaker = typeof name === 'string' && name !== '' ? { speaker: name } : {};
  return {
    type: 'message',
    at,
    message: {
      id,
      thread,
      role: role === 'function' ? 'tool' : (role as 'user' | 'assistant' | 'tool'),
      content: text,
      ...speaker,
      metadata: originOf(FROM, {}),
    },
  };
};
