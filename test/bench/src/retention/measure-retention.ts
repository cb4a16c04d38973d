import { RetentiveError } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openSurprisal } from '@retentive/memory';
import { mean, measuredQuestions } from '@retentive/memory/evaluation';
import type { BenchSet } from '../bench-data.ts';
import { analyze } from '../controls/analyze.ts';
import type { Progress } from '../progress.ts';
import { readSets } from '../recall.ts';
import { askHeld, type Case, prepareCase } from './cases.ts';
import { createPolicies, type Held, type Policy } from './policies.ts';
import type { RetainedTurn } from './retained-turns.ts';
import type { RetentionBenchReport, RetentionRow, RetentionSet, TaskRow } from './schemas.ts';
import { chooseTasks } from './tasks/tasks.ts';

/** Options of `bench retention`. */
export interface RetentionBenchOptions {
  /** Folder of sets in the evaluation schema; without it the demo conversation is measured. */
  readonly data?: string | undefined;
  readonly sets?: readonly string[] | undefined;
  /** Shares of a conversation's tokens, above 0 and at most 1. */
  readonly capacity: readonly number[];
  /** Only these rows. */
  readonly policies?: readonly string[] | undefined;
  /** Only these tasks, `none` for none; without names all but the slow ones. */
  readonly tasks?: readonly string[] | undefined;
  /** Also ask each question of a memory that holds what a policy held; takes minutes. */
  readonly recall?: boolean | undefined;
  readonly seed: number;
  readonly progress: Progress;
}

/** Counts of one policy at one capacity, over all conversations. */
interface Tally {
  pairs: number;
  pairsHeld: number;
  words: number;
  wordsHeld: number;
  readonly recall: number[];
}

const heldTerms = (held: Held, place: number, turns: readonly RetainedTurn[]): ReadonlySet<string> =>
  held.terms?.get(place) ?? (held.turns.has(place) ? new Set(analyze(turns[place]?.words ?? '')) : new Set());

const count = (tally: Tally, held: Held, { questions, places, turns }: Case): void => {
  for (const { question, evidence } of questions) {
    const found = evidence.flatMap(({ id }) => places.get(id) ?? []);
    tally.pairs += found.length;
    tally.pairsHeld += found.filter((place) => held.turns.has(place)).length;
    const said = new Set(found.flatMap((place) => analyze(turns[place]?.words ?? '')));
    const kept = new Set(found.flatMap((place) => [...heldTerms(held, place, turns)]));
    const wanted = [...new Set(analyze(question.answers[0] ?? ''))].filter((term) => said.has(term));
    tally.words += wanted.length;
    tally.wordsHeld += wanted.filter((term) => kept.has(term)).length;
  }
};

const rowOf = (policy: Policy, capacity: number, tally: Tally, asked: boolean): RetentionRow => {
  const words = policy.name === 'idf-words';
  const retainedRecall = mean(tally.recall) ?? null;
  return {
    policy: policy.name,
    capacity,
    evidence: words ? null : tally.pairsHeld / Math.max(1, tally.pairs),
    answerWords: tally.words === 0 ? null : tally.wordsHeld / tally.words,
    retainedRecall,
    ...(words
      ? { reason: 'single words are held, no turns' }
      : policy.name === 'spans-at-one-price'
        ? { reason: 'of evidence only what is whole counts; spans are no turns to ask for' }
        : retainedRecall === null && !asked
          ? { reason: 'retainedRecall is measured with --recall' }
          : {}),
  };
};

const measureSet = async (
  set: BenchSet,
  policies: readonly Policy[],
  options: RetentionBenchOptions,
): Promise<RetentionSet> => {
  const tokenizer = await openO200kTokenizer();
  const cases = set.conversations.flatMap((conversation) => {
    const questions = measuredQuestions(conversation, set.questions);
    return questions.length === 0 ? [] : [prepareCase(conversation, questions, tokenizer)];
  });
  if (cases.length === 0) return { rows: null, reason: 'no answerable question names its evidence turns' };
  const rows: RetentionRow[] = [];
  const total = policies.length * options.capacity.length * cases.length;
  let done = 0;
  for (const policy of policies) {
    for (const share of options.capacity) {
      const tally: Tally = { pairs: 0, pairsHeld: 0, words: 0, wordsHeld: 0, recall: [] };
      for (const each of cases) {
        const all = each.turns.reduce((sum, { tokens }) => sum + tokens, 0);
        const capacity = Math.max(1, Math.floor(share * all));
        const held = policy.hold({ turns: each.turns, needed: each.needed, capacity });
        count(tally, held, each);
        if (options.recall && (held.terms === undefined || held.texts !== undefined)) {
          tally.recall.push(...(await askHeld(each, held, tokenizer, options.seed)));
        }
        done += 1;
        options.progress.update(done, total, set.name);
      }
      rows.push(rowOf(policy, share, tally, options.recall === true));
    }
  }
  return { rows };
};

const choosePolicies = (all: readonly Policy[], names: readonly string[] | undefined): readonly Policy[] => {
  const unknown = names?.find((name) => !all.some((policy) => policy.name === name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new RetentiveError('OPTION_INVALID', `no policy "${unknown}"; there are ${known}`);
  }
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
};

/**
 * Measures what is still held under a capacity when no question is known yet, beside the controls.
 * @throws FILE_INVALID, FILE_NOT_FOUND, OPTION_INVALID
 */
export const measureRetention = async (options: RetentionBenchOptions): Promise<RetentionBenchReport> => {
  const { data, seed } = options;
  const tokenizer = await openO200kTokenizer();
  const surprisal = await openSurprisal();
  const all = createPolicies(surprisal, tokenizer, seed);
  const policies = choosePolicies(all, options.policies);
  const chosen = chooseTasks(options.tasks);
  const sets: Record<string, RetentionSet> = {};
  const tasks: TaskRow[] = [];
  try {
    for await (const source of readSets(options)) {
      sets[source.name] =
        'reason' in source
          ? { rows: null, reason: source.reason }
          : await measureSet(source, policies, options);
    }
    for (const [done, task] of chosen.entries()) {
      options.progress.update(done, chosen.length, task.name);
      tasks.push(...(await task.measure({ data, seed, tokenizer, surprisal })));
    }
  } finally {
    options.progress.end();
  }
  return { sets, tasks };
};
