import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clock,
  createManualClock,
  createSeededRandom,
  type Episode,
  type Fact,
  RetentiveError,
  systemClock,
  type Tokenizer,
} from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { checkClaim, createAnalyzer, openMemory, type ScopedMemory, splitSentences } from '@retentive/memory';
import {
  listEvaluationSets,
  mean,
  observeTurns,
  percentile,
  readEvaluationSet,
  readJsonl,
} from '@retentive/memory/evaluation';
import * as z from 'zod';
import { type BenchConversation, type BenchSet, turnWords } from '../bench-data.ts';
import { readDemoSet } from '../demo-data.ts';
import { createDeferredSurprisal, extractSummary, readUnits } from '../internals.ts';
import type { Progress } from '../progress.ts';
import { coverageOf, type Observation, type StoredItem } from './coverage.ts';
import type { CoverageRow, EpisodesReport, EpisodesRow } from './schemas.ts';
import { corrupt, countUnsupported, type Unsupported } from './unsupported.ts';

/** Options of `bench episodes`. */
export interface EpisodesOptions {
  readonly data?: string | undefined;
  readonly sets?: readonly string[] | undefined;
  /** Most conversations of a set. */
  readonly limit?: number | undefined;
  readonly seed: number;
  readonly progress: Progress;
  readonly clock?: Clock | undefined;
}

/** Shares of the tokens at which coverage is drawn. */
const SHARES = [0.1, 0.2, 0.3] as const;
const EVERYTHING = 1_000_000;
const KINDS = ['numbers', 'names', 'negations'] as const;
/** Contexts that are timed. */
const CONTEXTS = 40;
const NONE: Unsupported = { numbers: 0, names: 0, negations: 0 };

const observationSchema = z.object({
  conversationId: z.string(),
  text: z.string(),
  evidenceTurnIds: z.array(z.string()),
});

const readObservations = async (
  data: string | undefined,
  set: string,
): Promise<ReadonlyMap<string, Observation[]>> => {
  const found = new Map<string, Observation[]>();
  const path = join(data ?? '', set, 'observations.jsonl');
  if (data === undefined || !existsSync(path)) return found;
  for await (const { conversationId, text, evidenceTurnIds } of readJsonl(path, observationSchema)) {
    found.set(conversationId, [...(found.get(conversationId) ?? []), { text, evidence: evidenceTurnIds }]);
  }
  return found;
};

const add = (a: Unsupported, b: Unsupported): Unsupported => ({
  numbers: a.numbers + b.numbers,
  names: a.names + b.names,
  negations: a.negations + b.negations,
});

/** What one conversation comes to. */
interface Measured {
  readonly messages: ReadonlyMap<string, string>;
  readonly episodes: readonly Episode[];
  readonly facts: readonly Fact[];
  readonly misplaced: number;
  readonly ms: { readonly with: number; readonly without: number };
  readonly quiet: readonly number[];
  readonly consolidating: readonly number[];
}

const withScope = async <Result>(
  conversation: BenchConversation,
  { seed, episodes }: { readonly seed: number; readonly episodes: boolean },
  run: (scope: ScopedMemory) => Promise<Result>,
): Promise<Result> => {
  const now = Math.max(0, ...conversation.turns.map(({ time }) => time)) + 60_000;
  const clock = createManualClock(now);
  const memory = await openMemory({ clock, random: createSeededRandom(seed), episodes });
  try {
    return await run(memory.scope({ tenant: 'bench', user: conversation.id }));
  } finally {
    await memory.close();
  }
};

