import * as z from 'zod';
import type { ForeignItem, ForeignReader } from './foreign-types.ts';
import { jsonElements } from './json-elements.ts';
import { idOf, originOf, problemOf, skip, timeOf } from './shared.ts';

// `conversations.json` of an export of ChatGPT: a list of conversations, each a tree of messages. `current_node` is its end;
// what does not lie on the way from there to the root was edited or generated anew.

const FROM = 'chatgpt';

const messageSchema = z.looseObject({
  id: z.string().min(1).max(200),
  author: z.looseObject({ role: z.string(), name: z.string().nullish() }),
  create_time: z.number().nullish(),
  content: z.looseObject({
    content_type: z.string(),
    parts: z.array(z.unknown()).nullish(),
  }),
  recipient: z.string().nullish(),
  weight: z.number().nullish(),
  metadata: z.looseObject({ is_visually_hidden_from_conversation: z.boolean().nullish() }).nullish(),
});

const nodeSchema = z.looseObject({
  message: z.unknown().optional(),
  parent: z.string().nullish(),
  children: z.array(z.string()).nullish(),
});

const conversationSchema = z.looseObject({
  id: z.string().nullish(),
  conversation_id: z.string().nullish(),
  title: z.string().nullish(),
  create_time: z.number().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(z.string(), nodeSchema),
});

type Conversation = z.infer<typeof conversationSchema>;

/** The way from the root to a node; a tree that runs in circles ends where it comes back. */
const wayTo = (end: string, nodes: ReadonlyMap<string, z.infer<typeof nodeSchema>>): readonly string[] => {
  const way = new Set<string>();
  for (let id: string | undefined = end; id !== undefined && nodes.has(id) && !way.has(id); ) {
    way.add(id);
    id = nodes.get(id)?.parent ?? undefined;
  }
  return [...way].reverse();
};

/** The last node that has no children, where the conversation does not name its end. */
const lastLeaf = (nodes: ReadonlyMap<string, z.infer<typeof nodeSchema>>): string =>
  [...nodes].findLast(([, { children }]) => (children ?? []).length === 0)?.[0] ?? '';

const textOfParts = (parts: readonly unknown[]): string =>
  parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const { text } = (part ?? {}) as { readonly text?: unknown };
      // What was said aloud comes with its words.
      return typeof text === 'string' ? text : '';
    })
    .filter((text) => text !== '')
    .join('\n');

const SAID = new Set(['text', 'multimodal_text']);

const readMessage = (
  value: unknown,
  at: string,
  {
    thread,
    title,
    time: begun,
  }: { readonly thread: string; readonly title: string; readonly time: number | undefined },
): ForeignItem | undefined => {
  // The root, and places that hold no message.
  if (value === undefined || value === null) return undefined;
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return skip(at, 'invalid', problemOf(parsed.error));
  const { id, author, create_time, content, recipient, weight, metadata } = parsed.data;
  const { role } = author;
  const isHidden = metadata?.is_visually_hidden_from_conversation === true || weight === 0;
  const isCall = recipient !== undefined && recipient !== null && recipient !== 'all';
  if (role !== 'user' && role !== 'assistant') return skip(at, 'not-said');
  if (isHidden || isCall || !SAID.has(content.content_type)) return skip(at, 'not-said');
  const text = textOfParts(content.parts ?? []);
  if (text.trim() === '') return skip(at, 'empty');
  const time = timeOf(create_time) ?? begun;
  return {
    type: 'message',
    at,
    message: {
      id: `${FROM}-${id}`,
      thread,
      role,
      content: text,
      ...(time === undefined ? {} : { time }),
      metadata: originOf(FROM, { title }),
    },
  };
};

function* readConversation(
  { id, conversation_id, title, create_time, current_node, mapping }: Conversation,
  number: number,
  named: string | undefined,
): Generator<ForeignItem, void, undefined> {
  const nodes = new Map(Object.entries(mapping));
  const way = wayTo(current_node ?? lastLeaf(nodes), nodes);
  const own = id ?? conversation_id ?? idOf(number, title ?? '');
  const about = { thread: named ?? `${FROM}-${own}`, title: title ?? '', time: timeOf(create_time) };
  for (const [index, node] of way.entries()) {
    const item = readMessage(nodes.get(node)?.message, `conversation ${number}, message ${index + 1}`, about);
    if (item !== undefined) yield item;
  }
  const onWay = new Set(way);
  let other = 0;
  for (const [node, { message }] of nodes) {
    if (onWay.has(node)) continue;
    other += 1;
    const item = readMessage(message, `conversation ${number}, other message ${other}`, about);
    if (item?.type === 'message') yield skip(item.at, 'other-branch');
  }
}

/** Reads `conversations.json` of ChatGPT: of each conversation the branch that it ended on. */
export const readChatGpt: ForeignReader = async function* (pieces, { thread }) {
  for await (const { number, value } of jsonElements(pieces, new Set(['conversations']))) {
    const parsed = conversationSchema.safeParse(value);
    if (parsed.success) yield* readConversation(parsed.data, number, thread);
    else yield skip(`conversation ${number}`, 'invalid', problemOf(parsed.error));
  }
};
