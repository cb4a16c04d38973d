import { createManualClock, createSeededRandom } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { readAll } from '../../src/testing/journal-fixtures.ts';
import { pieceOf } from './pieces.ts';
import { createTestRoot, startChild, type TestChild } from './support.ts';

/** Kills in one run; more in the long tests. */
const TRIALS = Number(process.env['RETENTIVE_TRIALS'] ?? 6);
const CALLERS = 8;

const root = createTestRoot();
afterAll(root.remove);

interface Acknowledged {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
  readonly state: string;
}

const parseLine = (line: string): Acknowledged => {
  const [id = '', offset, length, state = ''] = line.split(' ');
  return { id, offset: Number(offset), length: Number(length), state };
};

/** Lets a child write, kills it after so many acknowledgements, and gives all that it got out. */
const writeAndKill = async (child: TestChild, after: number): Promise<readonly Acknowledged[]> => {
  child.process.stdin?.write('go');
  const lines: string[] = [];
  for await (const line of child.lines) {
    lines.push(line);
    if (lines.length === after) child.process.kill('SIGKILL');
  }
  const [, signal] = await child.exited;
  if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${child.errors()}`);
  return lines.filter((line) => /^\S+ \d+ \d+ (open|complete)$/.test(line)).map(parseLine);
};

const textsOf = (entries: readonly JournalEntry[]): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  for (const { body } of entries) {
    if (body.kind === 'source') {
      expect(texts.has(body.source.id), `"${body.source.id}" is there twice`).toBe(false);
      texts.set(body.source.id, body.text);
    } else if (body.kind === 'text') {
      const before = texts.get(body.id);
      expect(body.offset, `a piece of "${body.id}" is there twice`).toBe(before?.length);
      texts.set(body.id, before + body.text);
    }
  }
  return texts;
};

const expectedText = (id: string, length: number): string => {
  let text = '';
  for (let index = 0; text.length < length; index += 1) text += pieceOf(id, index);
  return text;
};

it.each([
  ['full', TRIALS],
  ['normal', Math.ceil(TRIALS / 3)],
] as const)(
  'with durability %s loses and doubles nothing that was acknowledged, over %i kills in mid-write',
  {
    timeout: 60_000 + TRIALS * 10_000,
  },
  async (durability, trials) => {
    const path = root.next();
    const random = createSeededRandom(11);
    const acknowledged: Acknowledged[] = [];
    const start = (trial: number): TestChild =>
      startChild('write', path, String(trial), String(CALLERS), durability);
    let child = start(0);
    for (let trial = 0; trial < trials; trial += 1) {
      const after = 1 + Math.floor(random.next() ** 2 * 400);
      acknowledged.push(...(await writeAndKill(child, after)));
      if (trial + 1 < trials) child = start(trial + 1);
      const journal = await openSqliteJournal({ path, clock: createManualClock() });
      try {
        expect(await journal.check()).toEqual([]);
        const texts = textsOf(await readAll(journal));
        for (const [id, text] of texts) {
          expect(expectedText(id, text.length), `"${id}" has a piece that was never written`).toBe(text);
        }
        for (const { id, offset, length, state } of acknowledged) {
          const text = texts.get(id);
          expect(text?.length, `"${id}" lost acknowledged text`).toBeGreaterThanOrEqual(offset + length);
          if (state === 'complete') expect(text).toBe(expectedText(id, offset + length));
        }
        const complete = new Set((await journal.sources({ state: 'complete' })).map(({ id }) => String(id)));
        for (const { id, state } of acknowledged) {
          if (state === 'complete') expect(complete.has(id), `"${id}" lost its end`).toBe(true);
        }
      } finally {
        await journal.close();
      }
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(trials);
  },
);
