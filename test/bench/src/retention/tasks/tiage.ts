import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collect, createSeededRandom, type Random } from '@retentive/core';
import {
  type BoundaryScorer,
  type BoundaryUnit,
  combineScorers,
  createDefaultBoundaries,
  createLearnedBoundaries,
  createLexicalDepth,
  createPerplexityMinima,
  DEFAULT_BOUNDARY_WEIGHTS,
  segmentTopics,
  segmentUnits,
} from '@retentive/memory';
import { readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import type { TaskRow } from '../schemas.ts';
import { type RetentionTask, type TaskInput, unmeasured } from './task.ts';

const TASK = 'tiage';
const METRIC = 'F1 of topic boundaries';

/** Random boundaries are averaged over so many drawings. */
const DRAWINGS = 20;

const dialogueSchema = z.object({
  turns: z.array(z.object({ speaker: z.string(), text: z.string(), shift: z.int() })),
});

/** A dialogue, and after which turns a new topic begins. */
interface Dialogue {
  readonly units: readonly BoundaryUnit[];
  readonly boundaries: ReadonlySet<number>;
}

/** Proposes boundaries: after so many turns a topic ends. */
type Proposal = (dialogue: Dialogue) => Iterable<number>;

const toDialogue = ({ turns }: z.output<typeof dialogueSchema>): Dialogue => ({
  units: turns.map(({ speaker, text }) => ({ speaker, text })),
  boundaries: new Set(turns.flatMap(({ shift }, place) => (shift === 1 && place > 0 ? [place] : []))),
});

/** Pooled over all dialogues, as the authors of the set count. */
const boundaryF1 = (dialogues: readonly Dialogue[], propose: Proposal): number => {
  let [hits, proposed, real] = [0, 0, 0];
  for (const dialogue of dialogues) {
    const places = new Set(propose(dialogue));
    places.delete(dialogue.units.length);
    for (const place of places) if (dialogue.boundaries.has(place)) hits += 1;
    proposed += places.size;
    real += dialogue.boundaries.size;
  }
  return (2 * hits) / Math.max(1, proposed + real);
};

const draw = (count: number, among: number, random: Random): readonly number[] => {
  const places = Array.from({ length: among }, (_, index) => index + 1);
  return places
    .map((place) => [random.next(), place] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, place]) => place);
};

const measure = async ({ data, seed, tokenizer, surprisal }: TaskInput): Promise<readonly TaskRow[]> => {
  const path = data === undefined ? undefined : join(data, 'tiage', 'dialogues.jsonl');
  if (path === undefined || !existsSync(path)) return unmeasured(TASK, METRIC, 'no tiage/dialogues.jsonl');
  const dialogues = (await collect(readJsonl(path, dialogueSchema))).map(toDialogue);
  const row = (policy: string, propose: Proposal): TaskRow => ({
    task: TASK,
    policy,
    metric: METRIC,
    value: boundaryF1(dialogues, propose),
  });
  const random = createSeededRandom(seed);
  const drawings = Array.from({ length: DRAWINGS }, () =>
    boundaryF1(dialogues, ({ units, boundaries }) => draw(boundaries.size, units.length - 1, random)),
  );
  const depth = createLexicalDepth();
  const learned = createLearnedBoundaries({ weights: DEFAULT_BOUNDARY_WEIGHTS });
  const minima = createPerplexityMinima({ surprisal });
  const withScorer = (policy: string, scorer: BoundaryScorer): TaskRow =>
    row(policy, ({ units }) => segmentTopics(units, { tokenizer, scorer }));
  return [
    row('retentive', ({ units }) => segmentTopics(units, { tokenizer })),
    withScorer(
      'retentive, with learned',
      combineScorers('with-learned', [
        [createDefaultBoundaries(), 1],
        [learned, 1],
      ]),
    ),
    withScorer('learned alone', learned),
    row('perplexity minima', ({ units }) =>
      segmentUnits(
        units.map(() => 1),
        minima.score(units),
        { maxTokens: units.length },
      ),
    ),
    row('text-tiling', ({ units }) =>
      segmentUnits(
        units.map(() => 1),
        depth.score(units),
        { maxTokens: units.length },
      ),
    ),
    {
      task: TASK,
      policy: 'random, true count',
      metric: METRIC,
      value: drawings.reduce((sum, value) => sum + value, 0) / DRAWINGS,
    },
    row('every turn', ({ units }) => units.map((_, index) => index + 1)),
    row('questions', ({ units }) => units.flatMap(({ text }, place) => (/[?？]/u.test(text) ? [place] : []))),
  ];
};

/** Do topic boundaries fall where people see them? TIAGE: chit-chat with shifts marked by hand. */
export const TIAGE_TASK: RetentionTask = {
  name: TASK,
  about: 'F1 of topic boundaries against human marks; random ones have the true count',
  measure,
};
