import * as z from 'zod';
import type { EvaluationTurn } from '../data/evaluation-set.ts';
import { answersOf, type ConvertedConversation, parseSource, turnTime, utc } from './source-set.ts';

// `longmemeval_s.json` (also `_m` and `_oracle`) of xiaowu0162/LongMemEval: a list of questions, each with a history of its own.

const instanceSchema = z.object({
  question_id: z.string(),
  question_type: z.string(),
  question: z.string(),
  answer: z.unknown().optional(),
  question_date: z.string().nullish(),
  haystack_session_ids: z.array(z.string()),
  haystack_dates: z.array(z.string()),
  haystack_sessions: z.array(
    z.array(
      z.object({
        role: z.enum(['user', 'assistant', 'system']),
        content: z.string(),
        has_answer: z.boolean().nullish(),
      }),
    ),
  ),
});

/** `2023/05/30 (Tue) 23:40` */
const timeOf = (text: string | null | undefined): number | undefined => {
  const [, year, month, day, hour, minute] =
    /^(\d+)\/(\d+)\/(\d+)(?: \(\w+\))?(?: (\d+):(\d+))?$/u.exec(text?.trim() ?? '') ?? [];
  if (day === undefined) return undefined;
  return utc([Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0)]);
};

/**
 * One element of the list as a conversation of its own with its one question. Turn ids are `SESSION#TURN`, turns from 0; a
 * session that occurs twice in a history gets its place too. Ids that end in `_abs` are not answerable. @throws FILE_INVALID
 */
export const convertLongMemEval = (value: unknown): ConvertedConversation => {
  const source = parseSource(value, instanceSchema, 'LongMemEval');
  const id = source.question_id;
  const evidence: string[] = [];
  const seen = new Set<string>();
  const order = source.haystack_sessions
    .map((turns, index) => ({ turns, index, time: timeOf(source.haystack_dates[index]) }))
    // The sessions of the oracle file are not in order.
    .toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0) || a.index - b.index);
  const turns = order.flatMap(({ turns: said, index, time }, place) => {
    const name = source.haystack_session_ids[index] ?? `session-${index}`;
    const session = seen.has(name) ? `${name}@${index}` : name;
    seen.add(session);
    return said.map((turn, turnIndex): EvaluationTurn => {
      const turnId = `${session}#${turnIndex}`;
      if (turn.has_answer) evidence.push(turnId);
      return {
        id: turnId,
        thread: id,
        session,
        role: turn.role,
        speaker: turn.role,
        text: turn.content,
        time: turnTime(time, place, turnIndex),
      };
    });
  });
  const now = timeOf(source.question_date);
  const answerable = !id.endsWith('_abs');
  return {
    conversation: { id, turns },
    questions: [
      {
        id,
        conversationId: id,
        question: source.question,
        answers: answersOf(source.answer),
        category: answerable ? source.question_type : 'abstention',
        evidence,
        answerable,
        ...(now === undefined ? {} : { now }),
      },
    ],
  };
};
