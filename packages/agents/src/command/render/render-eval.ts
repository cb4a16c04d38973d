import { type Checked, type Comparison, SHARE_METRICS, type Summary } from '@retentive/memory/evaluation';
import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

const share = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3));

/** Means by set and budget, with the interval of recall, as a table. Pure. */
export const renderSummary = ({ rows, tokensToRecall }: Summary, colors: Colors): string => {
  const metrics = SHARE_METRICS.filter((metric) => rows.some((row) => row.metrics[metric] !== undefined));
  const table = renderTable(
    [
      { head: 'set' },
      { head: 'budget', number: true },
      { head: 'questions', number: true },
      ...metrics.map((head) => ({ head, number: true })),
      { head: 'recall 95 %' },
      { head: 'tokens', number: true },
      { head: 'ms p50', number: true },
      { head: 'ms p95', number: true },
    ],
    rows.map((row) => [
      row.set,
      String(row.budget),
      String(row.questions),
      ...metrics.map((metric) => share(row.metrics[metric]?.mean)),
      row.metrics.recall === undefined
        ? '-'
        : `${share(row.metrics.recall.low)}-${share(row.metrics.recall.high)}`,
      row.tokensMean.toFixed(0),
      row.msP50.toFixed(1),
      row.msP95.toFixed(1),
    ]),
    colors,
  );
  const enough = Object.entries(tokensToRecall).map(([set, tokens]) =>
    tokens === undefined
      ? `${set}: no budget reaches a recall of .8\n`
      : `${set}: recall of .8 from ${tokens} tokens on\n`,
  );
  return `${table}\n${enough.join('')}`;
};

/** Two runs side by side, and what weakens the comparison. Pure. */
export const renderComparison = ({ rows, remarks }: Comparison, colors: Colors): string => {
  const table = renderTable(
    [
      { head: 'set' },
      { head: 'budget', number: true },
      { head: 'metric' },
      { head: 'before', number: true },
      { head: 'after', number: true },
      { head: 'change', number: true },
      { head: '95 %' },
      { head: 'better', number: true },
      { head: 'worse', number: true },
    ],
    rows.map((row) => [
      row.set,
      String(row.budget),
      row.metric,
      share(row.before),
      share(row.after),
      share(row.delta),
      `${share(row.low)} to ${share(row.high)}`,
      String(row.gained),
      String(row.lost),
    ]),
    colors,
  );
  return `${table}${remarks.map((remark) => `Note: ${remark}.\n`).join('')}`;
};

/** What was required, and whether it is met. Pure. */
export const renderChecked = (checked: readonly Checked[], colors: Colors): string =>
  renderTable(
    [
      { head: 'requirement' },
      { head: 'set' },
      { head: 'budget', number: true },
      { head: 'value', number: true },
      { head: 'result' },
    ],
    checked.map(({ requirement, set, budget, value, isMet }) => [
      requirement,
      set,
      budget === undefined ? '-' : String(budget),
      share(value),
      isMet ? 'met' : 'not met',
    ]),
    colors,
  );
