import type { JudgeAgreement } from '../judge/judge.ts';
import type { Comparison, ComparisonRow } from '../run/compare-runs.ts';
import type { Checked } from '../run/requirements.ts';
import type { RunLog } from '../run/run-log.ts';
import { isHigherBetter, SHARE_METRICS, type ShareMetric, type Summary } from '../run/summarize.ts';
import { type PlotDifference, plotBars, plotDifferences, plotShares } from './plots.ts';

/** What a report shows. */
export interface ReportInput {
  readonly log: RunLog;
  readonly summary: Summary;
  readonly comparison?: Comparison | undefined;
  readonly checked?: readonly Checked[] | undefined;
  readonly agreement?: JudgeAgreement | undefined;
}

/** A part of a report: a heading, remarks, plots and a table. */
export interface ReportSection {
  readonly title: string;
  readonly lines: readonly string[];
  readonly plots: readonly string[];
  readonly table?:
    | { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
    | undefined;
}

const share = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3));

const METRIC_TEXT: Readonly<Record<ShareMetric, string>> = {
  recall: 'evidence turns whose whole text stands in the context',
  recallPart: "share of the evidence turns' tokens",
  allEvidence: 'questions with all their evidence',
  recallSpan: 'evidence spans, where questions name them',
  answer: 'contexts with a gold answer, where the evidence has one',
  precision: 'tokens of evidence over all tokens of the context',
  correct: 'responses with a gold answer in them, word for word',
  judged: 'responses that the judge held to be right',
  falseAnswer: 'unanswerable questions that were answered',
  abstained: 'answerable questions that were not',
};

const usedMetrics = ({ rows }: Summary): readonly ShareMetric[] =>
  SHARE_METRICS.filter((metric) => rows.some((row) => row.metrics[metric] !== undefined));

const overview = ({ log, summary }: ReportInput): ReportSection => {
  const metrics = usedMetrics(summary);
  const sets = [...new Set(summary.rows.map(({ set }) => set))];
  const recall = sets.map((set) => ({
    name: set,
    points: summary.rows
      .filter((row) => row.set === set)
      .flatMap(({ budget, metrics: { recall: interval } }) =>
        interval === undefined
          ? []
          : [{ x: budget, y: interval.mean, low: interval.low, high: interval.high }],
      ),
  }));
  return {
    title: 'What was measured',
    lines: [
      `System ${log.head.system}, settings ${log.head.configHash.slice(0, 12)}.`,
      ...sets.map((set) => {
        const tokens = summary.tokensToRecall[set];
        return `${set}: recall of .8 ${tokens === undefined ? 'at none of the budgets' : `from ${tokens} tokens on`}.`;
      }),
    ],
    plots: recall.some(({ points }) => points.length > 0)
      ? [plotShares('Recall (0 to 1) by budget, with its 95 % interval', 'budget in tokens', recall)]
      : [],
    table: {
      head: ['set', 'budget', 'questions', ...metrics, 'tokens', 'ms p50', 'ms p95', 'over budget'],
      rows: summary.rows.map((row) => [
        row.set,
        String(row.budget),
        String(row.questions),
        ...metrics.map((metric) => {
          const interval = row.metrics[metric];
          return interval === undefined
            ? '-'
            : `${share(interval.mean)} [${share(interval.low)}, ${share(interval.high)}]`;
        }),
        row.tokensMean.toFixed(0),
        row.msP50.toFixed(1),
        row.msP95.toFixed(1),
        String(row.overBudget),
      ]),
    },
  };
};

const metricsSection = ({ summary }: ReportInput): ReportSection => ({
  title: 'Metrics',
  lines: [
    'Shares from 0 to 1. In brackets: the 95 % bootstrap interval, drawn by conversation where there are at least 5 of them, else by question.',
  ],
  plots: [],
  table: {
    head: ['metric', 'what'],
    rows: usedMetrics(summary).map((metric) => [metric, METRIC_TEXT[metric]]),
  },
});

const countOf = (questions: number): string => `${questions} ${questions === 1 ? 'question' : 'questions'}`;

const categories = ({ summary }: ReportInput): readonly ReportSection[] =>
  [...new Set(summary.rows.map(({ set }) => set))].flatMap((set) => {
    const widest = summary.rows.filter((row) => row.set === set).toSorted((a, b) => b.budget - a.budget)[0];
    const bars = Object.entries(widest?.categories ?? {}).map(([name, { questions, recall }]) => ({
      name,
      value: recall,
      note: countOf(questions),
    }));
    if (widest === undefined || bars.length === 0) return [];
    return [
      {
        title: `${set}: recall at ${widest.budget} tokens by category`,
        lines: [],
        plots: [plotBars('Recall, 0 to 1', bars)],
        table: {
          head: ['category', 'recall', 'questions'],
          rows: Object.entries(widest.categories).map(([name, { questions, recall }]) => [
            name,
            share(recall),
            String(questions),
          ]),
        },
      },
    ];
  });

