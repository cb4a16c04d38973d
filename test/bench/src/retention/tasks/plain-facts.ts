import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from '@retentive/core';
import { readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { cutTurns } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { areaUnderCurve } from './auc.ts';
import { createChance, fillTemplate } from './chance.ts';
import { PLAIN_FACTS, PLAIN_WORDS, SMALL_TALK } from './plain-words.ts';
import { createRankings } from './rankings.ts';
import { type Line, turnsOfLines } from './talk.ts';
import type { RetentionTask, TaskInput } from './task.ts';

const TASK = 'plain-facts';
/** Dialogues of small talk, each with one fact in it. */
const DIALOGUES = 300;
const LINES = 8;
const SPEAKERS = ['ana', 'ben'] as const;

const dialogueSchema = z.object({ turns: z.array(z.string()) });

/** DailyDialog writes `I ' m fine , thanks .`; people do not. */
const joinMarks = (text: string): string =>
  text
    .replace(/\s+([.,!?;:])/gu, '$1')
    .replace(/\s*([’'])\s*(?=\p{L})/gu, '$1')
    .trim();

const generatedDialogues = (seed: number): readonly (readonly string[])[] => {
  const chance = createChance(seed);
  return Array.from({ length: DIALOGUES }, () =>
    Array.from({ length: LINES }, () => fillTemplate(chance.pick(SMALL_TALK), PLAIN_WORDS, chance)),
  );
};

/** A line and whether it is a fact. */
interface Marked extends Line {
  readonly isFact: boolean;
}

const withFacts = (dialogues: readonly (readonly string[])[], seed: number): readonly Marked[] => {
  const chance = createChance(seed);
  return dialogues.flatMap((texts, dialogue) => {
    const place = chance.below(texts.length);
    const fact = fillTemplate(chance.pick(PLAIN_FACTS), PLAIN_WORDS, chance);
    return texts.toSpliced(place, 0, fact).map(
      (text, index): Marked => ({
        text,
        speaker: SPEAKERS[index % 2] as string,
        session: String(dialogue),
        isFact: index === place,
      }),
    );
  });
};

const measure = (
  marked: readonly Marked[],
  metric: string,
  { surprisal, seed, tokenizer }: TaskInput,
): readonly TaskRow[] => {
  const turns = cutTurns({ id: TASK, turns: turnsOfLines(TASK, marked) }, tokenizer);
  const facts = new Set(marked.flatMap(({ isFact }, index) => (isFact ? [`${TASK}-${index}`] : [])));
  return createRankings(surprisal, seed).map(({ policy, valuesOf }) => {
    const values = valuesOf(turns);
    const where = (isFact: boolean): readonly number[] =>
      values.filter((_, place) => facts.has(turns[place]?.turn.id ?? '') === isFact);
    return { task: TASK, policy, metric, value: areaUnderCurve(where(true), where(false)) ?? null };
  });
};

/**
 * Facts in plain words ("I prefer tea to coffee"): no name, no number, no rare word. AUC that one of them, at a random
 * place of a dialogue, outranks the rest of what is said: small talk written for this bench, and with --data the
 * dialogues of DailyDialog, which have facts of their own and so set a limit below 1.
 */
export const PLAIN_FACTS_TASK: RetentionTask = {
  name: TASK,
  about: 'AUC of facts in plain words against small talk',
  async measure(input) {
    const { data, seed } = input;
    const rows = [...measure(withFacts(generatedDialogues(seed), seed + 1), 'aucSmallTalk', input)];
    const file = data === undefined ? undefined : join(data, 'sirllm-dailydialog', 'dialogues.jsonl');
    if (file !== undefined && existsSync(file)) {
      const dialogues = (await collect(readJsonl(file, dialogueSchema))).map(({ turns }) =>
        turns.map(joinMarks),
      );
      rows.push(...measure(withFacts(dialogues, seed + 1), 'aucDailyDialog', input));
    }
    return rows;
  },
};
