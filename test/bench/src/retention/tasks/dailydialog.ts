import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRetentionProjection, DECAYS, type Decay } from '@retentive/memory';
import { readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { analyze } from '../../controls/analyze.ts';
import { fillByScore } from '../policies.ts';
import { cutTurns, type RetainedTurn } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { createRankings } from './rankings.ts';
import { type Line, turnsOfLines } from './talk.ts';
import { type RetentionTask, type TaskInput, unmeasured } from './task.ts';

const TASK = 'dailydialog';
/** Shares of the tokens before the last line that are held. */
const CAPACITY = [0.2, 0.5];

const itemSchema = z.object({
  dialogue: z.number(),
  turn: z.number(),
  stem: z.string(),
  choices: z.array(z.string()),
  answer: z.number(),
});
type Item = z.output<typeof itemSchema>;

/** A choice that has to be made: what was said before its line, and the words that would tell. */
interface Choice {
  readonly turns: readonly RetainedTurn[];
  readonly telling: ReadonlySet<string>;
}

/**
 * Words of the right reply, as stems without stop words, that were said earlier, and stand neither in the line that is
 * answered (the model sees it anyway) nor in a wrong reply.
 */
const tellingWords = (
  { stem, choices, answer }: Item,
  turns: readonly RetainedTurn[],
): ReadonlySet<string> => {
  const said = new Set(turns.flatMap(({ words }) => analyze(words)));
  const seen = new Set(
    [stem, ...choices.filter((_, choice) => choice !== answer)].flatMap((text) => [...analyze(text)]),
  );
  return new Set(analyze(choices[answer] ?? '').filter((term) => said.has(term) && !seen.has(term)));
};

const choicesOf = (items: readonly Item[], { tokenizer }: TaskInput): readonly Choice[] => {
  const lines = items.flatMap(({ stem, choices, answer }): readonly Line[] => [
    { text: stem, speaker: 'one' },
    { text: choices[answer] ?? '', speaker: 'other' },
  ]);
  const all = cutTurns({ id: TASK, turns: turnsOfLines(`${TASK}-${items[0]?.dialogue}`, lines) }, tokenizer);
  return items.flatMap((item, index) => {
    const turns = all.slice(0, 2 * index);
    const telling = tellingWords(item, turns);
    return telling.size === 0 ? [] : [{ turns, telling }];
  });
};

const heldBy = (
  turns: readonly RetainedTurn[],
  capacity: number,
  decay: Decay,
  { surprisal }: TaskInput,
): ReadonlySet<number> => {
  const projection = createRetentionProjection({ surprisal, decay, capacity });
  for (const { chunks } of turns) projection.onChunks(chunks, []);
  const isHeld = ({ chunks }: RetainedTurn): boolean =>
    chunks.every(({ position }) => !projection.isArchived(position));
  return new Set([...turns.keys()].filter((place) => isHeld(turns[place] as RetainedTurn)));
};

/**
 * A proxy of SirLLM's DailyDialog, which needs a model: of the words by which the right reply could be told from earlier
 * lines alone (said before, in neither the line that is answered nor a wrong reply), the share that stands in what is
 * held of the dialogue so far. Choices without such words, most of them, are left out: memory does not decide them.
 */
export const DAILYDIALOG_TASK: RetentionTask = {
  name: TASK,
  about: 'share of the words that tell the right reply still held, at 20 and 50 % of the dialogue',
  async measure(input) {
    const { data, seed, surprisal } = input;
    const file = data === undefined ? undefined : join(data, 'sirllm-dailydialog', 'items.jsonl');
    if (file === undefined || !existsSync(file)) {
      return unmeasured(TASK, 'telling20', 'needs --data with sirllm-dailydialog');
    }
    const dialogues = new Map<number, Item[]>();
    for await (const item of readJsonl(file, itemSchema)) {
      const own = dialogues.get(item.dialogue);
      if (own === undefined) dialogues.set(item.dialogue, [item]);
      else own.push(item);
    }
    const choices = [...dialogues.values()].flatMap((items) => choicesOf(items, input));
    const rankings = createRankings(surprisal, seed).filter(({ policy }) => !policy.startsWith('retentive'));
    const wanted = choices.reduce((sum, { telling }) => sum + telling.size, 0);
    const found = new Map<string, number>();
    for (const { turns, telling } of choices) {
      const all = turns.reduce((sum, { tokens }) => sum + tokens, 0);
      const values = rankings.map(({ policy, valuesOf }) => ({ policy, scores: valuesOf(turns) }));
      for (const share of CAPACITY) {
        const capacity = Math.max(1, Math.floor(share * all));
        const held = [
          { policy: 'retentive', places: heldBy(turns, capacity, DECAYS.slow, input) },
          {
            policy: 'retentive:sirllm-dialogue',
            places: heldBy(turns, capacity, DECAYS['sirllm-dialogue'], input),
          },
          ...values.map(({ policy, scores }) => ({
            policy,
            places: fillByScore(turns, scores, capacity).turns,
          })),
        ];
        for (const { policy, places } of held) {
          const kept = new Set([...places].flatMap((place) => analyze(turns[place]?.words ?? '')));
          const key = `${policy} ${share}`;
          found.set(key, (found.get(key) ?? 0) + [...telling].filter((term) => kept.has(term)).length);
        }
      }
    }
    return [...found].map(([key, count]): TaskRow => {
      const [policy, share] = key.split(' ') as [string, string];
      return {
        task: TASK,
        policy,
        metric: `telling${100 * Number(share)}`,
        value: count / Math.max(1, wanted),
      };
    });
  },
};
