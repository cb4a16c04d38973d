import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { collect, RetentiveError, type Role } from '@retentive/core';
import * as z from 'zod';
import type { BenchConversation, BenchQuestion, BenchSet, BenchTurn } from './bench-data.ts';
import { readJsonl } from './read-jsonl.ts';

const turnSchema = z.object({
  id: z.string(),
  speaker: z.string(),
  text: z.string(),
  caption: z.string().nullish(),
  time: z.iso.datetime({ offset: true, local: true }).nullish(),
});

const conversationSchema = z.object({
  id: z.string(),
  sessions: z.array(
    z.object({
      id: z.string(),
      time: z.iso.datetime({ offset: true, local: true }).nullish(),
      turns: z.array(turnSchema),
    }),
  ),
});

const questionSchema = z.object({
  id: z.string(),
  conversationId: z.string().optional(),
  question: z.string(),
  answers: z.array(z.string()).default([]),
  category: z.string().default('all'),
  evidenceTurnIds: z.array(z.string()).default([]),
  unanswerable: z.boolean().optional(),
  questionTime: z.string().optional(),
});

type SourceConversation = z.output<typeof conversationSchema>;
type SourceSession = SourceConversation['sessions'][number];

/** Names that are a role rather than a person. */
const ROLE_OF_SPEAKER: Readonly<Record<string, Role>> = {
  assistant: 'assistant',
  system: 'system',
  tool: 'tool',
};

/** Where sessions without a time start, a day apart: any fixed date keeps their order. */
const UNDATED_START = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

const sessionStart = (session: SourceSession, index: number): number =>
  session.time ? Date.parse(session.time) : UNDATED_START + index * DAY_MS;

const turnsOf = (conversation: SourceConversation): readonly BenchTurn[] =>
  conversation.sessions.flatMap((session, sessionIndex) =>
    session.turns.map(
      (turn, turnIndex): BenchTurn => ({
        id: turn.id,
        thread: conversation.id,
        session: session.id,
        role: ROLE_OF_SPEAKER[turn.speaker.toLowerCase()] ?? 'user',
        speaker: turn.speaker,
        text: turn.text,
        ...(turn.caption ? { caption: turn.caption } : {}),
        time: turn.time ? Date.parse(turn.time) : sessionStart(session, sessionIndex) + turnIndex * SECOND_MS,
      }),
    ),
  );

const questionOf = (source: z.output<typeof questionSchema>): BenchQuestion => ({
  id: source.id,
  conversationId: source.conversationId ?? '',
  question: source.question,
  answers: source.answers,
  category: source.category,
  evidence: source.evidenceTurnIds,
  answerable: source.unanswerable !== true,
  ...(source.questionTime === undefined ? {} : questionTime(source.questionTime)),
});

/** Sources write times in more than one way; one that no parser reads is left out. */
const questionTime = (text: string): { readonly now?: number } => {
  const now = Date.parse(text);
  return Number.isNaN(now) ? {} : { now };
};

/** A set of the evaluation schema, or why it has no conversation to recall from. */
export type ReadSet = BenchSet | { readonly name: string; readonly reason: string };

/** Reads one folder with `conversations.jsonl` and `questions.jsonl`. @throws FILE_INVALID */
export const readEvaluationSet = async (folder: string, name: string): Promise<ReadSet> => {
  const conversationsPath = join(folder, name, 'conversations.jsonl');
  const questionsPath = join(folder, name, 'questions.jsonl');
  if (!existsSync(conversationsPath))
    return { name, reason: 'no conversations.jsonl: documents or items only' };
  if (!existsSync(questionsPath)) return { name, reason: 'no questions.jsonl' };
  const conversations: BenchConversation[] = [];
  for await (const conversation of readJsonl(conversationsPath, conversationSchema)) {
    conversations.push({ id: conversation.id, turns: turnsOf(conversation) });
  }
  const questions = (await collect(readJsonl(questionsPath, questionSchema))).map(questionOf);
  return { name, conversations, questions };
};

/** Names of the sets in a data folder, in order: every folder. @throws FILE_NOT_FOUND */
export const listEvaluationSets = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new RetentiveError('FILE_NOT_FOUND', `no data folder at ${folder}`, { cause });
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
};
