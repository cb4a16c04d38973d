import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mean, measuredQuestions, readEvaluationSet } from '@retentive/memory/evaluation';
import { askHeld, askMemory, type Case, prepareCase } from '../cases.ts';
import { createPolicies, type Held } from '../policies.ts';
import type { RetentionTask } from './task.ts';
import { unmeasured } from './task.ts';

const TASK = 'retained-recall';
const SET = 'locomo';
const CAPACITY = 0.2;
const POLICIES = ['retentive', 'retentive:no-surprisal', 'recent', 'random', 'longest'];

/**
 * LoCoMo: recall at 1,024 tokens of a memory that holds a fifth of what was said, as a share of the recall of one that
 * holds all of it. `retentive:spans` is the memory itself with that capacity and `retention: { spans: true }`: excerpts find
 * whole messages, which come from the archive.
 */
export const RETAINED_RECALL_TASK: RetentionTask = {
  name: TASK,
  about: 'recall@1024 on LoCoMo with 20 % of the tokens held, and its share of the recall with all of them',
  slow: true,
  async measure({ data, seed, surprisal, tokenizer }) {
    if (data === undefined || !existsSync(join(data, SET))) {
      return unmeasured(TASK, 'recall', `needs --data with ${SET}`);
    }
    const set = await readEvaluationSet(data, SET);
    if ('reason' in set) return unmeasured(TASK, 'recall', set.reason);
    const cases = set.conversations.map((conversation) =>
      prepareCase(conversation, measuredQuestions(conversation, set.questions), tokenizer),
    );
    const policies = createPolicies(surprisal, tokenizer, seed).filter(({ name }) => POLICIES.includes(name));
    const meanOver = async (ask: (each: Case) => Promise<readonly number[]>): Promise<number> => {
      const recalls: number[] = [];
      for (const each of cases) recalls.push(...(await ask(each)));
      return mean(recalls) ?? 0;
    };
    const recallOf = (heldOf: (each: Case) => Held): Promise<number> =>
      meanOver((each) => askHeld(each, heldOf(each), tokenizer, seed));
    const whole = await recallOf(({ turns }) => ({ turns: new Set(turns.keys()) }));
    const spans = await meanOver((each) =>
      askMemory(each, { capacityShare: CAPACITY, retention: { spans: true } }, tokenizer, seed),
    );
    const rows = [
      { task: TASK, policy: 'everything', metric: 'recall', value: whole },
      { task: TASK, policy: 'everything', metric: 'ofWhole', value: 1 },
      { task: TASK, policy: 'retentive:spans', metric: 'recall', value: spans },
      { task: TASK, policy: 'retentive:spans', metric: 'ofWhole', value: spans / Math.max(1e-9, whole) },
    ];
    for (const policy of policies) {
      const value = await recallOf(({ turns, needed }) => {
        const all = turns.reduce((sum, { tokens }) => sum + tokens, 0);
        return policy.hold({ turns, needed, capacity: Math.floor(CAPACITY * all) });
      });
      rows.push({ task: TASK, policy: policy.name, metric: 'recall', value });
      rows.push({ task: TASK, policy: policy.name, metric: 'ofWhole', value: value / Math.max(1e-9, whole) });
    }
    return rows;
  },
};
