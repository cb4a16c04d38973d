import * as z from 'zod';
import type { EvaluationTurn } from '../data/evaluation-set.ts';
import { parseSource, turnTime } from './source-set.ts';

// LoCoMo and REALTALK have their conversations in one shape: `session_1`, `session_1_date_time`, `session_2` and so on, beside other keys.

const turnSchema = z.looseObject({
  speaker: z.string(),
  dia_id: z.string(),
  blip_caption: z.string().nullish(),
});

/** Numbers of keys such as `session_12`, in their order. */
const sessionNumbers = (keys: readonly string[]): readonly number[] =>
  keys
    .flatMap((key) => {
      const number = /^session_(\d+)$/u.exec(key)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .toSorted((a, b) => a - b);

/** What differs between the sources. */
export interface SessionFormat {
  /** Where the words of a turn stand; a turn may be a picture alone. */
  readonly textField: string;
  /** Where the time of a turn stands, if it has one. */
  readonly timeField?: string | undefined;
  readonly timeOf: (text: unknown) => number | undefined;
}

/** The turns of all sessions of the conversation `id`, in order. @throws FILE_INVALID */
export const sessionTurns = (
  id: string,
  source: Readonly<Record<string, unknown>>,
  place: string,
  { textField, timeField, timeOf }: SessionFormat,
): readonly EvaluationTurn[] =>
  sessionNumbers(Object.keys(source)).flatMap((number, index) => {
    const name = `session_${number}`;
    const start = timeOf(source[`${name}_date_time`]);
    return parseSource(source[name] ?? [], z.array(turnSchema), `${place} ${name}`).map(
      (turn, turnIndex): EvaluationTurn => ({
        id: turn.dia_id,
        thread: id,
        session: `S${number}`,
        role: 'user',
        speaker: turn.speaker,
        text: parseSource(turn[textField] ?? '', z.string(), `${place} ${name}: ${turnIndex}.${textField}`),
        ...(turn.blip_caption ? { caption: turn.blip_caption } : {}),
        time: (timeField && timeOf(turn[timeField])) || turnTime(start, index, turnIndex),
      }),
    );
  });

/** Evidence as files have it: a list, one text, or none. */
export const evidenceSchema = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((evidence) => (typeof evidence === 'string' ? [evidence] : (evidence ?? [])));

const DIALOG_ID = /D:?(\d+):(\d+)/gu;

const idsIn = (text: string): readonly string[] =>
  [...text.matchAll(DIALOG_ID)].map(([, session, turn]) => `D${Number(session)}:${Number(turn)}`);

/**
 * Ids of turns in evidence as people wrote it: `D8:6; D9:17`, `D9:1 D4:4`, `D:11:26` and `D30:05` all occur. What names no
 * turn is left out.
 */
export const evidenceIds = (
  evidence: readonly string[],
  turns: readonly EvaluationTurn[],
): readonly string[] => {
  const known = new Map(turns.map(({ id }) => [idsIn(id)[0] ?? id, id]));
  const found = evidence.flatMap(idsIn).flatMap((id) => known.get(id) ?? []);
  return [...new Set(found)];
};
