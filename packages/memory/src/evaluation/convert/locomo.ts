import * as z from 'zod';
import type {
  EvaluationConversation,
  EvaluationQuestion,
  EvaluationSet,
  EvaluationTurn,
} from '../data/evaluation-set.ts';
import { answersOf, evidenceIds, monthOf, parseSource, sessionNumbers, turnTime, utc } from './source-set.ts';

// `data/locomo10.json` of snap-research/LoCoMo: a list of conversations, each with its questions.

const turnSchema = z.object({
  speaker: z.string(),
  dia_id: z.string(),
  text: z.string(),
  blip_caption: z.string().nullish(),
});

const sampleSchema = z.object({
  sample_id: z.string().optional(),
  conversation: z.record(z.string(), z.unknown()),
  qa: z.array(
    z.object({
      question: z.string(),
      answer: z.unknown().optional(),
      evidence: z.array(z.string()).default([]),
      category: z.int(),
    }),
  ),
});

const CATEGORIES: Readonly<Record<number, string>> = {
  1: 'multi-hop',
  2: 'temporal',
  3: 'open-domain',
  4: 'single-hop',
  5: 'adversarial',
};
/** Asks about the wrong person: the right reply is to abstain. */
const ADVERSARIAL = 5;

/** `1:56 pm on 8 May, 2023` */
const sessionTime = (text: unknown): number | undefined => {
  const [, hour, minute, half, day, month = '', year] =
    /^(\d+):(\d+) ([ap])m on (\d+) (\w+),? (\d+)$/iu.exec(String(text).trim()) ?? [];
  if (year === undefined) return undefined;
  const afternoon = half?.toLowerCase() === 'p' ? 12 : 0;
  return utc([Number(year), monthOf(month), Number(day), (Number(hour) % 12) + afternoon, Number(minute)]);
};

const conversationOf = (
  id: string,
  source: Readonly<Record<string, unknown>>,
  place: string,
): EvaluationConversation => ({
  id,
  turns: sessionNumbers(Object.keys(source)).flatMap((number, index) => {
    const name = `session_${number}`;
    const start = sessionTime(source[`${name}_date_time`]);
    return parseSource(source[name], z.array(turnSchema), `${place} ${name}`).map(
      (turn, turnIndex): EvaluationTurn => ({
        id: turn.dia_id,
        thread: id,
        session: `S${number}`,
        role: 'user',
        speaker: turn.speaker,
        text: turn.text,
        ...(turn.blip_caption ? { caption: turn.blip_caption } : {}),
        time: turnTime(start, index, turnIndex),
      }),
    );
  }),
});

/** The parsed text of `locomo10.json` as a set. @throws FILE_INVALID */
export const convertLocomo = (value: unknown): EvaluationSet => {
  const samples = parseSource(value, z.array(sampleSchema), 'LoCoMo');
  const converted = samples.map((sample, index) => {
    const id = sample.sample_id ?? `conversation-${index + 1}`;
    const conversation = conversationOf(id, sample.conversation, `LoCoMo ${id}`);
    const turns = new Set(conversation.turns.map((turn) => turn.id));
    const questions = sample.qa.map(
      (qa, number): EvaluationQuestion => ({
        id: `${id}:q${number}`,
        conversationId: id,
        question: qa.question,
        answers: qa.category === ADVERSARIAL ? [] : answersOf(qa.answer),
        category: CATEGORIES[qa.category] ?? `category-${qa.category}`,
        evidence: evidenceIds(qa.evidence, turns),
        answerable: qa.category !== ADVERSARIAL,
      }),
    );
    return { conversation, questions };
  });
  return {
    name: 'locomo',
    conversations: converted.map(({ conversation }) => conversation),
    questions: converted.flatMap(({ questions }) => questions),
  };
};
