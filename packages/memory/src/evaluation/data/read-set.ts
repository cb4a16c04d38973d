import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { collect, RetentiveError, type Role } from '@retentive/core';
import { ownValue } from '../../own-value.ts';
import type {
  EvaluationConversation,
  EvaluationQuestion,
  EvaluationSet,
  EvaluationTurn,
} from './evaluation-set.ts';
import { readJsonl } from './read-jsonl.ts';
import {
  type ConversationLine,
  conversationSchema,
  type QuestionLine,
  questionSchema,
} from './set-schema.ts';

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

const sessionStart = (session: ConversationLine['sessions'][number], index: number): number =>
  session.time ? Date.parse(session.time) : UNDATED_START + index * DAY_MS;

const turnsOf = (conversation: ConversationLine): readonly EvaluationTurn[] =>
  conversation.sessions.flatMap((session, sessionIndex) =>
    session.turns.map(
      (turn, turnIndex): EvaluationTurn => ({
        id: turn.id,
        thread: conversation.id,
        session: session.id,
        role: ownValue(ROLE_OF_SPEAKER, turn.speaker.toLowerCase()) ?? 'user',
        speaker: turn.speaker,
        text: turn.text,
        ...(turn.caption ? { caption: turn.caption } : {}),
        time: turn.time ? Date.parse(turn.time) : sessionStart(session, sessionIndex) + turnIndex * SECOND_MS,
      }),
    ),
  );

/** A line as a conversation that can be measured: one thread, its sessions sessions. */
const conversationOfLine = (conversation: ConversationLine): EvaluationConversation => ({
  id: conversation.id,
  turns: turnsOf(conversation),
});

/** A line as a question that can be measured. */
const questionOfLine = (source: QuestionLine): EvaluationQuestion => ({
  id: source.id,
  conversationId: source.conversationId ?? '',
  question: source.question,
  answers: source.answers,
  category: source.category,
  evidence: source.evidenceTurnIds,
  ...(source.evidenceSpans === undefined ? {} : { spans: source.evidenceSpans }),
  answerable: source.unanswerable !== true,
  ...(source.questionTime === undefined ? {} : questionTime(source.questionTime)),
});

/** Sources write times in more than one way; one that no parser reads is left out. */
const questionTime = (text: string): { readonly now?: number } => {
  const now = Date.parse(text);
  return Number.isNaN(now) ? {} : { now };
};

/** A set of the evaluation schema, or why it has no conversation to recall from. */
export type ReadSet = EvaluationSet | { readonly name: string; readonly reason: string };

/** The conversations of one file in the schema of `conversations.jsonl`. @throws FILE_INVALID */
export const readConversations = async (path: string): Promise<readonly EvaluationConversation[]> =>
  (await collect(readJsonl(path, conversationSchema))).map(conversationOfLine);

/** Reads one folder with `conversations.jsonl` and `questions.jsonl`. @throws FILE_INVALID */
export const readEvaluationSet = async (folder: string, name: string): Promise<ReadSet> => {
  const conversationsPath = join(folder, name, 'conversations.jsonl');
  const questionsPath = join(folder, name, 'questions.jsonl');
  if (!existsSync(conversationsPath))
    return { name, reason: 'no conversations.jsonl: documents or items only' };
  if (!existsSync(questionsPath)) return { name, reason: 'no questions.jsonl' };
  const conversations = await readConversations(conversationsPath);
  const questions = (await collect(readJsonl(questionsPath, questionSchema))).map(questionOfLine);
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
