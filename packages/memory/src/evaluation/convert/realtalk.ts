import * as z from 'zod';
import { evidenceIds, evidenceSchema, type SessionFormat, sessionTurns } from './session-turns.ts';
import { answersOf, type ConvertedConversation, parseSource, utc } from './source-set.ts';

// `data/Chat_*.json` of danny911kr/REALTALK: one conversation a file.

const questionSchema = z.object({
  question: z.string(),
  answer: z.unknown().optional(),
  evidence: evidenceSchema,
  category: z.union([z.int(), z.string()]),
});

const CATEGORIES: Readonly<Record<string, string>> = { 1: 'multi-hop', 2: 'temporal', 3: 'commonsense' };

/** `29.12.2023, 00:51:12` */
const timeOf = (text: unknown): number | undefined => {
  const [, day, month, ...rest] =
    /^(\d+)\.(\d+)\.(\d+),? (\d+):(\d+)(?::(\d+))?$/u.exec(String(text).trim()) ?? [];
  const [year, hour, minute, second = 0] = rest;
  if (year === undefined) return undefined;
  return utc([Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)]);
};

const FORMAT: SessionFormat = { textField: 'clean_text', timeField: 'date_time', timeOf };

/** The parsed text of one `Chat_*.json`; `id` names the conversation. @throws FILE_INVALID */
export const convertRealtalk = (id: string, value: unknown): ConvertedConversation => {
  const place = `REALTALK ${id}`;
  const source = parseSource(value, z.record(z.string(), z.unknown()), place);
  const turns = sessionTurns(id, source, place, FORMAT);
  const questions = parseSource(source['qa'] ?? [], z.array(questionSchema), `${place} qa`);
  return {
    conversation: { id, turns },
    questions: questions.map((qa, number) => ({
      id: `${id}:q${number}`,
      conversationId: id,
      question: qa.question,
      answers: answersOf(qa.answer),
      category: CATEGORIES[String(qa.category)] ?? `category-${qa.category}`,
      evidence: evidenceIds(qa.evidence, turns),
      answerable: true,
    })),
  };
};
