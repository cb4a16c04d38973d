import { createManualClock } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import { rowOf, type Scored, type Setting } from './ablation-rows.ts';
import type { AblationRow } from './schemas.ts';
import type { TruthHistory } from './truth-set.ts';

const TRUTH_BUDGETS = [128, 256, 1_024];
const AFTERWARDS_MS = 60_000;

/** The set that is made up, not read. */
export const GENERATED = 'generated';

/** Whether the value that is true now stands in the context, by budget. */
const askTruth = async (
  histories: readonly TruthHistory[],
  { facts, core }: { readonly facts: boolean; readonly core: boolean },
): Promise<ReadonlyMap<number, readonly Scored[]>> => {
  const scores = new Map<number, Scored[]>(TRUTH_BUDGETS.map((budget) => [budget, []]));
  const now = Math.max(...histories.flatMap(({ turns }) => turns.map(({ time }) => time))) + AFTERWARDS_MS;
  const clock = createManualClock(now);
  const memory = await openMemory({ clock, ...(facts ? {} : { extractor: false }) });
  try {
    for (const { user, turns, core: lines, questions } of histories) {
      const scope = memory.scope({ tenant: 'bench', user });
      for (const { text, time } of turns) {
        const receipt = await scope.observe({ role: 'user', speaker: user, content: text, time });
        await receipt.settled();
      }
      for (const line of core ? lines : []) await scope.core.change({ type: 'append', line });
      for (const { question, value } of questions) {
        for (const budget of TRUTH_BUDGETS) {
          const { text } = await scope.context(question, {
            budget: { tokens: budget },
            access: false,
          });
          const found = text.toLowerCase().includes(value.toLowerCase()) ? 1 : 0;
          scores.get(budget)?.push({ key: `${user} ${question}`, conversation: user, value: found });
        }
      }
    }
  } finally {
    await memory.close();
  }
  return scores;
};

/** Rows of what is true now, asked with a memory and without a part of it. */
export const truthRows = async (
  without: 'facts' | 'core',
  histories: readonly TruthHistory[],
  setting: Setting,
): Promise<readonly AblationRow[]> => {
  const whole = await askTruth(histories, { facts: true, core: true });
  const less = await askTruth(histories, { facts: without !== 'facts', core: without !== 'core' });
  return TRUTH_BUDGETS.map((budget) =>
    rowOf(
      { without, set: GENERATED, metric: `truth@${budget}` },
      whole.get(budget) ?? [],
      less.get(budget) ?? [],
      setting,
    ),
  );
};