const timeContexts = async (
  scope: ScopedMemory,
  conversation: BenchConversation,
  clock: Clock,
  isOver: () => boolean,
) => {
  const times: number[] = [];
  const step = Math.max(1, Math.floor(conversation.turns.length / CONTEXTS));
  for (let at = 0; at < conversation.turns.length && !isOver(); at += step) {
    const since = clock.elapsed();
    await scope.context(
      turnWords(conversation.turns[at] as BenchConversation['turns'][number]).slice(0, 200) || 'what',
      { access: false },
    );
    times.push(clock.elapsed() - since);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return times;
};

const measureConversation = async (
  conversation: BenchConversation,
  { seed, clock = systemClock }: EpisodesOptions,
): Promise<Measured> => {
  const count = Math.max(1, conversation.turns.length);
  const without = await withScope(conversation, { seed, episodes: false }, async (scope) => {
    const since = clock.elapsed();
    await observeTurns(scope, conversation.turns);
    return (clock.elapsed() - since) / count;
  });
  return withScope(conversation, { seed, episodes: true }, async (scope) => {
    const since = clock.elapsed();
    await observeTurns(scope, conversation.turns);
    const ms = (clock.elapsed() - since) / count;
    const quiet = await timeContexts(scope, conversation, clock, () => false);
    // The same again into an empty scope of the same process: everything is closed while contexts are asked for.
    const consolidating = await withScope(conversation, { seed, episodes: true }, async (other) => {
      let isOver = false;
      const work = observeTurns(other, conversation.turns)
        .then(() => other.consolidate({ limit: EVERYTHING }))
        .finally(() => {
          isOver = true;
        });
      const times = await timeContexts(scope, conversation, clock, () => isOver);
      await work;
      return times;
    });
    await scope.consolidate({ limit: EVERYTHING });
    const episodes = await scope.episodes({ limit: EVERYTHING });
    const messages = new Map((await scope.messages()).map(({ id, text }) => [id as string, text]));
    const placed = episodes.flatMap((episode) => episode.messages);
    const misplaced = messages.size - new Set(placed).size + (placed.length - new Set(placed).size);
    return {
      messages,
      episodes,
      facts: await scope.facts(),
      misplaced,
      ms: { with: ms, without },
      quiet,
      consolidating,
    };
  });
};

const linesOf = ({ summary }: Episode): readonly StoredItem[] =>
  summary.map(({ text, speaker, sources }) => ({ words: `${speaker}: ${text}`, sources }));

const factLines = (facts: readonly Fact[]): readonly StoredItem[] =>
  facts.map(({ text, sources }) => ({ words: text, sources: sources.map(({ source }) => source) }));

/** Summaries of the same episodes at other lengths, and sentences that are chosen otherwise at the same length. */
const createAlternatives = (tokenizer: Tokenizer, conversation: BenchConversation, seed: number) => {
  const tools = { analyze: createAnalyzer(), tokenizer };
  const surprisal = createDeferredSurprisal();
  const random = createSeededRandom(seed);
  const turns = new Map(conversation.turns.map((turn) => [turn.id, turn]));
  return (episode: Episode, share: number) => {
    const messages = episode.messages.flatMap((id) => {
      const turn = turns.get(id);
      if (turn === undefined) return [];
      const text = turn.caption === undefined ? turn.text : `${turn.text}\n[image: ${turn.caption}]`;
      return [
        { id, role: turn.role, speaker: turn.speaker, time: turn.time, text, tokens: tokenizer.count(text) },
      ];
    });
    const units = readUnits(messages, { ...tools, surprisal: surprisal.openSession() });
    const lineOf = (index: number): StoredItem => {
      const unit = units[index] as (typeof units)[number];
      return { words: `${messages[unit.message]?.speaker}: ${unit.text}`, sources: [unit.span[0]] };
    };
    const chosen = extractSummary(units, { share, maxTokens: EVERYTHING });
    const room = chosen.reduce((sum, index) => sum + (units[index]?.tokens ?? 0), 0);
    const fill = (order: readonly number[]): readonly number[] => {
      let left = room;
      return order.filter((index) => {
        const tokens = units[index]?.tokens ?? 0;
        if (tokens > left) return false;
        left -= tokens;
        return true;
      });
    };
    const all = units.map((_, index) => index);
    const shuffled = all
      .map((index) => [random.next(), index] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, index]) => index);
    const tokens = messages.reduce(
      (sum, { text }) =>
        sum + splitSentences(text).reduce((own, sentence) => own + tokenizer.count(sentence.trim()), 0),
      0,
    );
    return {
      tokens,
      room,
      summary: chosen.map(lineOf),
      random: fill(shuffled).map(lineOf),
      first: fill(all).map(lineOf),
    };
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const rowOf = (set: string, measured: readonly Measured[]): EpisodesRow => {
  const analyze = createAnalyzer();
  const episodes = measured.flatMap((each) => each.episodes);
  let [unsupported, changed, refused] = [NONE, NONE, NONE];
  for (const { episodes: own, messages } of measured) {
    for (const { text, sources } of own.flatMap(({ summary }) => summary)) {
      const said = sources.map((id) => messages.get(id) ?? '');
      unsupported = add(unsupported, countUnsupported(text, said));
      for (const kind of KINDS) {
        const other = corrupt(kind, text);
        if (other === undefined) continue;
        changed = add(changed, { ...NONE, [kind]: 1 });
        const check = checkClaim(
          other,
          said.map((words) => ({ text: words })),
          analyze,
        );
        if (!check.supported) refused = add(refused, { ...NONE, [kind]: 1 });
      }
    }
  }
  const told = (third: keyof Episode['coverage']): number =>
    mean(episodes.map(({ coverage }) => coverage[third])) ?? 0;
  const p95 = (times: readonly number[]): number => percentile(times, 0.95) ?? 0;
  return {
    set,
    conversations: measured.length,
    messages: sum(measured.map(({ messages }) => messages.size)),
    episodes: episodes.length,
    misplaced: sum(measured.map(({ misplaced }) => misplaced)),
    tokenShare:
      sum(episodes.map(({ tokens }) => tokens.summary)) /
      Math.max(1, sum(episodes.map(({ tokens }) => tokens.messages))),
    sentences: sum(episodes.map(({ summary }) => summary.length)),
    told: { beginning: told('beginning'), middle: told('middle'), end: told('end') },
    unsupported,
    changed,
    refused,
    msPerMessage: {
      with:
        percentile(
          measured.map(({ ms }) => ms.with),
          0.5,
        ) ?? 0,
      without:
        percentile(
          measured.map(({ ms }) => ms.without),
          0.5,
        ) ?? 0,
    },
    contextP95: {
      quiet: p95(measured.flatMap(({ quiet }) => quiet)),
      consolidating: p95(measured.flatMap(({ consolidating }) => consolidating)),
    },
  };
};

interface Tally {
  tokens: number;
  of: number;
  single: number;
  joint: number;
  count: number;
}

/** Rows of coverage of one set: what is stored, by kind, and the curve with its controls. */
const createCoverage = (set: string, tokenizer: Tokenizer, seed: number) => {
  const rows = new Map<string, Tally>();
  const note = (
    kind: string,
    tokens: number,
    of: number,
    observations: readonly Observation[],
    items: readonly StoredItem[],
  ): void => {
    const row = rows.get(kind) ?? { tokens: 0, of: 0, single: 0, joint: 0, count: 0 };
    const { single, joint } = coverageOf(observations, items);
    row.tokens += tokens;
    row.of += of;
    row.single += single * observations.length;
    row.joint += joint * observations.length;
    row.count += observations.length;
    rows.set(kind, row);
  };
  return {
    follow(
      conversation: BenchConversation,
      { episodes, facts }: Measured,
      observations: readonly Observation[],
    ): void {
      const alternative = createAlternatives(tokenizer, conversation, seed);
      const of = sum(episodes.map(({ tokens }) => tokens.messages));
      const summaryTokens = sum(episodes.map(({ tokens }) => tokens.summary));
      const factTokens = sum(facts.map(({ text }) => tokenizer.count(text)));
      const [summaries, known] = [episodes.flatMap(linesOf), factLines(facts)];
      note('facts', factTokens, of, observations, known);
      note('summaries', summaryTokens, of, observations, summaries);
      note('facts and summaries', factTokens + summaryTokens, of, observations, [...known, ...summaries]);
      for (const share of SHARES) {
        const made = episodes.map((episode) => alternative(episode, share));
        const room = sum(made.map((each) => each.room));
        const all = sum(made.map((each) => each.tokens));
        for (const kind of ['summary', 'random', 'first'] as const) {
          note(
            `${kind} sentences at ${share * 100} %`,
            room,
            all,
            observations,
            made.flatMap((each) => each[kind]),
          );
        }
      }
    },
    rows: (): readonly CoverageRow[] =>
      [...rows].map(([kind, { tokens, of, single, joint, count }]) => ({
        set,
        kind,
        tokenShare: tokens / Math.max(1, of),
        single: single / Math.max(1, count),
        joint: joint / Math.max(1, count),
      })),
  };
};

const readSets = async ({ data, sets }: EpisodesOptions): Promise<readonly BenchSet[]> => {
  if (data === undefined) return [await readDemoSet()];
  const names = sets ?? (await listEvaluationSets(data));
  const read = await Promise.all(names.map((name) => readEvaluationSet(data, name)));
  const found = read.flatMap((set) => ('reason' in set ? [] : [set]));
  if (found.length > 0) return found;
  throw new RetentiveError('OPTION_INVALID', `no set with conversations among ${names.join(', ')}`);
};

/** Tells memories conversations, and looks at the episodes that they make of them. */
export const measureEpisodes = async (options: EpisodesOptions): Promise<EpisodesReport> => {
  const { data, limit, seed, progress } = options;
  const tokenizer = await openO200kTokenizer();
  const sets: EpisodesRow[] = [];
  const coverage: CoverageRow[] = [];
  for (const { name, conversations } of await readSets(options)) {
    const observations = await readObservations(data, name);
    const covered = createCoverage(name, tokenizer, seed);
    const measured: Measured[] = [];
    const wanted = conversations.slice(0, limit);
    for (const [index, conversation] of wanted.entries()) {
      progress.update(index, wanted.length, name);
      const result = await measureConversation(conversation, options);
      measured.push(result);
      const known = observations.get(conversation.id);
      if (known !== undefined) covered.follow(conversation, result, known);
    }
    progress.end();
    sets.push(rowOf(name, measured));
    coverage.push(...covered.rows());
  }
  return { sets, coverage };
};
