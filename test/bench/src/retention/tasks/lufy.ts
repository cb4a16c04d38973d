import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mean, readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { cutTurns } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { areaUnderCurve } from './auc.ts';
import { createRankings } from './rankings.ts';
import { type Line, turnsOfLines } from './talk.ts';
import { type RetentionTask, unmeasured } from './task.ts';

const TASK = 'lufy';

const historySchema = z.object({
  id: z.string(),
  sessions: z.array(
    z.object({
      id: z.string(),
      turns: z.array(
        z.object({ id: z.string(), speaker: z.string(), text: z.string(), importance: z.number().nullish() }),
      ),
    }),
  ),
});

/** A ranking's value of a turn, and the share of its raters that marked it. */
interface Marked {
  readonly value: number;
  readonly mark: number;
}

const isMarked = ({ mark }: Marked): boolean => mark > 0.5;

/** Turns that most raters marked against the others, or against those that nobody marked. */
const areaOf = (turns: readonly Marked[], isOther: (turn: Marked) => boolean): number | undefined =>
  areaUnderCurve(
    turns.filter(isMarked).map(({ value }) => value),
    turns.filter((turn) => !isMarked(turn) && isOther(turn)).map(({ value }) => value),
  );

const isAny = (): boolean => true;
const isUnmarked = ({ mark }: Marked): boolean => mark === 0;

const meanArea = (
  histories: readonly (readonly Marked[])[],
  isOther: (turn: Marked) => boolean,
): number | null => mean(histories.flatMap((turns) => areaOf(turns, isOther) ?? [])) ?? null;

/**
 * LUFY: does the score say what people marked as important? Among the marked turns of a history, those that most of its
 * raters marked against the rest (`auc`), and against those that nobody marked (`aucNone`): the mean over histories,
 * since retention compares inside one scope only; `aucPooled` compares the turns of all histories as `aucNone` does. All
 * turns are heard, the chatbot's too.
 */
export const LUFY_TASK: RetentionTask = {
  name: TASK,
  about: 'AUC of turns that most raters marked as important, mean over histories',
  async measure({ data, seed, surprisal, tokenizer }) {
    const file = data === undefined ? undefined : join(data, 'lufy', 'conversations.jsonl');
    if (file === undefined || !existsSync(file)) return unmeasured(TASK, 'auc', 'needs --data with lufy');
    const rankings = createRankings(surprisal, seed);
    const found = new Map<string, (readonly Marked[])[]>();
    for await (const { id, sessions } of readJsonl(file, historySchema)) {
      const said = sessions.flatMap(({ id: session, turns }) => turns.map((turn) => ({ ...turn, session })));
      const lines = said.map(({ text, speaker, session }): Line => ({ text, speaker, session }));
      const turns = cutTurns({ id, turns: turnsOfLines(id, lines) }, tokenizer);
      const marks = new Map(said.map(({ importance }, index) => [`${id}-${index}`, importance]));
      for (const { policy, valuesOf } of rankings) {
        const history = valuesOf(turns).flatMap((value, place): readonly Marked[] => {
          const mark = marks.get(turns[place]?.turn.id ?? '');
          return mark === undefined || mark === null ? [] : [{ value, mark }];
        });
        found.set(policy, [...(found.get(policy) ?? []), history]);
      }
    }
    return [...found].flatMap(([policy, histories]): readonly TaskRow[] => [
      { task: TASK, policy, metric: 'auc', value: meanArea(histories, isAny) },
      { task: TASK, policy, metric: 'aucNone', value: meanArea(histories, isUnmarked) },
      { task: TASK, policy, metric: 'aucPooled', value: areaOf(histories.flat(), isUnmarked) ?? null },
    ]);
  },
};
