import {
  AIMessage,
  type BaseMessage,
  HumanMessage,
  mapStoredMessagesToChatMessages,
  type StoredMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import {
  assertNever,
  type JsonValue,
  METADATA_LIMITS,
  type Message,
  type MessageInput,
  RetentiveError,
  type Role,
} from '@retentive/core';
import * as z from 'zod';

/** Key of the metadata that holds what a LangChain message is beside its text, as JSON text. */
const ENVELOPE = 'langchain';
/** Set on a message that did not fit into metadata whole. */
const TRIMMED = { retentive_trimmed: true };

type Data = Readonly<Record<string, unknown>>;
type Input = Pick<MessageInput, 'role' | 'speaker' | 'metadata'> & { readonly content: string };

const envelopeSchema = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
const textPlace = z.looseObject({ type: z.literal('text'), text: z.int().min(0) });
const toolCallMetadata = z.object({ tool: z.string(), call: z.string(), input: z.string() });
const callArguments = z.record(z.string(), z.unknown());

const GENERIC_ROLES: Readonly<Record<string, Role>> = {
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  system: 'system',
  developer: 'system',
};

const roleOf = (message: BaseMessage): Role => {
  switch (message.type) {
    case 'human':
      return 'user';
    case 'ai':
      return 'assistant';
    case 'system':
    case 'developer':
      return 'system';
    case 'tool':
    case 'function':
      return 'tool';
    case 'generic': {
      const { role } = message.toDict().data;
      // A role that nobody knows counts as data: words of unknown origin must not pass for the user's.
      return GENERIC_ROLES[role ?? ''] ?? 'tool';
    }
    default:
      throw new RetentiveError('OPTION_INVALID', `a message of type "${message.type}" cannot be kept`);
  }
};

/** Text blocks joined by line breaks, and the content with the length of each in its place. */
const splitContent = (content: unknown): { readonly text: string; readonly content: unknown } => {
  if (!Array.isArray(content))
    return { text: typeof content === 'string' ? content : '', content: undefined };
  const texts: string[] = [];
  const places = content.map((block: unknown) => {
    const parsed = textBlock.safeParse(block);
    if (!parsed.success) return block;
    texts.push(parsed.data.text);
    return { ...parsed.data, text: parsed.data.text.length };
  });
  return { text: texts.join('\n'), content: places };
};

const joinContent = (text: string, content: unknown): unknown => {
  if (!Array.isArray(content)) return text;
  let at = 0;
  return content.map((block: unknown) => {
    const parsed = textPlace.safeParse(block);
    if (!parsed.success) return block;
    const end = at + parsed.data.text;
    const words = text.slice(at, end);
    at = end + 1;
    return { ...parsed.data, text: words };
  });
};

const withoutExtras = ({ artifact: _, response_metadata: __, usage_metadata: ___, ...data }: Data): Data => ({
  ...data,
  additional_kwargs: TRIMMED,
});

const withoutBulk = ({ content, tool_calls: calls, invalid_tool_calls: _, ...data }: Data): Data => ({
  ...withoutExtras(data),
  ...(Array.isArray(content)
    ? { content: content.filter((block) => textPlace.safeParse(block).success) }
    : {}),
  ...(Array.isArray(calls) ? { tool_calls: calls.map((call: object) => ({ ...call, args: {} })) } : {}),
});

const fits = (metadata: Readonly<Record<string, JsonValue>>): boolean =>
  new TextEncoder().encode(JSON.stringify(metadata)).length <= METADATA_LIMITS.bytes;

/** As much of the message as metadata holds: all, else without extras, else without blocks and arguments of calls. */
const envelopeOf = (type: string, data: Data): Readonly<Record<string, JsonValue>> => {
  const tries = [data, withoutExtras(data), withoutBulk(data)].map((kept) => ({
    [ENVELOPE]: JSON.stringify({ type, data: kept }),
  }));
  return tries.find(fits) ?? (tries.at(-1) as Readonly<Record<string, JsonValue>>);
};

/**
 * A LangChain message as memory keeps it: its words as content, all else as metadata. What would pass the limit of
 * metadata (8 KiB) is left out, the least needed first, and the message is marked `retentive_trimmed`.
 * @throws OPTION_INVALID for a message that is an instruction to a store, not an utterance
 */
export const packMessage = (message: BaseMessage): Input => {
  const role = roleOf(message);
  const { type, data } = message.toDict();
  const { text, content } = splitContent(data.content);
  return {
    role,
    content: text,
    ...(message.name === undefined || message.name === '' ? {} : { speaker: message.name }),
    metadata: envelopeOf(type, { ...data, content }),
  };
};

/** The message as LangChain gave it; nothing where the metadata is somebody else's, whatever it looks like. */
const unpackMessage = (message: Message): BaseMessage | undefined => {
  const json = message.metadata?.[ENVELOPE];
  if (typeof json !== 'string') return undefined;
  try {
    const { type, data } = envelopeSchema.parse(JSON.parse(json));
    const content = joinContent(message.text, data['content']);
    // What was written by `packMessage` has the shape that LangChain gave it.
    const stored = { type, data: { ...data, content } } as unknown as StoredMessage;
    return mapStoredMessagesToChatMessages([stored])[0];
  } catch {
    return undefined;
  }
};

const plainMessage = ({ id, role, speaker, text, state, metadata }: Message): BaseMessage => {
  const fields = { id, content: text, ...(speaker === undefined ? {} : { name: speaker }) };
  switch (role) {
    case 'user':
      return new HumanMessage(fields);
    case 'system':
      return new SystemMessage(fields);
    case 'assistant':
      return new AIMessage({ ...fields, ...(state === 'torn' ? { response_metadata: { state } } : {}) });
    case 'tool': {
      const known = toolCallMetadata.safeParse(metadata);
      const call = known.success ? known.data : { tool: speaker ?? 'tool', call: `call_${id}` };
      return new ToolMessage({ ...fields, name: call.tool, tool_call_id: call.call });
    }
    default:
      return assertNever(role);
  }
};

const argumentsOf = (message: Message): Record<string, unknown> => {
  const known = toolCallMetadata.safeParse(message.metadata);
  if (!known.success) return {};
  try {
    return callArguments.parse(JSON.parse(known.data.input));
  } catch {
    // The model wrote no JSON; the result says so, and providers want an object.
    return {};
  }
};

/**
 * Stored messages as LangChain's. Those that came from LangChain are as they were; a tool's result that an agent of
 * ours stored follows an AI message that makes the call, as providers ask; torn answers carry
 * `response_metadata.state`; messages that are still open are left out.
 */
export const toLangChainMessages = (messages: readonly Message[]): BaseMessage[] => {
  const list: BaseMessage[] = [];
  for (const message of messages) {
    if (message.state === 'open') continue;
    const unpacked = unpackMessage(message);
    const made = unpacked ?? plainMessage(message);
    if (unpacked === undefined && ToolMessage.isInstance(made)) {
      const call = { id: made.tool_call_id, name: made.name ?? 'tool', args: argumentsOf(message) };
      const caller = list.findLastIndex((before) => before.type !== 'tool');
      const before = list[caller];
      if (before !== undefined && AIMessage.isInstance(before)) {
        const { content, id, response_metadata } = before;
        list[caller] = new AIMessage({
          content,
          response_metadata,
          ...(id === undefined ? {} : { id }),
          tool_calls: [...(before.tool_calls ?? []), { ...call, type: 'tool_call' }],
        });
      } else list.push(new AIMessage({ content: '', tool_calls: [{ ...call, type: 'tool_call' }] }));
    }
    list.push(made);
  }
  return list;
};
