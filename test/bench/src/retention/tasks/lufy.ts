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

/**
 * LUFY: does the score say what people marked as important? Among the marked turns of a history, those that most of its
 * raters marked against the rest (`auc`), and against those that nobody marked (`aucNone`): the mean over histories,
 * since retention compares inside one scope only. All turns are heard, the chatbot's too.
 */
export const LUFY_TASK: RetentionTask = {
  name: TASK,
  about: 'AUC of turns that most raters marked as important, mean over histories',
  async measure({ data, seed, surprisal, tokenizer }) {
    const file = data === undefined ? undefined : join(data, 'lufy', 'conversations.jsonl');
    if (file === undefined || !existsSync(file)) return unmeasured(TASK, 'auc', 'needs --data with lufy');
    const rankings = createRankings(surprisal, seed);
    const found = new Map<string, Record<'auc' | 'aucNone', number[]>>();
    for await (const { id, sessions } of readJsonl(file, historySchema)) {
      const said = sessions.flatMap(({ id: session, turns }) => turns.map((turn) => ({ ...turn, session })));
      const lines = said.map(({ text, speaker, session }): Line => ({ text, speaker, session }));
      const turns = cutTurns({ id, turns: turnsOfLines(id, lines) }, tokenizer);
      const marks = new Map(said.map(({ importance }, index) => [`${id}-${index}`, importance ?? undefined]));
      for (const { policy, valuesOf } of rankings) {
        const values = valuesOf(turns);
        const where = (has: (mark: number) => boolean): readonly number[] =>
          values.filter((_, place) => {
            const mark = marks.get(turns[place]?.turn.id ?? '');
            return mark !== undefined && has(mark);
          });
        const high = where((mark) => mark > 0.5);
        const own = found.get(policy) ?? { auc: [], aucNone: [] };
        found.set(policy, own);
        own.auc.push(
          ...[
            areaUnderCurve(
              high,
              where((mark) => mark <= 0.5),
            ),
          ].filter((auc) => auc !== undefined),
        );
        own.aucNone.push(
          ...[
            areaUnderCurve(
              high,
              where((mark) => mark === 0),
            ),
          ].filter((auc) => auc !== undefined),
        );
      }
    }
    return [...found].flatMap(([policy, own]): readonly TaskRow[] => [
      { task: TASK, policy, metric: 'auc', value: mean(own.auc) ?? null },
      { task: TASK, policy, metric: 'aucNone', value: mean(own.aucNone) ?? null },
    ]);
  },
};
