import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collect, type Tokenizer } from '@retentive/core';
import { createRetentionProjection } from '@retentive/memory';
import { readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { cutTurns, type RetainedTurn } from '../retained-turns.ts';
import type { TaskRow } from '../schemas.ts';
import { createChance } from './chance.ts';
import { createRankings, WITHOUT_STANCE } from './rankings.ts';
import { turnsOfLines } from './talk.ts';
import { type RetentionTask, unmeasured } from './task.ts';

const TASK = 'grocery';
/** How many of the 21 messages are kept. */
const KEPT = [3, 5];
/** The fact stands among the first so many. */
const FIRST_HALF = 11;

const itemSchema = z.object({
  id: z.string(),
  keyMessage: z.string(),
  fillers: z.array(z.object({ stem: z.string() })),
});

/** The longest beginning of whole words that has at most so many tokens. */
const cutTo = (text: string, tokens: number, tokenizer: Tokenizer): string => {
  let cut = text;
  while (tokenizer.count(cut) > tokens) {
    const space = cut.lastIndexOf(' ');
    if (space === -1) break;
    cut = cut.slice(0, space);
  }
  return cut;
};

/** What the memory holds of messages that all cost the same, so that the capacity is a number of messages. */
const isHeld = (
  turns: readonly RetainedTurn[],
  wanted: number,
  kept: number,
  options: Omit<Parameters<typeof createRetentionProjection>[0], 'capacity'>,
): boolean => {
  const price = Math.max(...turns.map(({ tokens }) => tokens));
  const projection = createRetentionProjection({ ...options, capacity: kept * price });
  for (const { chunks } of turns) {
    projection.onChunks(
      chunks.map((chunk) => ({ ...chunk, tokens: price })),
      [],
    );
  }
  return !projection.isArchived(turns[wanted]?.chunks[0]?.position ?? -1);
};

/**
 * SirLLM's shopping list, made harder: the one thing to buy stands at a random place in the first half instead of first,
 * and the twenty questions around it are cut to its length, so that neither the opening nor size gives it away. The
 * share of lists that are still known when 3 or 5 of 21 messages are kept.
 */
export const GROCERY_TASK: RetentionTask = {
  name: TASK,
  about: 'share of shopping lists still held when so many of 21 messages are, length-matched',
  async measure({ data, seed, surprisal, tokenizer }) {
    const file = data === undefined ? undefined : join(data, 'sirllm-grocery', 'items.jsonl');
    if (file === undefined || !existsSync(file)) {
      return unmeasured(TASK, 'kept3of21', 'needs --data with sirllm-grocery');
    }
    const chance = createChance(seed);
    // A fresh lot for each list: the ranking `random` draws the same one for all lists of a length.
    const lot = createChance(seed + 1);
    const controls = createRankings(surprisal, seed).filter(({ policy }) => !policy.startsWith('retentive'));
    const held = new Map<string, number>();
    const note = (policy: string, kept: number, isKept: boolean): void => {
      const key = `${policy} ${kept}`;
      held.set(key, (held.get(key) ?? 0) + (isKept ? 1 : 0));
    };
    const items = await collect(readJsonl(file, itemSchema));
    for (const { id, keyMessage, fillers } of items) {
      const length = tokenizer.count(keyMessage);
      const texts = fillers.map(({ stem }) => cutTo(stem, length, tokenizer));
      const place = chance.below(FIRST_HALF);
      texts.splice(place, 0, keyMessage);
      const lines = texts.map((text) => ({ text, speaker: 'user' }));
      const turns = cutTurns({ id, turns: turnsOfLines(id, lines) }, tokenizer);
      const values = controls.map(({ policy, valuesOf }) => ({ policy, values: valuesOf(turns) }));
      const order = [...turns.keys()];
      for (const kept of KEPT) {
        note('retentive', kept, isHeld(turns, place, kept, { surprisal }));
        note('retentive:no-stance', kept, isHeld(turns, place, kept, { surprisal, weights: WITHOUT_STANCE }));
        for (const { policy, values: own } of values) {
          const scores = policy === 'random' ? order.map(() => lot.below(1 << 30)) : own;
          const ranked = order.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a);
          note(policy, kept, ranked.slice(0, kept).includes(place));
        }
      }
    }
    return ['retentive', 'retentive:no-stance', ...controls.map(({ policy }) => policy)].flatMap((policy) =>
      KEPT.map(
        (kept): TaskRow => ({
          task: TASK,
          policy,
          metric: `kept${kept}of21`,
          value: (held.get(`${policy} ${kept}`) ?? 0) / Math.max(1, items.length),
        }),
      ),
    );
  },
};
