import { RetentiveError } from '@retentive/core';
import { SHARE_METRICS, type ShareMetric, type Summary, type SummaryRow } from './summarize.ts';

const FIGURES = ['tokensMean', 'msP50', 'msP95', 'overBudget'] as const;
type Figure = (typeof FIGURES)[number];

/** What a run must keep to, such as `recall@1024>=.8`. */
export interface Requirement {
  /** As it was written. */
  readonly text: string;
  /** Undefined: every set. */
  readonly set: string | undefined;
  readonly metric: ShareMetric | Figure | 'tokensToRecall';
  /** Undefined: every budget; for `tokensToRecall` it has none. */
  readonly budget: number | undefined;
  readonly operator: '>=' | '<=' | '>' | '<';
  readonly bound: number;
}

/** A requirement and what a run gave for it, a line a set and budget that it speaks of. */
export interface Checked {
  readonly requirement: string;
  readonly set: string;
  readonly budget: number | undefined;
  /** Undefined where the run has no such figure: the requirement is not met. */
  readonly value: number | undefined;
  readonly isMet: boolean;
}

const FORM =
  /^(?:(?<set>[^@<>=]+):)?(?<metric>[A-Za-z0-9]+)(?:@(?<budget>\d+))?\s*(?<operator>>=|<=|>|<)\s*(?<bound>\d*\.?\d+)$/u;

const isMetric = (name: string): name is Requirement['metric'] =>
  [...SHARE_METRICS, ...FIGURES, 'tokensToRecall'].includes(name);

/** Reads `[set:]metric[@budget]` with `>=`, `<=`, `>` or `<` and a number. @throws OPTION_INVALID */
export const parseRequirement = (text: string): Requirement => {
  const { set, metric = '', budget, operator, bound } = FORM.exec(text.trim())?.groups ?? {};
  if (operator === undefined) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `a requirement is written like recall@1024>=.8 or locomo:falseAnswer<=.1, got "${text}"`,
    );
  }
  if (!isMetric(metric)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `no metric "${metric}"; there are ${[...SHARE_METRICS, ...FIGURES, 'tokensToRecall'].join(', ')}`,
    );
  }
  return {
    text: text.trim(),
    set,
    metric,
    budget: budget === undefined ? undefined : Number(budget),
    operator: operator as Requirement['operator'],
    bound: Number(bound),
  };
};

const holds = (value: number, { operator, bound }: Requirement): boolean => {
  switch (operator) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '<':
      return value < bound;
  }
};

const figureOf = (row: SummaryRow, metric: ShareMetric | Figure): number | undefined =>
  FIGURES.includes(metric as Figure) ? row[metric as Figure] : row.metrics[metric as ShareMetric]?.mean;

/** Checks means against requirements; what a run did not measure is not met. */
export const checkRequirements = (
  { rows, tokensToRecall }: Summary,
  requirements: readonly Requirement[],
): readonly Checked[] =>
  requirements.flatMap((requirement): readonly Checked[] => {
    const { text, metric, set, budget } = requirement;
    const checked = (of: string, at: number | undefined, value: number | undefined): Checked => ({
      requirement: text,
      set: of,
      budget: at,
      value,
      isMet: value !== undefined && holds(value, requirement),
    });
    const found =
      metric === 'tokensToRecall'
        ? Object.entries(tokensToRecall)
            .filter(([name]) => set === undefined || name === set)
            .map(([name, value]) => checked(name, undefined, value))
        : rows
            .filter(
              (row) =>
                (set === undefined || row.set === set) && (budget === undefined || row.budget === budget),
            )
            .map((row) => checked(row.set, row.budget, figureOf(row, metric)));
    return found.length > 0 ? found : [checked(set ?? '', budget, undefined)];
  });
