import * as z from 'zod';
import type { ForeignItem, ForeignReader } from './foreign-types.ts';
import { jsonElements } from './json-elements.ts';
import { contentSchema, idOf, originOf, problemOf, skip, textOf, timeOf } from './shared.ts';

// An agent file (.af): {"agents":[{"name":"...","messages":[...]}],"blocks":[{"label":"human","value":"..."}], ...}; an older
// one is a single agent with "core_memory" and "messages". Ids there are `message-0` and so on, anew in each file.

const FROM = 'letta';

/** The block in which Letta keeps what it knows of the person. */
const HUMAN = 'human';

const blockSchema = z.looseObject({ label: z.string().min(1), value: z.string() });

const callSchema = z.looseObject({
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const messageSchema = z.looseObject({
  role: z.string(),
  content: contentSchema.optional(),
  text: z.string().nullish(),
  id: z.string().nullish(),
  name: z.string().nullish(),
  created_at: z.unknown().optional(),
  tool_calls: z.array(z.unknown()).nullish(),
});

const agentSchema = z.looseObject({
  name: z.string().nullish(),
  messages: z.array(z.unknown()).optional(),
  core_memory: z.array(z.unknown()).optional(),
});

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** Older agents wrap what the user said, and events such as a heartbeat, in JSON. Undefined for an event. */
const saidByUser = (text: string): string | undefined => {
  const wrapped = parseObject(text);
  if (typeof wrapped?.['type'] !== 'string') return text;
  return wrapped['type'] === 'user_message' && typeof wrapped['message'] === 'string'
    ? wrapped['message']
    : undefined;
};

/** Older agents speak by a call of `send_message`; the content beside it is what they thought. */
const saidByAgent = (text: string, calls: readonly unknown[]): string => {
  const sent = calls.flatMap((call) => {
    const parsed = callSchema.safeParse(call);
    if (!parsed.success || parsed.data.function.name !== 'send_message') return [];
    const message = parseObject(parsed.data.function.arguments)?.['message'];
    return typeof message === 'string' ? [message] : [];
  });
  return sent.length > 0 ? sent.join('\n') : text;
};

function* readBlock(value: unknown, at: string): Generator<ForeignItem, void, undefined> {
  const parsed = blockSchema.safeParse(value);
  if (!parsed.success) {
    yield skip(at, 'invalid', problemOf(parsed.error));
    return;
  }
  const { label, value: text } = parsed.data;
  // How the other program's agent is to be is no memory of the user.
  if (label === 'persona') {
    yield skip(at, 'not-said');
    return;
  }
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue;
    const name = label === HUMAN ? 'profile' : label;
    yield { type: 'line', at: `${at}, line ${index + 1}`, label: name, line: line.trim() };
  }
}

const readMessage = (value: unknown, at: string, agent: string, thread: string): ForeignItem => {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return skip(at, 'invalid', problemOf(parsed.error));
  const { role, content, text: plain, id, created_at, tool_calls, name } = parsed.data;
  const text = plain ?? textOf(content);
  // What tools gave, approvals and the system's own words are the other program's.
  if (role !== 'user' && role !== 'assistant') return skip(at, 'not-said');
  const said = role === 'user' ? saidByUser(text) : saidByAgent(text, tool_calls ?? []);
  if (said === undefined) return skip(at, 'not-said');
  if (said.trim() === '') return skip(at, 'empty');
  const time = timeOf(created_at);
  return {
    type: 'message',
    at,
    message: {
      id: `${FROM}-${idOf(agent, id ?? '', String(created_at ?? ''), role, said)}`,
      thread,
      role,
      content: said,
      ...(time === undefined ? {} : { time }),
      ...(role === 'user' && typeof name === 'string' && name !== '' ? { speaker: name } : {}),
      metadata: originOf(FROM, { agent, sourceId: id ?? undefined }),
    },
  };
};

/** Reads an agent file of Letta: what was said, and the blocks about the person as lines of core memory. */
export const readLetta: ForeignReader = async function* (pieces, { thread }) {
  for await (const { list, number, value } of jsonElements(pieces, new Set(['agents', 'blocks']))) {
    if (list === 'blocks') {
      yield* readBlock(value, `block ${number}`);
      continue;
    }
    const at = `agent ${number}`;
    const parsed = agentSchema.safeParse(value);
    if (!parsed.success) {
      yield skip(at, 'invalid', problemOf(parsed.error));
      continue;
    }
    const { name, messages = [], core_memory: blocks = [] } = parsed.data;
    for (const [index, block] of blocks.entries()) yield* readBlock(block, `${at}, block ${index + 1}`);
    const agent = name ?? FROM;
    for (const [index, message] of messages.entries()) {
      yield readMessage(message, `${at}, message ${index + 1}`, agent, thread ?? `${FROM}-${idOf(agent)}`);
    }
  }
};
