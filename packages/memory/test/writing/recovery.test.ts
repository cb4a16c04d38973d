import { createEstimatingTokenizer, createManualClock } from '@retentive/core';
import { expect, it } from 'vitest';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { Journal, SourceId } from '../../src/journal/journal.ts';
import { createFaultyJournal } from '../../src/testing/index.ts';
import { ANNA, BEN, readAll } from '../../src/testing/journal-fixtures.ts';
import { tearOpenSources } from '../../src/writing/recovery.ts';

const OPEN = 600;
const tokenizer = async () => createEstimatingTokenizer();

const leaveOpen = async (): Promise<Journal> => {
  const journal = createInMemoryJournal({ clock: createManualClock() });
  for (let index = 0; index < OPEN; index += 1) {
    const scope = index % 2 === 0 ? ANNA : BEN;
    const source = {
      type: 'message',
      id: `m${index}` as SourceId as never,
      thread: 'default',
      role: 'assistant',
      origin: 'agent',
      time: index,
      remember: true,
    } as const;
    const text = `Piece ${index} of `;
    await journal.append({ scope, entries: [{ kind: 'source', source, state: 'open', text, cuts: [] }] });
  }
  return journal;
};

it('closes thousands of open sources in a few transactions, each with all its text', async () => {
  const journal = await leaveOpen();
  let appends = 0;
  const counting = createFaultyJournal(journal, () => {
    appends += 1;
    return undefined;
  });
  await tearOpenSources(counting, tokenizer);
  expect(appends).toBeLessThanOrEqual(4);
  expect(await journal.sources({ state: 'open' })).toEqual([]);
  expect(await journal.check()).toEqual([]);
  const ends = (await readAll(journal)).filter(({ body }) => body.kind === 'closed');
  expect(ends).toHaveLength(OPEN);
  for (const { body } of ends) {
    if (body.kind === 'closed') expect(body.cuts.at(-1)?.[0]).toBe(body.length);
  }
});

it('leaves what a full store cannot take for the next opening', async () => {
  const journal = await leaveOpen();
  await tearOpenSources(
    createFaultyJournal(journal, ({ count }) => (count === 1 ? 'refuse' : undefined)),
    tokenizer,
  );
  const left = (await journal.sources({ state: 'open' })).length;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(OPEN);
  await tearOpenSources(journal, tokenizer);
  expect(await journal.sources({ state: 'open' })).toEqual([]);
});

it('stops when it is aborted', async () => {
  const journal = await leaveOpen();
  await expect(tearOpenSources(journal, tokenizer, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(await journal.sources({ state: 'open' })).toHaveLength(OPEN);
});
