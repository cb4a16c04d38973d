import type { Role } from '@retentive/core';
import * as z from 'zod';
import { ownValue } from '../own-value.ts';
import type { ForeignItem, ForeignReader } from './foreign-types.ts';
import { jsonElements } from './json-elements.ts';
import { contentSchema, createChain, originOf, problemOf, skip, textOf } from './shared.ts';

// Stored messages, as LangChain's histories write them:
//   [{"type":"human","data":{"content":"...","id":null}},{"type":"ai","data":{...}}]
// or rows of a history that is kept by session, {"session_id":"s","message":{...}}, in a list or one after the other; and
// messages as `JSON.stringify` gives them, {"lc":1,"type":"constructor","id":[..., "HumanMessage"],"kwargs":{...}}.

const FROM = 'langchain';

const ROLES_OF_TYPES: Readonly<Record<string, Role>> = {
  human: 'user',
  ai: 'assistant',
  tool: 'tool',
  function: 'tool',
  system: 'system',
  developer: 'system',
};

const dataSchema = z.looseObject({
  content: contentSchema,
  id: z.string().nullish(),
  name: z.string().nullish(),
  role: z.string().nullish(),
});

const storedSchema = z.looseObject({ type: z.string(), data: dataSchema });

const constructorSchema = z.looseObject({
  lc: z.number(),
  id: z.array(z.string()).min(1),
  kwargs: dataSchema,
});

const rowSchema = z.looseObject({
  session_id: z.union([z.string(), z.number()]),
  message: z.union([z.string(), z.looseObject({})]),
});

interface Found {
  readonly type: string;
  readonly data: z.infer<typeof dataSchema>;
}

/** `HumanMessage` and `HumanMessageChunk` are `human`. */
const typeOfClass = (name: string): string => name.replace(/Message(?:Chunk)?$/u, '').toLowerCase();

const readStored = (value: unknown): Found | { readonly problem: string } => {
  const constructed = constructorSchema.safeParse(value);
  if (constructed.success) {
    const { id, kwargs } = constructed.data;
    return { type: typeOfClass(id.at(-1) ?? ''), data: kwargs };
  }
  const stored = storedSchema.safeParse(value);
  if (!stored.success) return { problem: problemOf(stored.error) };
  return { type: stored.data.type.replace(/MessageChunk$/u, '').toLowerCase(), data: stored.data.data };
};

/** A row of a history, or the message itself. A message may stand in its row as text. */
const unwrap = (value: unknown): { readonly session: string | undefined; readonly message: unknown } => {
  const row = rowSchema.safeParse(value);
  if (!row.success) return { session: undefined, message: value };
  const { session_id: session, message } = row.data;
  try {
    return {
      session: String(session),
      message: typeof message === 'string' ? (JSON.parse(message) as unknown) : message,
    };
  } catch {
    return { session: String(session), message: undefined };
  }
};

/** Reads LangChain's stored messages. They have no times: they are of the moment of the import. */
export const readLangChain: ForeignReader = async function* (pieces, { thread }) {
  const chains = new Map<string, ReturnType<typeof createChain>>();
  for await (const { number, value } of jsonElements(pieces, new Set(['messages']))) {
    const { session, message } = unwrap(value);
    const name = session ?? '';
    const chain = chains.get(name) ?? createChain(`${FROM}-${name}`);
    chains.set(name, chain);
    yield readMessage(
      message,
      `message ${number}`,
      chain,
      thread ?? (session === undefined ? FROM : session),
    );
  }
};

const readMessage = (
  value: unknown,
  at: string,
  chain: ReturnType<typeof createChain>,
  thread: string,
): ForeignItem => {
  const found = readStored(value);
  if ('problem' in found) {
    chain('invalid');
    return skip(at, 'invalid', found.problem);
  }
  const { type, data } = found;
  const text = textOf(data.content);
  const role = type === 'chat' ? (data.role ?? '') : type;
  const chained = chain(role, text);
  const known =
    ownValue(ROLES_OF_TYPES, role) ?? (role === 'user' || role === 'assistant' ? role : undefined);
  if (known === undefined) return skip(at, 'invalid', 'its type is none of LangChain’s');
  if (known === 'system') return skip(at, 'not-said');
  if (text.trim() === '') return skip(at, 'empty');
  const { id, name } = data;
  return {
    type: 'message',
    at,
    message: {
      id: id === undefined || id === null || id === '' ? chained : `${FROM}-${id}`,
      thread,
      role: known,
      content: text,
      ...(name === undefined || name === null || name === '' ? {} : { speaker: name }),
      metadata: originOf(FROM, {}),
    },
  };
};
