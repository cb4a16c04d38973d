import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationConversation, EvaluationQuestion, EvaluationSet } from './evaluation-set.ts';
import type { ConversationLine, QuestionLine } from './set-schema.ts';

const timeOf = (time: number): string => new Date(time).toISOString();

const sessionsOf = (turns: EvaluationConversation['turns']): ConversationLine['sessions'] => {
  const sessions = new Map<string, ConversationLine['sessions'][number]>();
  for (const turn of turns) {
    const session = sessions.get(turn.session) ?? { id: turn.session, time: timeOf(turn.time), turns: [] };
    sessions.set(turn.session, session);
    session.turns.push({
      id: turn.id,
      speaker: turn.speaker,
      text: turn.text,
      ...(turn.caption === undefined ? {} : { caption: turn.caption }),
      time: timeOf(turn.time),
    });
  }
  return [...sessions.values()];
};

const questionLine = (question: EvaluationQuestion): QuestionLine => ({
  id: question.id,
  conversationId: question.conversationId,
  question: question.question,
  answers: [...question.answers],
  category: question.category,
  evidenceTurnIds: [...question.evidence],
  ...(question.spans === undefined ? {} : { evidenceSpans: [...question.spans] }),
  ...(question.answerable ? {} : { unanswerable: true }),
  ...(question.now === undefined ? {} : { questionTime: timeOf(question.now) }),
});

const jsonl = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

/**
 * Writes a set as `conversations.jsonl` and `questions.jsonl`, which `readEvaluationSet` reads again; the folder is made where
 * there is none. What is written is a copy of the conversations: it goes where they may stand.
 */
export const writeEvaluationSet = async (folder: string, set: EvaluationSet): Promise<void> => {
  await mkdir(join(folder, set.name), { recursive: true });
  const conversations = set.conversations.map(({ id, turns }) => ({
    id,
    source: set.name,
    participants: [...new Set(turns.map(({ speaker }) => speaker))],
    sessions: sessionsOf(turns),
  }));
  await writeFile(join(folder, set.name, 'conversations.jsonl'), jsonl(conversations));
  await writeFile(join(folder, set.name, 'questions.jsonl'), jsonl(set.questions.map(questionLine)));
};
