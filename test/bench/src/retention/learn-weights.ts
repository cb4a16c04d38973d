import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createSeededRandom } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { createRetentionProjection, DEFAULT_RETENTION_WEIGHTS, openSurprisal } from '@retentive/memory';
import { measuredQuestions } from '@retentive/memory/evaluation';
import type { BenchTurn } from '../bench-data.ts';
import { readDemoSet } from '../demo-data.ts';
import { fitLogistic, type LogisticExample } from '../internals.ts';
import { createTalk } from '../needle/talk.ts';
import { prepareCase } from './cases.ts';
import { LEARNED_FILE, LEARNED_TERMS, type LearnedWeights } from './learned-weights.ts';
import { cutTurns, type RetainedTurn } from './retained-turns.ts';

// Learns weights for the terms of retention from what this project wrote itself: the turns that the questions of the demo
// conversation need, and generated talk in which some things are asked for. No evaluation set is read. Writes the weights
// beside this file. `node --conditions=@retentive/source --import tsx test/bench/src/retention/learn-weights.ts`

const SEED = 7;
const TALKS = 12;
const TURNS = 120;
/** Every so many turns something is said that is asked for later. */
const NEEDLE_EVERY = 15;
/** Terms that the examples hardly have stay near nothing. */
const RIDGE = 2;

const tokenizer = await openO200kTokenizer();
const surprisal = await openSurprisal();

/** Terms without weights. */
const UNWEIGHTED = {
  ...DEFAULT_RETENTION_WEIGHTS,
  ...Object.fromEntries(LEARNED_TERMS.map((term) => [term, 1])),
  machineWording: DEFAULT_RETENTION_WEIGHTS.machineWording,
};

const examplesOf = (
  turns: readonly RetainedTurn[],
  isNeeded: (place: number) => boolean,
): readonly LogisticExample[] => {
  const capacity = 1 + turns.reduce((sum, { tokens }) => sum + tokens, 0);
  const projection = createRetentionProjection({ surprisal, weights: UNWEIGHTED, capacity, sinks: 0 });
  for (const { chunks } of turns) projection.onChunks(chunks, []);
  // At a capacity of one token all of them would go, so all are listed.
  const parts = new Map(projection.report({ capacity: 1 }).next.map(({ chunk, parts: own }) => [chunk, own]));
  return turns.flatMap(({ chunks }, place) => {
    const own = chunks[0] === undefined ? undefined : parts.get(chunks[0].id);
    if (own === undefined) return [];
    return [{ features: [1, ...LEARNED_TERMS.map((term) => own[term] ?? 0)], isPositive: isNeeded(place) }];
  });
};

const generated = (
  seed: number,
): { readonly turns: readonly BenchTurn[]; readonly needed: ReadonlySet<number> } => {
  const talk = createTalk(createSeededRandom(seed));
  const needed = new Set<number>();
  const turns = Array.from({ length: TURNS }, (_, turn): BenchTurn => {
    const isNeedle = turn % NEEDLE_EVERY === NEEDLE_EVERY - 1 && turn % 2 === 0;
    if (isNeedle) needed.add(turn);
    return {
      id: `talk-${seed}-${turn}`,
      text: isNeedle ? talk.needle(turn).statement : talk.filler(turn),
      session: `talk-${seed}`,
      thread: 'default',
      role: 'user',
      speaker: turn % 2 === 0 ? 'Anna' : 'Ben',
      time: turn * 60_000,
    };
  });
  return { turns, needed };
};

const examples: LogisticExample[] = [];
const read: string[] = [];
const demo = await readDemoSet();
for (const conversation of demo.conversations) {
  const { turns, needed } = prepareCase(
    conversation,
    measuredQuestions(conversation, demo.questions),
    tokenizer,
  );
  examples.push(...examplesOf(turns, (place) => (needed[place] ?? 0) > 0));
  read.push(...turns.map(({ words }) => words));
}
for (let talk = 0; talk < TALKS; talk += 1) {
  const { turns: said, needed } = generated(SEED + talk);
  const turns = cutTurns({ id: `talk-${talk}`, turns: said }, tokenizer);
  examples.push(...examplesOf(turns, (place) => needed.has(place)));
  read.push(...turns.map(({ words }) => words));
}

const [, ...fitted] = fitLogistic(examples, {
  start: new Array<number>(LEARNED_TERMS.length + 1).fill(0),
  ridge: RIDGE,
});
const learned: LearnedWeights = {
  weights: Object.fromEntries(
    LEARNED_TERMS.map((term, index) => [term, Number((fitted[index] as number).toFixed(3))]),
  ),
  seed: SEED,
  examples: examples.length,
  needed: examples.filter(({ isPositive }) => isPositive).length,
  sha256: createHash('sha256').update(read.join('\n')).digest('hex'),
};
const text = `${JSON.stringify(learned, null, 2)}\n`;
await writeFile(LEARNED_FILE, text);
process.stdout.write(text);
