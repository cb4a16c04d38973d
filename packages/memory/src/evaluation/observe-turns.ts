import type { CallOptions, Content } from '@retentive/core';
import type { ScopedMemory } from '../memory-types.ts';
import { type EvaluationTurn, turnWords } from './data/evaluation-set.ts';

/** Messages given to the memory before their receipts are awaited: lets the journal commit them together. */
const OBSERVE_BATCH = 64;

/** Tells a memory a conversation and waits for all that it causes. */
export const observeTurns = async (
  scope: ScopedMemory,
  turns: readonly EvaluationTurn[],
  options: CallOptions = {},
): Promise<void> => {
  for (let start = 0; start < turns.length; start += OBSERVE_BATCH) {
    const batch = turns
      .slice(start, start + OBSERVE_BATCH)
      .filter((turn) => turnWords(turn).length > 0)
      .map((turn) =>
        scope.observe(
          {
            id: turn.id,
            thread: turn.thread,
            role: turn.role,
            speaker: turn.speaker,
            time: turn.time,
            timeZone: turn.timeZone,
            content: contentOf(turn),
          },
          options,
        ),
      );
    for (const receipt of await Promise.all(batch)) await receipt.settled(options);
  }
};

const contentOf = (turn: EvaluationTurn): Content => {
  if (turn.caption === undefined) return turn.text;
  const image = {
    type: 'image',
    uri: `evaluation:${turn.id}`,
    mediaType: 'image/*',
    caption: turn.caption,
  } as const;
  return turn.text.trim() === '' ? [image] : [{ type: 'text', text: turn.text }, image];
};
