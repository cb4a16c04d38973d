import * as z from 'zod';
import type { EvaluationQuestion, EvaluationSet } from '../data/evaluation-set.ts';
import { evidenceIds, evidenceSchema, type SessionFormat, sessionTurns } from './session-turns.ts';
import { answersOf, monthOf, parseSource, utc } from './source-set.ts';

// `data/locomo10.json` of snap-research/LoCoMo: a list of conversations, each with its questions.

const sampleSchema = z.object({
  sample_id: z.string().optional(),
  conversation: z.record(z.string(), z.unknown()),
  qa: z.array(
    z.object({
      question: z.string(),
      answer: z.unknown().optional(),
      evidence: evidenceSchema,
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

const FORMAT: SessionFormat = { textField: 'text', timeOf: sessionTime };

/** The parsed text of `locomo10.json` as a set. @throws FILE_INVALID */
export const convertLocomo = (value: unknown): EvaluationSet => {
  const samples = parseSource(value, z.array(sampleSchema), 'LoCoMo');
  const converted = samples.map((sample, index) => {
    const id = sample.sample_id ?? `conversation-${index + 1}`;
    const turns = sessionTurns(id, sample.conversation, `LoCoMo ${id}`, FORMAT);
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
    return { conversation: { id, turns }, questions };
  });
  return {
    name: 'locomo',
    conversations: converted.map(({ conversation }) => conversation),
    questions: converted.flatMap(({ questions }) => questions),
  };
};
