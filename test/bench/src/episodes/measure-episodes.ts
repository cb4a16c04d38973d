import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type Episode, RetentiveError } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { checkClaim, createAnalyzer } from '@retentive/memory';
import {
  listEvaluationSets,
  mean,
  percentile,
  readEvaluationSet,
  readJsonl,
} from '@retentive/memory/evaluation';
import * as z from 'zod';
import type { BenchSet } from '../bench-data.ts';
import { readDemoSet } from '../demo-data.ts';
import type { Progress } from '../progress.ts';
import type { Observation } from './coverage.ts';
import { createCoverage } from './coverage-curve.ts';
import { type Measured, measureConversation } from './measure-conversation.ts';
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

const KINDS = ['numbers', 'names', 'negations'] as const;
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
