import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Memory } from '../../src/index.ts';
import { commandSequences, createCaller, live, readBriefly, type Step } from '../support/histories.ts';
import { inFolder, inProcess, type TestPlace } from '../support/memories.ts';

/** 2,000 in the long run, a tenth of it in the short one. */
const SEQUENCES = Number(process.env['RETENTIVE_TRIALS'] ?? 10) >= 100 ? 2_000 : 70;
/** Tokens: so few that most of a sequence is archived before its end. */
const CAPACITY = 100;

/** Carries a sequence out as a user that nothing is known of yet, and reads after each half of it. */
const outcomes = async (memory: Memory, { clock }: TestPlace, steps: readonly Step[], user: string) => {
  const caller = createCaller();
  const half = steps.length >> 1;
  const found: unknown[] = [];
  for (const part of [steps.slice(0, half), steps.slice(half)]) {
    await live(memory, clock, caller, part, user);
    found.push(await readBriefly(memory, clock.now(), user));
  }
  return found;
};

it(`gives equal results over ${SEQUENCES} random command sequences, in a process and in a folder`, {
  timeout: 60_000 + SEQUENCES * 1_000,
}, async () => {
  const places = [await inProcess(), await inFolder()] as const;
  const open = (place: TestPlace) => place.open({ extractor: false, capacity: CAPACITY });
  const memories = [await open(places[0]), await open(places[1])] as const;
  let run = 0;
  try {
    await fc.assert(
      fc.asyncProperty(commandSequences, async (steps) => {
        run += 1;
        const user = `u${run}`;
        const expected = await outcomes(memories[0], places[0], steps, user);
        expect(await outcomes(memories[1], places[1], steps, user)).toEqual(expected);
      }),
      // One owner each for all of them, with clocks and ids in step: what failed once cannot be run again, smaller.
      { numRuns: SEQUENCES, endOnFailure: true },
    );
    expect((await memories[1].doctor()).faults).toEqual([]);
  } finally {
    await Promise.all(memories.map((memory) => memory.close()));
    await Promise.all(places.map((place) => place.remove()));
  }
});
