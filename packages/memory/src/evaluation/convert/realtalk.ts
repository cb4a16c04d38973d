import * as z from 'zod';
import type { EvaluationConversation, EvaluationQuestion, EvaluationTurn } from '../data/evaluation-set.ts';
import { answersOf, evidenceIds, parseSource, sessionNumbers, turnTime, utc } from './source-set.ts';

// `data/Chat_*.json` of danny911kr/REALTALK: one conversation a file.

const turnSchema = z.object({
  speaker: z.string(),
  dia_id: z.string(),
  clean_text: z.string().default(''),
  blip_caption: z.string().nullish(),
  date_time: z.string().nullish(),
});

const questionSchema = z.object({
  question: z.string(),
  answer: z.unknown().optional(),
  evidence: z.array(z.string()).default([]),
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

/** A conversation with its questions. */
export interface ConvertedConversation {
  readonly conversation: EvaluationConversation;
  readonly questions: readonly EvaluationQuestion[];
}

/** The parsed text of one `Chat_*.json`; `id` names the conversation. @throws FILE_INVALID */
export const convertRealtalk = (id: string, value: unknown): ConvertedConversation => {
  const place = `REALTALK ${id}`;
  const source = parseSource(value, z.record(z.string(), z.unknown()), place);
  const turns = sessionNumbers(Object.keys(source)).flatMap((number, index) => {
    const name = `session_${number}`;
    const start = timeOf(source[`${name}_date_time`]);
    return parseSource(source[name], z.array(turnSchema), `${place} ${name}`).map(
      (turn, turnIndex): EvaluationTurn => ({
        id: turn.dia_id,
        thread: id,
        session: `S${number}`,
        role: 'user',
        speaker: turn.speaker,
        text: turn.clean_text,
        ...(turn.blip_caption ? { caption: turn.blip_caption } : {}),
        time: timeOf(turn.date_time) ?? turnTime(start, index, turnIndex),
      }),
    );
  });
  const known = new Set(turns.map((turn) => turn.id));
  const questions = parseSource(source['qa'] ?? [], z.array(questionSchema), `${place} qa`);
  return {
    conversation: { id, turns },
    questions: questions.map((qa, number) => ({
      id: `${id}:q${number}`,
      conversationId: id,
      question: qa.question,
      answers: answersOf(qa.answer),
      category: CATEGORIES[String(qa.category)] ?? `category-${qa.category}`,
      evidence: evidenceIds(qa.evidence, known),
      answerable: true,
    })),
  };
};
