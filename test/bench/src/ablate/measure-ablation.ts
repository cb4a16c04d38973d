import { systemClock, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openSurprisal } from '@retentive/memory';
import { measuredQuestions } from '@retentive/memory/evaluation';
import type { BenchConversation, BenchSet } from '../bench-data.ts';
import { createControls } from '../controls/controls.ts';
import { evaluateRecall } from '../evaluate-recall.ts';
import type { Progress } from '../progress.ts';
import { onlyMeasured, readSets } from '../recall.ts';
import { createPolicies, type Policy } from '../retention/policies.ts';
import { cutTurns } from '../retention/retained-turns.ts';
import { createRetentiveSelector } from '../retentive-selector.ts';
import type { Selector } from '../selector.ts';
import { type Part, rowOf, type Scored, type Setting } from './ablation-rows.ts';
import { createAssembledSelector } from './assembled-selector.ts';
import { GENERATED, truthRows } from './measure-truth.ts';
import { withoutVectors } from './measure-vectors.ts';
import type { AblateReport, AblationRow } from './schemas.ts';
import { createChangingFacts, createStandingFacts } from './truth-set.ts';
import { createTwoHopSet } from './two-hop-set.ts';

/** Options of `bench ablate`. */
export interface AblateOptions {
  readonly without: readonly Part[];
  /** Folder of sets in the evaluation schema; without it the demo conversation is measured. */
  readonly data?: string | undefined;
  readonly sets?: readonly string[] | undefined;
  /** At most so many questions a set, spread over it. */
  readonly limit?: number | undefined;
  readonly seed: number;
  readonly progress: Progress;
}

const RECALL_BUDGETS = [256, 1_024];
const TWO_HOP_BUDGETS = [512];
/** Share of the tokens held. */
const CAPACITY = 0.2;
const RETAINED_BUDGET = 1_024;

/** Recall of each question, by budget. `onlyTurns` leaves out of a conversation what is not held. */
const recallBy = async (
  selector: Selector,
  set: BenchSet,
  budgets: readonly number[],
  { tokenizer }: Setting,
  onlyTurns: (conversation: BenchConversation) => BenchConversation = (conversation) => conversation,
): Promise<ReadonlyMap<number, readonly Scored[]>> => {
  const scores = new Map<number, Scored[]>(budgets.map((budget) => [budget, []]));
  for (const conversation of set.conversations) {
    const questions = measuredQuestions(conversation, set.questions);
    if (questions.length === 0) continue;
    const task = { conversation: onlyTurns(conversation), questions, budgets, tokenizer, clock: systemClock };
    for await (const { question, budget = 0, recall } of evaluateRecall(selector, task)) {
      const key = `${conversation.id} ${question.id}`;
      scores.get(budget)?.push({ key, conversation: conversation.id, value: recall });
    }
  }
  return scores;
};

const compareRecall = async (
  without: Part,
  [whole, reduced]: readonly [Selector, Selector],
  set: BenchSet,
  setting: Setting,
): Promise<readonly AblationRow[]> => {
  const [all, less] = [
    await recallBy(whole, set, RECALL_BUDGETS, setting),
    await recallBy(reduced, set, RECALL_BUDGETS, setting),
  ];
  return RECALL_BUDGETS.map((budget) =>
    rowOf(
      { without, set: set.name, metric: `recall@${budget}` },
      all.get(budget) ?? [],
      less.get(budget) ?? [],
      setting,
    ),
  );
};

const holdTurns = (
  conversation: BenchConversation,
  policy: Policy,
  tokenizer: Tokenizer,
): ReadonlySet<string> => {
  const turns = cutTurns(conversation, tokenizer);
  const capacity = Math.max(1, Math.floor(CAPACITY * turns.reduce((sum, { tokens }) => sum + tokens, 0)));
  const held = policy.hold({ turns, needed: turns.map(() => 0), capacity });
  return new Set([...held.turns].flatMap((place) => turns[place]?.turn.id ?? []));
};

/** What retention holds without surprisal among the reasons to hold it: evidence held, and recall from what is. */
const withoutSurprisal = async (set: BenchSet, setting: Setting): Promise<readonly AblationRow[]> => {
  const policies = createPolicies(await openSurprisal(), setting.tokenizer, setting.seed);
  const measure = async (name: string) => {
    const policy = policies.find((candidate) => candidate.name === name) as Policy;
    const heldBy = new Map(
      set.conversations.map((conversation) => [
        conversation.id,
        holdTurns(conversation, policy, setting.tokenizer),
      ]),
    );
    const evidence = set.conversations.flatMap((conversation) =>
      measuredQuestions(conversation, set.questions).map(
        ({ question, evidence: turns }): Scored => ({
          key: `${conversation.id} ${question.id}`,
          conversation: conversation.id,
          value: turns.filter(({ id }) => heldBy.get(conversation.id)?.has(id)).length / turns.length,
        }),
      ),
    );
    const retained = await recallBy(
      createRetentiveSelector('memory', setting.seed, { extractor: false }),
      set,
      [RETAINED_BUDGET],
      setting,
      (conversation) => ({
        ...conversation,
        turns: conversation.turns.filter(({ id }) => heldBy.get(conversation.id)?.has(id)),
      }),
    );
    return { evidence, recall: retained.get(RETAINED_BUDGET) ?? [] };
  };
  const whole = await measure('retentive');
  const less = await measure('retentive:no-surprisal');
  const names = { without: 'surprisal', set: set.name };
  const share = `${100 * CAPACITY} %`;
  return [
    rowOf({ ...names, metric: `evidence held at ${share}` }, whole.evidence, less.evidence, setting),
    rowOf(
      { ...names, metric: `recall@${RETAINED_BUDGET} of what is held at ${share}` },
      whole.recall,
      less.recall,
      setting,
    ),
  ];
};

