import { createSeededRandom } from '@retentive/core';
import { openO200kEncoder, openO200kTokenizer } from '@retentive/core/tokenizer';
import {
  createCharacterSurprisal,
  createNGramSurprisal,
  openSurprisal,
  type SurprisalSource,
  trainNGramModel,
} from '@retentive/memory';
import { readDemoSet } from '../demo-data.ts';
import type { Progress } from '../progress.ts';
import { createPolicies, type Held } from '../retention/policies.ts';
import { cutTurns, type RetainedTurn } from '../retention/retained-turns.ts';
import { createGeneratedTalk } from '../store/generated-talk.ts';
import type { OverlapRow, SpeedRow, SurprisalReport, TrainingRow } from './schemas.ts';

/** What is measured, and how much of it. */
export interface SurprisalBenchOptions {
  /** Megabytes of text that a model is trained on. */
  readonly mb: number;
  /** Megabytes of text that each source scores. */
  readonly scoredMb: number;
  /** Share of the tokens that is kept where sources are compared. */
  readonly capacity: number;
  readonly seed: number;
  readonly progress: Progress;
}

const MEGABYTE = 1e6;
const MAX_BYTES = 32 * 2 ** 20;

/** Generated talk with a word in each message that never comes again, so that tables fill up: ASCII, a byte a character. */
function* talk(bytes: number, seed: number): Generator<string> {
  const messages = createGeneratedTalk(seed);
  const random = createSeededRandom(seed);
  for (let index = 0, told = 0; told < bytes; index += 1) {
    const text = `${messages.message(index)} ${random.next().toString(36).slice(2)}`;
    told += text.length;
    yield text;
  }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const measureSpeed = (name: string, source: SurprisalSource, texts: readonly string[]): SpeedRow => {
  // Tables are loaded at the first use.
  source.openSession().score(texts[0] ?? '');
  const session = source.openSession();
  const start = cpuSeconds();
  let [pieces, bytes] = [0, 0];
  for (const text of texts) {
    pieces += session.score(text).length;
    bytes += text.length;
  }
  const seconds = cpuSeconds() - start;
  return { source: name, mbPerSecond: bytes / MEGABYTE / seconds, piecesPerSecond: pieces / seconds };
};

const measureTraining = async ({ mb, seed, progress }: SurprisalBenchOptions): Promise<TrainingRow> => {
  const bytes = mb * MEGABYTE;
  let told = 0;
  const stream = function* (): Generator<string> {
    for (const text of talk(bytes, seed)) {
      told += text.length;
      yield text;
    }
  };
  /** The least that was in use in each half: what is above it is waiting to be collected. */
  const least: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const start = cpuSeconds();
  const model = await trainNGramModel(stream(), {
    maxBytes: MAX_BYTES,
    onProgress() {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      const half = told < bytes / 2 ? 0 : 1;
      least[half] = Math.min(least[half], heapUsed + arrayBuffers);
      progress.update(Math.round(told / MEGABYTE), mb, 'MB trained');
    },
  });
  const seconds = cpuSeconds() - start;
  return {
    mb,
    tokens: model.tables.tokens,
    tokensPerSecond: model.tables.tokens / seconds,
    maxBytes: MAX_BYTES,
    modelBytes: model.bytes,
    growthMb: Number.isFinite(least[0] + least[1]) ? (least[1] - least[0]) / MEGABYTE : null,
  };
};

/** Share of the turns that both hold, of the mean of what each holds. */
const overlapOf = (a: Held, b: Held): number => {
  const shared = [...a.turns].filter((place) => b.turns.has(place)).length;
  return (2 * shared) / Math.max(1, a.turns.size + b.turns.size);
};

/** What each source keeps of the newer half of the demo conversation; a model learns the older half. */
const measureOverlap = async ({
  capacity,
  seed,
}: SurprisalBenchOptions): Promise<SurprisalReport['overlap']> => {
  const [tokenizer, encoder, { conversations }] = await Promise.all([
    openO200kTokenizer(),
    openO200kEncoder(),
    readDemoSet(),
  ]);
  const all = conversations.flatMap((conversation) => cutTurns(conversation, tokenizer));
  const older = all.slice(0, all.length >> 1);
  const turns: readonly RetainedTurn[] = all.slice(all.length >> 1);
  const model = await trainNGramModel(
    older.map(({ words }) => words),
    { encoder },
  );
  const sources: readonly (readonly [string, SurprisalSource])[] = [
    ['words', await openSurprisal()],
    ['n-gram', createNGramSurprisal(model, encoder)],
    ['characters', createCharacterSurprisal()],
  ];
  const tokens = turns.reduce((sum, turn) => sum + turn.tokens, 0);
  const input = { turns, needed: [], capacity: Math.floor(tokens * capacity) };
  const held = sources.map(([name, source]) => {
    const policies = createPolicies(source, tokenizer, seed);
    const hold = (policy: string): Held =>
      policies.find((one) => one.name === policy)?.hold(input) ?? { turns: new Set() };
    return {
      name,
      surprisal: hold('surprisal-mean'),
      score: hold('retentive'),
      without: hold('retentive:no-surprisal'),
      random: hold('random'),
    };
  });
  const rows: OverlapRow[] = held.flatMap((a, index) => [
    ...held.slice(index + 1).map((b) => ({
      a: a.name,
      b: b.name,
      surprisal: overlapOf(a.surprisal, b.surprisal),
      score: overlapOf(a.score, b.score),
    })),
  ]);
  const [first] = held;
  if (first !== undefined) {
    const besides = { random: first.random, 'no surprisal': first.without };
    for (const [b, other] of Object.entries(besides)) {
      rows.push({
        a: first.name,
        b,
        surprisal: overlapOf(first.surprisal, other),
        score: overlapOf(first.score, other),
      });
    }
  }
  return { capacity, turns: turns.length, rows };
};

/** Measures the sources of surprisal: how fast they score, what training takes, and how far they keep the same. */
export const measureSurprisal = async (options: SurprisalBenchOptions): Promise<SurprisalReport> => {
  try {
    const bytes = options.scoredMb * MEGABYTE;
    const texts = [...talk(bytes, options.seed + 1)];
    const encoder = await openO200kEncoder();
    const model = await trainNGramModel(talk(bytes, options.seed), { encoder });
    const speed = [
      measureSpeed('words, the default', await openSurprisal(), texts),
      measureSpeed('n-gram', createNGramSurprisal(model, encoder), texts),
      measureSpeed('characters', createCharacterSurprisal(), texts),
    ];
    return { speed, training: await measureTraining(options), overlap: await measureOverlap(options) };
  } finally {
    options.progress.end();
  }
};
