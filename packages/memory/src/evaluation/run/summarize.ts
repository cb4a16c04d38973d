import { bootstrapMean, type Interval } from '../bootstrap.ts';
import { percentile } from '../statistics.ts';
import type { QuestionRecord, RunLog } from './run-log.ts';

/** Metrics that are a share of each question, from 0 to 1. */
export const SHARE_METRICS = [
  'recall',
  'recallPart',
  'allEvidence',
  'recallSpan',
  'answer',
  'precision',
  'correct',
  'judged',
  'falseAnswer',
  'abstained',
] as const;

export type ShareMetric = (typeof SHARE_METRICS)[number];

/** False for the two kinds of error. */
export const isHigherBetter = (metric: ShareMetric): boolean =>
  metric !== 'falseAnswer' && metric !== 'abstained';

/** One set at one budget: each metric over the questions that it applies to, with its 95 % interval. */
export interface SummaryRow {
  readonly set: string;
  readonly budget: number;
  readonly questions: number;
  readonly metrics: Readonly<Partial<Record<ShareMetric, Interval>>>;
  readonly tokensMean: number;
  readonly msP50: number;
  readonly msP95: number;
  readonly overBudget: number;
  /** Recall by category. */
  readonly categories: Readonly<Record<string, { readonly questions: number; readonly recall: number }>>;
}

/** What a run gave. */
export interface Summary {
  readonly rows: readonly SummaryRow[];
  /** The smallest budget of the run whose mean recall is at least .8, by set; undefined where none is. */
  readonly tokensToRecall: Readonly<Record<string, number | undefined>>;
}

const ENOUGH_RECALL = 0.8;

/** A metric of one question; undefined where it does not apply. */
export const metricOf = (record: QuestionRecord, metric: ShareMetric): number | undefined => {
  const flag = (value: boolean | null): number | undefined => (value === null ? undefined : Number(value));
  switch (metric) {
    // Of what cannot be answered, how often something was answered all the same.
    case 'falseAnswer':
      return record.answerable || record.abstained === null ? undefined : Number(!record.abstained);
    // Of what can be answered, how often the answerer said that it does not know.
    case 'abstained':
      return record.answerable ? flag(record.abstained) : undefined;
    default:
      return record[metric] ?? undefined;
  }
};

const groupBy = <Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> => {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
};

const categoriesOf = (records: readonly QuestionRecord[]): SummaryRow['categories'] =>
  Object.fromEntries(
    [...groupBy(records, ({ category }) => category)]
      .map(([category, ofCategory]) => {
        const recalls = ofCategory.flatMap(({ recall }) => recall ?? []);
        const sum = recalls.reduce((total, recall) => total + recall, 0);
        return [category, { questions: recalls.length, recall: sum / recalls.length }] as const;
      })
      .filter(([, { questions }]) => questions > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const rowOf = (records: readonly QuestionRecord[], seed: number): SummaryRow => {
  const [first] = records;
  const metrics: Partial<Record<ShareMetric, Interval>> = {};
  for (const metric of SHARE_METRICS) {
    const samples = records.flatMap((record) => {
      const value = metricOf(record, metric);
      return value === undefined ? [] : [{ conversation: record.conversation, value }];
    });
    const interval = bootstrapMean(samples, seed);
    if (interval !== undefined) metrics[metric] = interval;
  }
  const times = records.map(({ ms }) => ms);
  return {
    set: first?.set ?? '',
    budget: first?.budget ?? 0,
    questions: records.length,
    metrics,
    tokensMean: records.reduce((sum, { tokens }) => sum + tokens, 0) / records.length,
    msP50: percentile(times, 0.5) ?? 0,
    msP95: percentile(times, 0.95) ?? 0,
    overBudget: records.filter(({ overBudget }) => overBudget).length,
    categories: categoriesOf(records),
  };
};

/** The means of a log with their intervals, by set and budget, in the order they were asked. The seed is the log's. */
export const summarizeRun = ({ head, records }: RunLog): Summary => {
  const seed = Number(head.config['intervalSeed'] ?? 1);
  const rows = [...groupBy(records, ({ set, budget }) => JSON.stringify([set, budget])).values()].map(
    (group) => rowOf(group, seed),
  );
  const sets = [...new Set(rows.map(({ set }) => set))];
  return {
    rows,
    tokensToRecall: Object.fromEntries(
      sets.map((set) => [
        set,
        rows
          .filter((row) => row.set === set && (row.metrics.recall?.mean ?? 0) >= ENOUGH_RECALL)
          .map(({ budget }) => budget)
          .toSorted((a, b) => a - b)[0],
      ]),
    ),
  };
};
