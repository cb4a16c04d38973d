import { RetentiveError } from '@retentive/core';
import { DAILYDIALOG_TASK } from './dailydialog.ts';
import { GROCERY_TASK } from './grocery.ts';
import { LANGUAGES_TASK } from './languages.ts';
import { LUFY_TASK } from './lufy.ts';
import { PLAIN_FACTS_TASK } from './plain-facts.ts';
import { RETAINED_RECALL_TASK } from './retained-recall.ts';
import { ROCK_PAPER_SCISSORS_TASK } from './rock-paper-scissors.ts';
import { SPEED_TASK } from './speed.ts';
import type { RetentionTask } from './task.ts';

/** Every task of `bench retention`, in the order they are printed. */
export const RETENTION_TASKS: readonly RetentionTask[] = [
  LUFY_TASK,
  PLAIN_FACTS_TASK,
  GROCERY_TASK,
  DAILYDIALOG_TASK,
  ROCK_PAPER_SCISSORS_TASK,
  LANGUAGES_TASK,
  SPEED_TASK,
  RETAINED_RECALL_TASK,
];

/** The tasks of these names, `none` for none of them; without names all but the slow ones. @throws OPTION_INVALID */
export const chooseTasks = (names: readonly string[] | undefined): readonly RetentionTask[] => {
  if (names === undefined) return RETENTION_TASKS.filter(({ slow }) => slow !== true);
  if (names.length === 1 && names[0] === 'none') return [];
  return names.map((name) => {
    const task = RETENTION_TASKS.find((candidate) => candidate.name === name);
    if (task !== undefined) return task;
    const known = RETENTION_TASKS.map((candidate) => candidate.name).join(', ');
    throw new RetentiveError('OPTION_INVALID', `no task "${name}"; there are ${known}, or none`);
  });
};
