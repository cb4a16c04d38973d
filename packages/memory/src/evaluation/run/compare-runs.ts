import { bootstrapMean } from '../bootstrap.ts';
import { mean } from '../statistics.ts';
import type { QuestionRecord, RunLog } from './run-log.ts';
import { isHigherBetter, metricOf, SHARE_METRICS, type ShareMetric } from './summarize.ts';

/** A metric of two runs over the questions that both were asked. */
export interface ComparisonRow {
  readonly set: string;
  readonly budget: number;
  readonly metric: ShareMetric;
  readonly questions: number;
  readonly before: number;
  readonly after: number;
  /** `after` minus `before`, with the 95 % interval of the paired differences. */
  readonly delta: number;
  readonly low: number;
  readonly high: number;
  /** Questions on which the second run did better, and worse. */
  readonly gained: number;
  readonly lost: number;
}

/** Two runs side by side. */
export interface Comparison {
  readonly before: { readonly system: string; readonly configHash: string };
  readonly after: { readonly system: string; readonly configHash: string };
  readonly rows: readonly ComparisonRow[];
  /** What makes the comparison weaker than it looks. */
  readonly remarks: readonly string[];
}

const keyOf = ({ set, conversation, question, budget }: QuestionRecord): string =>
  JSON.stringify([set, conversation, question, budget]);

const remarksOf = (before: RunLog, after: RunLog, paired: number): readonly string[] => {
  const remarks: string[] = [];
  for (const [set, { hash }] of Object.entries(before.head.sets)) {
    const other = after.head.sets[set];
    if (other !== undefined && other.hash !== hash)
      remarks.push(`the set ${set} is not the same in both runs`);
  }
  const unpaired = before.records.length + after.records.length - 2 * paired;
  if (unpaired > 0) remarks.push(`${unpaired} records have no partner in the other run and are left out`);
  if (before.head.configHash === after.head.configHash) remarks.push('both runs have the same settings');
  return remarks;
};

/**
 * Compares two runs question by question: the differences are drawn by conversation, so what makes a conversation hard for
 * both does not widen the interval. Metrics that are on neither side are left out.
 */
export const compareRuns = (
  before: RunLog,
  after: RunLog,
  { seed = 1 }: { readonly seed?: number } = {},
): Comparison => {
  const others = new Map(after.records.map((record) => [keyOf(record), record]));
  const pairs = before.records.flatMap((record) => {
    const other = others.get(keyOf(record));
    return other === undefined ? [] : [{ record, other }];
  });
  const groups = new Map<string, typeof pairs>();
  for (const pair of pairs) {
    const key = JSON.stringify([pair.record.set, pair.record.budget]);
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  const rows = [...groups.values()].flatMap((group) =>
    SHARE_METRICS.flatMap((metric): readonly ComparisonRow[] => {
      const values = group.flatMap(({ record, other }) => {
        const [a, b] = [metricOf(record, metric), metricOf(other, metric)];
        return a === undefined || b === undefined ? [] : [{ conversation: record.conversation, a, b }];
      });
      const difference = bootstrapMean(
        values.map(({ conversation, a, b }) => ({ conversation, value: b - a })),
        seed,
      );
      const [first] = group;
      const raised = values.filter(({ a, b }) => b > a).length;
      const lowered = values.filter(({ a, b }) => b < a).length;
      if (difference === undefined || first === undefined) return [];
      return [
        {
          set: first.record.set,
          budget: first.record.budget,
          metric,
          questions: values.length,
          before: mean(values.map(({ a }) => a)) ?? 0,
          after: mean(values.map(({ b }) => b)) ?? 0,
          delta: difference.mean,
          low: difference.low,
          high: difference.high,
          gained: isHigherBetter(metric) ? raised : lowered,
          lost: isHigherBetter(metric) ? lowered : raised,
        },
      ];
    }),
  );
  const side = ({ head }: RunLog) => ({ system: head.system, configHash: head.configHash });
  return { before: side(before), after: side(after), rows, remarks: remarksOf(before, after, pairs.length) };
};
