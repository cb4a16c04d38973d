import * as z from 'zod';
import type { EvaluationQuestion, EvaluationTurn } from '../data/evaluation-set.ts';
import { answersOf, type ConvertedConversation, monthOf, parseSource, turnTime, utc } from './source-set.ts';

// `chats/SIZE/N` of mohammadtavakoli78/BEAM: `chat.json`, and `probing_questions/probing_questions.json`.

const batchSchema = z.object({
  batch_number: z.int().nullish(),
  turns: z.array(
    z.array(
      z.object({
        role: z.enum(['user', 'assistant']),
        id: z.int(),
        content: z.string(),
        time_anchor: z.string().nullish(),
      }),
    ),
  ),
});

interface NamedBatch {
  readonly name: string;
  readonly batch: z.output<typeof batchSchema>;
}

/**
 * All batches in order, with names that differ. Chats of 10M are lists of plans, each with its batches under its name; as the hub has
 * them, the names of all other plans hold null.
 */
const batchesOf = (chat: unknown, place: string): readonly NamedBatch[] =>
  parseSource(chat, z.array(z.record(z.string(), z.unknown())), place).flatMap((part, index) => {
    if ('turns' in part) {
      const batch = parseSource(part, batchSchema, `${place}: ${index}`);
      return [{ name: `B${batch.batch_number ?? index + 1}`, batch }];
    }
    return Object.entries(part).flatMap(([plan, value]) =>
      parseSource(value ?? [], z.array(batchSchema), `${place}: ${plan}`).map((batch, at) => ({
        name: `${plan}:B${batch.batch_number ?? at + 1}`,
        batch,
      })),
    );
  });

const probeSchema = z.looseObject({ question: z.string(), source_chat_ids: z.unknown().optional() });

const ABSTENTION = 'abstention';
/** Each ability has its own name for the right reply. */
const ANSWER_FIELDS = ['answer', 'ideal_answer', 'ideal_response', 'ideal_summary', 'expected_compliance'];

/** `March-15-2024` */
const anchorTime = (text: string | null | undefined): number | undefined => {
  const [, month = '', day, year] = /^(\w+)-(\d+)-(\d+)$/u.exec(text?.trim() ?? '') ?? [];
  return year === undefined ? undefined : utc([Number(year), monthOf(month), Number(day)]);
};

/** Where in its plan the generator stood, at the end of a message: `->-> 1,12`. */
const withoutPlanMark = (text: string): string => text.replace(/\s*->->\s*[\d,\s]+$/u, '');

/** Ids stand in a list, or in lists by what each holds. */
const idsIn = (value: unknown): readonly number[] => {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
};

const questionOf = (
  id: string,
  [ability, number, probe]: readonly [string, number, z.output<typeof probeSchema>],
  turns: ReadonlySet<string>,
): EvaluationQuestion => {
  // Summaries name their turns in another field.
  const sources = probe.source_chat_ids ?? probe['conversation_sessions'];
  return {
    id: `${id}:${ability}${number}`,
    conversationId: id,
    question: probe.question,
    answers: answersOf(
      ANSWER_FIELDS.map((field) => probe[field]).find((answer) => answer !== undefined && answer !== null),
    ),
    category: ability.replaceAll('_', '-'),
    evidence:
      ability === ABSTENTION
        ? []
        : [...new Set(idsIn(sources).map((turn) => `m${turn}`))].filter((turn) => turns.has(turn)),
    answerable: ability !== ABSTENTION,
  };
};

/** The parsed text of a chat and of its questions; `id` names the conversation. @throws FILE_INVALID */
export const convertBeam = (id: string, chat: unknown, probes: unknown): ConvertedConversation => {
  const batches = batchesOf(chat, `BEAM ${id}`);
  const abilities = parseSource(probes, z.record(z.string(), z.array(probeSchema)), `BEAM ${id} questions`);
  let time: number | undefined;
  const counts = new Map<string, number>();
  const turns = batches.flatMap(({ name, batch }, index) => {
    const said = batch.turns.flat();
    const anchor = said.map((turn) => anchorTime(turn.time_anchor)).find((found) => found !== undefined);
    time = anchor ?? time;
    return said.map((turn, turnIndex): EvaluationTurn => {
      const number = `m${turn.id}`;
      const times = counts.get(number) ?? 0;
      counts.set(number, times + 1);
      return {
        id: times === 0 ? number : `${number}@${times}`,
        thread: id,
        session: name,
        role: turn.role,
        speaker: turn.role,
        text: withoutPlanMark(turn.content),
        time: turnTime(time, index, turnIndex),
      };
    });
  });
  // A number that two messages have is no evidence for either.
  const known = new Set([...counts].flatMap(([number, times]) => (times === 1 ? [number] : [])));
  return {
    conversation: { id, turns },
    questions: Object.entries(abilities).flatMap(([ability, of]) =>
      of.map((probe, number) => questionOf(id, [ability, number, probe], known)),
    ),
  };
};
