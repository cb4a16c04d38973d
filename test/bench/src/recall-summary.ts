import { mean, percentile } from '@retentive/memory/evaluation';
import type { Outcome } from './evaluate-recall.ts';
import type { RecallRow } from './schemas.ts';
import { type Cell, decimals, formatTable, share } from './table.ts';

/** Contexts that scored 0 because they broke a promise. */
export interface RecallFaults {
  readonly selector: string;
  readonly overBudget: number;
  readonly unlabelled: number;
}

/** One set as the table shows it. */
export interface RecallSummary {
  readonly set: string;
  readonly questions: number;
  readonly rows: readonly RecallRow[];
  readonly faults: readonly RecallFaults[];
}

const groupBy = <Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): readonly (readonly Value[])[] => {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups.values()];
};

const toRow = (outcomes: readonly Outcome[]): RecallRow => {
  const [first] = outcomes;
  const average = (pick: (outcome: Outcome) => number): number => mean(outcomes.map(pick)) ?? 0;
  const times = outcomes.map(({ ms }) => ms);
  return {
    selector: first?.selector ?? '',
    budget: first?.budget ?? null,
    recall: average(({ recall }) => recall),
    recallPart: average(({ recallPart }) => recallPart),
    allEvidence: average(({ allEvidence }) => allEvidence),
    answer: mean(outcomes.flatMap(({ answer }) => answer ?? [])) ?? null,
    tokensMean: average(({ tokens }) => tokens),
    msP50: percentile(times, 0.5) ?? 0,
    msP95: percentile(times, 0.95) ?? 0,
  };
};

/** One row a selector and budget, in the order they were run. */
export const recallRows = (outcomes: readonly Outcome[]): RecallRow[] =>
  groupBy(outcomes, ({ selector }) => selector)
    .flatMap((ofSelector) => groupBy(ofSelector, ({ budget }) => String(budget)))
    .map(toRow);

/** Recall of `retentive` by category and budget. */
export const recallByCategory = (outcomes: readonly Outcome[]): Record<string, Record<string, number>> => {
  const own = outcomes.filter(({ selector }) => selector === 'retentive');
  const categories = groupBy(own, ({ question }) => question.category).map((ofCategory) => [
    ofCategory[0]?.question.category ?? '',
    Object.fromEntries(recallRows(ofCategory).map((row) => [String(row.budget), row.recall])),
  ]);
  return Object.fromEntries(categories.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
};

/** What broke a promise, by selector. */
export const summarizeFaults = (outcomes: readonly Outcome[]): readonly RecallFaults[] =>
  groupBy(outcomes, ({ selector }) => selector).map((ofSelector) => ({
    selector: ofSelector[0]?.selector ?? '',
    overBudget: ofSelector.filter(({ overBudget }) => overBudget).length,
    unlabelled: ofSelector.filter(({ unlabelled }) => unlabelled > 0).length,
  }));

/** Recall by selector and budget, one column a budget. */
export const formatRecallByBudget = (rows: readonly RecallRow[]): string => {
  const budgets = [...new Set(rows.flatMap(({ budget }) => budget ?? []))];
  const table = groupBy(rows, ({ selector }) => selector).map((ofSelector): readonly Cell[] => {
    const at = (budget: number): RecallRow | undefined =>
      ofSelector.find((row) => row.budget === budget || row.budget === null);
    const widest = at(budgets.at(-1) ?? 0);
    return [
      ofSelector[0]?.selector,
      ...budgets.map((budget) => share(at(budget)?.recall)),
      share(widest?.recallPart),
      share(widest?.allEvidence),
      share(widest?.answer),
      decimals(widest?.tokensMean, 0),
      decimals(widest?.msP50, 2),
      decimals(widest?.msP95, 2),
    ];
  });
  const last = budgets.at(-1);
  return formatTable(
    [
      'selector',
      ...budgets.map((budget) => `recall@${budget}`),
      `part@${last}`,
      `all@${last}`,
      `answer@${last}`,
      `tokens@${last}`,
      'ms p50',
      'ms p95',
    ],
    table,
  );
};

/** One line a kind of fault, or that there is none. */
export const formatFaults = (faults: readonly RecallFaults[]): string => {
  const broken = faults.filter(({ overBudget, unlabelled }) => overBudget > 0 || unlabelled > 0);
  if (broken.length === 0) return '0 contexts over budget, 0 with an item without speaker or date\n';
  return broken
    .map(
      ({ selector, overBudget, unlabelled }) =>
        `${selector}: ${overBudget} contexts over budget, ${unlabelled} with an item without speaker or date (scored 0)\n`,
    )
    .join('');
};