const graphSelectors = ({ seed }: Setting): readonly [Selector, Selector] => [
  createRetentiveSelector('memory', seed),
  createRetentiveSelector('memory', seed, { name: 'retentive:without-graph', related: false }),
];

const TWO_HOP_CONTROLS: ReadonlySet<string> = new Set(['recent', 'random', 'bm25', 'bm25-neighbours']);

/** Questions over two hops and by name, with relations and without; and what controls find. */
const twoHopRows = async (setting: Setting): Promise<readonly AblationRow[]> => {
  const set = createTwoHopSet(setting.seed);
  const [whole, less] = graphSelectors(setting);
  const scoresOf = async (selector: Selector) => {
    const scores = await recallBy(selector, set, TWO_HOP_BUDGETS, setting);
    const categories = new Map(set.questions.map(({ id, category }) => [id, category]));
    return (budget: number, category: string): readonly Scored[] =>
      (scores.get(budget) ?? []).filter(({ key }) => categories.get(key.split(' ')[1] ?? '') === category);
  };
  const all = await scoresOf(whole);
  const others = [less, ...createControls(setting.tokenizer, setting.seed)].filter(
    ({ name }) => name === less.name || TWO_HOP_CONTROLS.has(name),
  );
  const rows: AblationRow[] = [];
  for (const selector of others) {
    const scores = await scoresOf(selector);
    for (const budget of TWO_HOP_BUDGETS) {
      for (const category of ['two-hop', 'one-hop']) {
        const metric = `${category} recall@${budget}${selector === less ? '' : ` of ${selector.name}`}`;
        const names = { without: 'graph', set: set.name, metric };
        rows.push(rowOf(names, all(budget, category), scores(budget, category), setting));
      }
    }
  }
  return rows;
};

const measurePart = async (part: Part, set: BenchSet, setting: Setting): Promise<readonly AblationRow[]> => {
  const assembled = (options: { smoothing?: boolean; selection?: boolean }): Selector =>
    createAssembledSelector('assembled', { smoothing: true, selection: true, ...options });
  switch (part) {
    case 'surprisal':
      return await withoutSurprisal(set, setting);
    case 'facts': {
      const selectors = [
        createRetentiveSelector('memory', setting.seed),
        createRetentiveSelector('memory', setting.seed, { extractor: false }),
      ] as const;
      return await compareRecall(part, selectors, set, setting);
    }
    case 'core':
      return [];
    case 'graph':
      return await compareRecall(part, graphSelectors(setting), set, setting);
    case 'vectors':
      return await withoutVectors(set, setting);
    case 'selection':
    case 'smoothing':
      return await compareRecall(part, [assembled({}), assembled({ [part]: false })], set, setting);
  }
};

/** Rows that need no set. */
const measureGenerated = async (part: Part, setting: Setting): Promise<readonly AblationRow[]> => {
  if (part === 'facts') return await truthRows(part, createChangingFacts(setting.seed), setting);
  if (part === 'graph') return await twoHopRows(setting);
  if (part === 'core') return await truthRows(part, createStandingFacts(setting.seed), setting);
  return [];
};

const missing = (without: Part, set: string, reason: unknown): AblationRow => ({
  without,
  set,
  metric: 'all',
  value: null,
  delta: null,
  low: null,
  high: null,
  reason: reason instanceof Error ? reason.message : String(reason),
});

/**
 * What each part contributes: metrics with all parts beside those without it, on the same questions.
 * @throws FILE_INVALID, FILE_NOT_FOUND, OPTION_INVALID
 */
export const measureAblation = async (options: AblateOptions): Promise<AblateReport> => {
  const { without, progress, seed, limit } = options;
  const setting: Setting = { seed, tokenizer: await openO200kTokenizer() };
  const rows: AblationRow[] = [];
  const add = async (part: Part, set: string, measure: () => Promise<readonly AblationRow[]>) => {
    progress.update(without.indexOf(part), without.length, `${set} without ${part}`);
    try {
      rows.push(...(await measure()));
    } catch (error) {
      rows.push(missing(part, set, error));
    }
  };
  try {
    for (const part of without) await add(part, GENERATED, () => measureGenerated(part, setting));
    for await (const source of readSets(options)) {
      if ('reason' in source) {
        rows.push(...without.map((part) => missing(part, source.name, source.reason)));
        continue;
      }
      const set = onlyMeasured(source, limit);
      for (const part of without) await add(part, set.name, () => measurePart(part, set, setting));
    }
  } finally {
    progress.end();
  }
  return { rows };
};
