import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commandSequences, createCaller, live, readBriefly, type Step } from '../support/histories.ts';
import { inFolder, inProcess, type TestPlace } from '../support/memories.ts';

/** 2,000 in the long run, a tenth of it in the short one. */
const SEQUENCES = Number(process.env['RETENTIVE_TRIALS'] ?? 10) >= 100 ? 2_000 : 200;

/** What is read after each half of a sequence; between them a folder is closed and opened again where `reopens`. */
const outcomes = async (
  place: TestPlace,
  steps: readonly Step[],
  capacity: number,
  reopens: boolean,
): Promise<unknown> => {
  const open = () => place.open({ extractor: false, capacity });
  let memory = await open();
  try {
    const caller = createCaller();
    const half = steps.length >> 1;
    const found: unknown[] = [];
    for (const part of [steps.slice(0, half), steps.slice(half)]) {
      await live(memory, place.clock, caller, part);
      found.push(await readBriefly(memory, place.clock.now()));
      if (!reopens) continue;
      await memory.close();
      memory = await open();
      expect(await readBriefly(memory, place.clock.now())).toEqual(found.at(-1));
    }
    return found;
  } finally {
    await memory.close();
    await place.remove();
  }
};

it(`gives equal results over ${SEQUENCES} random command sequences, in a process and in a folder, which reads alike when it is opened again`, {
  timeout: 60_000 + SEQUENCES * 3_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      commandSequences,
      fc.constantFrom(60, 400),
      fc.boolean(),
      async (steps, capacity, reopens) => {
        const inAFolder = await outcomes(await inFolder(), steps, capacity, reopens);
        // Ids are drawn in order: an owner that was opened again, and read once more, draws others.
        if (reopens) return;
        expect(inAFolder).toEqual(await outcomes(await inProcess(), steps, capacity, false));
      },
    ),
    { numRuns: SEQUENCES },
  );
});
