import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ContentPart, collect, contentText, ROLES } from '@retentive/core';
import { readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import type { BenchQuestion, BenchSet, BenchTurn } from './bench-data.ts';

/** Where the conversation written for this project stands. */
export const DEMO_FOLDER = fileURLToPath(new URL('../../../examples/data', import.meta.url));

const time = z.iso.datetime({ offset: true });

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.enum(['image', 'audio', 'file']),
    uri: z.string(),
    mediaType: z.string(),
    caption: z.string().optional(),
  }),
]);

/** One line of `conversation.jsonl`. */
export const demoMessageSchema = z.object({
  id: z.string(),
  thread: z.string(),
  role: z.enum(ROLES),
  speaker: z.string(),
  time,
  timeZone: z.string().optional(),
  content: z.union([z.string(), z.array(partSchema)]),
});

/** One line of `questions.jsonl`. `evidence` is empty where the right reply is to abstain. */
export const demoQuestionSchema = z.object({
  id: z.string(),
  question: z.string(),
  answers: z.array(z.string()),
  category: z.string(),
  evidence: z.array(z.string()),
  asOf: z.iso.date().optional(),
});

/** A message of the demo conversation. */
export type DemoMessage = z.output<typeof demoMessageSchema>;

/** A question about the demo conversation. */
export type DemoQuestion = z.output<typeof demoQuestionSchema>;

const CONVERSATION = 'demo';

const captionOf = (parts: readonly ContentPart[]): string | undefined =>
  parts.flatMap((part) => (part.type === 'text' || part.caption === undefined ? [] : [part.caption])).at(0);

const textOf = (parts: readonly ContentPart[]): string =>
  contentText(parts.filter((part) => part.type === 'text'));

/** A message as a turn that can be measured; the messages of one day in one thread are a session. */
export const turnOfDemoMessage = (message: DemoMessage): BenchTurn => ({
  id: message.id,
  thread: message.thread,
  session: `${message.thread} ${message.time.slice(0, 10)}`,
  role: message.role,
  speaker: message.speaker,
  text: typeof message.content === 'string' ? message.content : textOf(message.content),
  caption: typeof message.content === 'string' ? undefined : captionOf(message.content),
  time: Date.parse(message.time),
  timeZone: message.timeZone,
});

const DAY_MS = 86_400_000;

/** The last moment of a day: what is said until then counts. */
const endOf = (day: string): number => Date.parse(day) + DAY_MS - 1;

/** A question as one that can be measured; where it asks about a day, that day is its present. */
export const questionOfDemoQuestion = (question: DemoQuestion): BenchQuestion => ({
  id: question.id,
  conversationId: CONVERSATION,
  question: question.question,
  answers: question.answers,
  category: question.category,
  evidence: question.evidence,
  answerable: question.evidence.length > 0,
  now: question.asOf === undefined ? undefined : endOf(question.asOf),
});

/** Messages of the demo, streamed. @throws FILE_INVALID */
export const readDemoMessages = (
  folder: string = DEMO_FOLDER,
): AsyncGenerator<DemoMessage, void, undefined> =>
  readJsonl(join(folder, 'conversation.jsonl'), demoMessageSchema);

/** Questions of the demo. @throws FILE_INVALID */
export const readDemoQuestions = (folder: string = DEMO_FOLDER): Promise<readonly DemoQuestion[]> =>
  collect(readJsonl(join(folder, 'questions.jsonl'), demoQuestionSchema));

/** The demo conversation and its questions as a set to measure. @throws FILE_INVALID */
export const readDemoSet = async (folder: string = DEMO_FOLDER): Promise<BenchSet> => ({
  name: CONVERSATION,
  conversations: [
    { id: CONVERSATION, turns: (await collect(readDemoMessages(folder))).map(turnOfDemoMessage) },
  ],
  questions: (await readDemoQuestions(folder)).map(questionOfDemoQuestion),
});
