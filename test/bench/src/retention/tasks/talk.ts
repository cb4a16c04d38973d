import type { Role } from '@retentive/core';
import type { BenchTurn } from '../../bench-data.ts';

/** One thing said, before it has an id and a time. */
export interface Line {
  readonly text: string;
  readonly speaker: string;
  readonly session?: string | undefined;
  readonly role?: Role | undefined;
}

const START = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;

/** Turns of one thread from what was said in it, a minute apart from a fixed date. */
export const turnsOfLines = (thread: string, lines: readonly Line[]): readonly BenchTurn[] =>
  lines.map(({ text, speaker, session = 'one', role = 'user' }, index) => ({
    id: `${thread}-${index}`,
    thread,
    session: `${thread}-${session}`,
    role,
    speaker,
    text,
    time: START + index * MINUTE_MS,
  }));
