import { open } from 'node:fs/promises';
import { RetentiveError, systemClock } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import {
  listEvaluationSets,
  measuredQuestions,
  type ReadSet,
  readEvaluationSet,
  spreadOver,
} from '@retentive/memory/evaluation';
import type { BenchSet } from './bench-data.ts';
import { createChunkGrid } from './controls/chunk-grid.ts';
import { createControls } from './controls/controls.ts';
import { readDemoSet } from './demo-data.ts';
import { evaluateRecall, type Outcome } from './evaluate-recall.ts';
import type { Progress } from './progress.ts';
import { type RecallSummary, recallByCategory, recallRows, summarizeFaults } from './recall-summary.ts';
import { createRetentiveSelector, type StoreKind } from './retentive-selector.ts';
import type { RecallDump, RecallReport, RecallSet } from './schemas.ts';
import type { Selector } from './selector.ts';
import { createWithoutSelectors } from './without.ts';

/** Options of `bench recall`. */
export interface RecallOptions {
  /** Folder of sets in the evaluation schema; without it the demo conversation is measured. */
  readonly data?: string | undefined;
  readonly sets?: readonly string[] | undefined;
  readonly budgets: readonly number[];
  readonly store: StoreKind;
  readonly seed: number;
  /** At most so many questions a set, spread over it. */
  readonly limit?: number | undefined;
  /** Only these rows. */
  readonly selectors?: readonly string[] | undefined;
  /** Parts of ranking to leave out, a row each; see {@link WITHOUT_NAMES}. */
  readonly without?: readonly string[] | undefined;
  /** Share of each conversation's tokens that the working set may hold; default all. */
  readonly capacity?: number | undefined;
  /** Rows for chunk size x k, too. */
  readonly grid?: boolean | undefined;
  /** File for a line a question and budget of `retentive`. */
  readonly dump?: string | undefined;
  readonly progress: Progress;
}

/** A report, and what its JSON does not carry: contexts that scored 0 for a broken promise. */
export interface RecallResult {
  readonly report: RecallReport;
  readonly summaries: readonly RecallSummary[];
}

/** `onDemand` are measured only where they are named. */
const chooseSelectors = (
  usual: readonly Selector[],
  onDemand: readonly Selector[],
  names: readonly string[] | undefined,
): readonly Selector[] => {
  if (names === undefined) return usual;
  const all = [...usual, ...onDemand];
  return names.map((name) => {
    const selector = all.find((candidate) => candidate.name === name);
    if (selector !== undefined) return selector;
    const known = all.map((candidate) => candidate.name).join(', ');
    throw new RetentiveError('OPTION_INVALID', `no selector "${name}"; there are ${known}`);
  });
};

/** The sets that are asked for: all of a folder, those named (`none` for none), or the demo. @throws FILE_INVALID, FILE_NOT_FOUND, OPTION_INVALID */
export async function* readSets({
  data,
  sets,
}: Pick<RecallOptions, 'data' | 'sets'>): AsyncGenerator<ReadSet, void, undefined> {
  if (sets?.length === 1 && sets[0] === 'none') return;
  if (data === undefined) {
    yield await readDemoSet();
    return;
  }
  const known = await listEvaluationSets(data);
  for (const name of sets ?? known) {
    if (!known.includes(name)) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `no set "${name}" in ${data}; there are ${known.join(', ')}`,
      );
    }
    yield await readEvaluationSet(data, name);
  }
}

/** A set with the questions that recall can be measured on, at most `limit` of them, spread over all. */
export const onlyMeasured = (set: BenchSet, limit: number | undefined): BenchSet => {
  const measured = set.conversations.flatMap((conversation) =>
    measuredQuestions(conversation, set.questions).map(({ question }) => question),
  );
  return { ...set, questions: spreadOver(measured, limit ?? measured.length) };
};

async function* evaluateSet(
  set: BenchSet,
  selectors: readonly Selector[],
  { budgets, progress }: RecallOptions,
): AsyncGenerator<Outcome, void, undefined> {
  const tokenizer = await openO200kTokenizer();
  const total = set.questions.length * selectors.length;
  let done = 0;
  for (const conversation of set.conversations) {
    const questions = measuredQuestions(conversation, set.questions);
    if (questions.length === 0) continue;
    for (const selector of selectors) {
      progress.update(done, total, set.name);
      const task = { conversation, questions, budgets, tokenizer, clock: systemClock };
      yield* evaluateRecall(selector, task);
      done += questions.length;
    }
  }
  progress.update(done, total, set.name);
}

const dumpLine = (set: string, { question, budget = 0, recalled, tokens }: Outcome): RecallDump => ({
  set,
  questionId: question.id,
  budget,
  text: recalled.text,
  tokens,
  items: [...(recalled.context?.items ?? recalled.items)],
});

/** Measures recall of evidence on every set, beside the controls. @throws FILE_INVALID, FILE_NOT_FOUND, OPTION_INVALID */
export const measureRecall = async (options: RecallOptions): Promise<RecallResult> => {
  const tokenizer = await openO200kTokenizer();
  const { store, seed, without = [], capacity } = options;
  const variant = { capacityShare: capacity };
  const selectors = chooseSelectors(
    [
      createRetentiveSelector(store, seed, variant),
      ...createWithoutSelectors(without, { store, seed, variant }),
      ...createControls(tokenizer, seed),
      ...(options.grid === true ? createChunkGrid(tokenizer) : []),
    ],
    [
      createRetentiveSelector(store, seed, { ...variant, name: 'retentive+profile', profile: true }),
      createRetentiveSelector(store, seed, { ...variant, name: 'retentive+adaptive', effort: 'adaptive' }),
      createRetentiveSelector(store, seed, {
        ...variant,
        name: 'retentive:spans',
        retention: { spans: true },
      }),
    ],
    options.selectors,
  );
  const dump = options.dump === undefined ? undefined : await open(options.dump, 'w');
  const sets: Record<string, RecallSet> = {};
  const summaries: RecallSummary[] = [];
  try {
    for await (const source of readSets(options)) {
      const nothing = (reason: string): RecallSet => ({ questions: 0, rows: null, byCategory: null, reason });
      if ('reason' in source) {
        sets[source.name] = nothing(source.reason);
        continue;
      }
      const set = onlyMeasured(source, options.limit);
      if (set.questions.length === 0) {
        sets[set.name] = nothing('no answerable question names its evidence turns');
        continue;
      }
      const outcomes: Outcome[] = [];
      for await (const outcome of evaluateSet(set, selectors, options)) {
        if (outcome.selector === 'retentive')
          await dump?.write(`${JSON.stringify(dumpLine(set.name, outcome))}\n`);
        outcomes.push(withoutText(outcome));
      }
      const rows = recallRows(outcomes);
      sets[set.name] = { questions: set.questions.length, rows, byCategory: recallByCategory(outcomes) };
      summaries.push({
        set: set.name,
        questions: set.questions.length,
        rows,
        faults: summarizeFaults(outcomes),
      });
    }
  } finally {
    await dump?.close();
    options.progress.end();
  }
  return { report: { sets }, summaries };
};

/** Texts of thousands of contexts are not kept. */
const withoutText = (outcome: Outcome): Outcome => ({ ...outcome, recalled: { text: '', items: [] } });
