import { createManualClock } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import { timeRuns } from '../timing.ts';
import type { TruthReport } from './schemas.ts';

const FACTS = 10_000;
const PEOPLE = 100;
const READS = 200;

/** How long reads of facts take in a scope that has many: of one of a hundred people, and of the one all are about. */
export const measureReads = async (): Promise<TruthReport['reads']> => {
  const clock = createManualClock(Date.UTC(2024, 0, 1));
  const memory = await openMemory({ clock, extractor: false });
  try {
    const [spread, single] = ['spread', 'single'].map((user) => memory.scope({ tenant: 'bench', user }));
    for (const [scope, people] of [
      [spread, PEOPLE],
      [single, 1],
    ] as const) {
      for (let number = 0; number < FACTS; number += 1) {
        const subject = `person ${number % people}`;
        const text = `${subject} keeps thing ${number}`;
        const attribute = `thing ${number % 997}`;
        const fact = { text, subject, attribute, value: `${number}`, valid: { from: number * 1_000 } };
        await scope?.changeFact({ kind: 'add', fact });
      }
    }
    const row = async (read: string, run: (index: number) => Promise<unknown>) => {
      const { p50, p95 } = await timeRuns(READS, run);
      return { facts: FACTS, read, p50, p95 };
    };
    const plain = Array.from({ length: FACTS }, (_, index) => ({ valid: { from: index, until: index + 1 } }));
    return [
      await row('control: a filter over as many objects', async (index) =>
        plain.filter(({ valid }) => valid.from <= index && index < valid.until),
      ),
      await row('facts of one of 100 subjects', async (index) =>
        spread?.facts({ about: `person ${index % PEOPLE}` }),
      ),
      await row('facts of one slot', async (index) =>
        single?.facts({ about: 'person 0', attribute: `thing ${index}` }),
      ),
      await row('all facts of the only subject', async () => single?.facts({ about: 'person 0' })),
      await row('facts of the only subject, 20', async () => single?.facts({ about: 'person 0', limit: 20 })),
      await row('facts as of a time', async (index) =>
        single?.facts({ about: 'person 0', asOf: index * 10_000, limit: 20 }),
      ),
      await row('known of what is not', async () =>
        spread?.known({ about: 'person 0', attribute: 'nothing' }),
      ),
      await row('known', async (index) => single?.known({ about: 'person 0', attribute: `thing ${index}` })),
    ];
  } finally {
    await memory.close();
  }
};