/** Questions that are shown of what went wrong. */
const MOST_MISSED = 30;

const missed = ({ log, summary }: ReportInput): ReportSection => {
  const widest = Math.max(0, ...summary.rows.map(({ budget }) => budget));
  const records = log.records
    .filter(({ budget, recall }) => budget === widest && recall !== null && recall < 1)
    .toSorted((a, b) => (a.recall ?? 0) - (b.recall ?? 0));
  return {
    title: 'Missed',
    lines: [
      `${countOf(records.length)} without all of their evidence at ${widest} tokens${records.length > MOST_MISSED ? `, the first ${MOST_MISSED}` : ''}.`,
    ],
    plots: [],
    table: {
      head: ['set', 'question', 'category', 'recall', 'recallPart', 'asked'],
      rows: records
        .slice(0, MOST_MISSED)
        .map(({ set, question, category, recall, recallPart, texts }) => [
          set,
          question,
          category,
          share(recall ?? undefined),
          share(recallPart ?? undefined),
          texts?.question ?? '-',
        ]),
    },
  };
};

const differenceOf = (row: ComparisonRow): PlotDifference => ({
  ...row,
  name: `${row.metric}@${row.budget}`,
  isHigherBetter: isHigherBetter(row.metric),
});

/** The section of a comparison, which can stand alone. */
export const comparisonSection = (comparison: Comparison): ReportSection => ({
  title: 'Compared',
  lines: [
    `${comparison.before.system} ${comparison.before.configHash.slice(0, 12)} against ${comparison.after.system} ${comparison.after.configHash.slice(0, 12)}, paired by question.`,
    ...comparison.remarks.map((remark) => `Note: ${remark}.`),
  ],
  plots: [...new Set(comparison.rows.map(({ set }) => set))].map((set) =>
    plotDifferences(
      `${set}: change, with its 95 % interval`,
      'after minus before, in shares from 0 to 1',
      comparison.rows.filter((row) => row.set === set).map(differenceOf),
    ),
  ),
  table: {
    head: ['set', 'budget', 'metric', 'questions', 'before', 'after', 'change', 'better', 'worse'],
    rows: comparison.rows.map((row) => [
      row.set,
      String(row.budget),
      row.metric,
      String(row.questions),
      share(row.before),
      share(row.after),
      `${share(row.delta)} [${share(row.low)}, ${share(row.high)}]`,
      String(row.gained),
      String(row.lost),
    ]),
  },
});

const requirements = (checked: readonly Checked[]): ReportSection => ({
  title: 'Required',
  lines: [],
  plots: [],
  table: {
    head: ['requirement', 'set', 'budget', 'value', 'result'],
    rows: checked.map(({ requirement, set, budget, value, isMet }) => [
      requirement,
      set,
      budget === undefined ? '-' : String(budget),
      value === undefined ? '-' : String(Number(value.toFixed(4))),
      isMet ? 'met' : 'NOT MET',
    ]),
  },
});

const judge = ({ answers, agreement, kappa, onlyJudge, onlyGold }: JudgeAgreement): ReportSection => ({
  title: 'The judge',
  lines: [
    `Of ${answers} answers the judge and the gold answers word for word say the same of ${share(agreement)}, kappa ${share(kappa)}.`,
    `${onlyJudge} are right for the judge alone, ${onlyGold} by the gold answer alone. Look at some of both before you trust it.`,
  ],
  plots: [],
});

const settings = ({ log }: ReportInput): ReportSection => ({
  title: 'Settings',
  lines: [],
  plots: [],
  table: {
    head: ['setting', 'value'],
    rows: [
      ...Object.entries(log.head.config).map(([name, value]) => [name, JSON.stringify(value)]),
      ...Object.entries(log.head.sets).map(([name, { conversations, questions, hash }]) => [
        `set ${name}`,
        `${conversations} conversations, ${questions} questions, ${hash.slice(0, 12)}`,
      ]),
    ],
  },
});

/** The parts of a report, in order. */
export const reportSections = (input: ReportInput): readonly ReportSection[] => [
  overview(input),
  ...(input.checked === undefined || input.checked.length === 0 ? [] : [requirements(input.checked)]),
  ...(input.comparison === undefined ? [] : [comparisonSection(input.comparison)]),
  ...categories(input),
  ...(input.agreement === undefined ? [] : [judge(input.agreement)]),
  missed(input),
  metricsSection(input),
  settings(input),
];
