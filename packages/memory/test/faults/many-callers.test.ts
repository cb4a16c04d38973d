import { createEstimatingTokenizer, createSeededRandom, type MessageId } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import { createRuleExtractor, openMemory } from '../../src/index.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { createTestRoot, startChild } from '../journal/support.ts';

const TRIALS = Number(process.env['RETENTIVE_TRIALS'] ?? 6);
const LONG = TRIALS >= 100;
const MESSAGES = LONG ? 10_000 : 1_000;
const CALLERS = 32;
const EXTRACTED = LONG ? 1_000 : 200;
const ROUNDS = LONG ? 50 : 3;

const root = createTestRoot();
afterAll(root.remove);

const SCOPE = { tenant: 'acme', user: 'ana' };
const tokenizer = createEstimatingTokenizer();

it(`makes exactly ${MESSAGES} rows of ${MESSAGES} messages, each sent 1 to 5 times by ${CALLERS} callers at once`, {
  timeout: 300_000,
}, async () => {
  const path = root.next();
  const memory = await openMemory({ path, extractor: false, tokenizer });
  const ana = memory.scope(SCOPE);
  const random = createSeededRandom(8);
  const sent = Array.from({ length: MESSAGES }, (_, index) => index).flatMap((index) =>
    Array.from({ length: 1 + Math.floor(random.next() * 5) }, () => index),
  );
  for (let at = sent.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.next() * (at + 1));
    [sent[at], sent[other]] = [sent[other] as number, sent[at] as number];
  }
  const ids = new Map<number, Set<string>>();
  let firsts = 0;
  let next = 0;
  const call = async (): Promise<void> => {
    while (next < sent.length) {
      const index = sent[next] as number;
      next += 1;
      const receipt = await ana.observe({
        role: 'user',
        content: `Message ${index}.`,
        idempotencyKey: `key-${index}`,
      });
      if (!receipt.replayed) firsts += 1;
      ids.set(index, (ids.get(index) ?? new Set()).add(receipt.id));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  expect(firsts).toBe(MESSAGES);
  expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
  await memory.close();
  const journal = await openSqliteJournal({ path, clock: { now: () => 0, elapsed: () => 0 } });
  expect(await journal.sources({ state: 'complete' })).toHaveLength(MESSAGES);
  await journal.close();
});

it(`has one owner at a time, over ${ROUNDS} rounds in which the owner is killed`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  const path = root.next();
  let held = startChild('hold', path, 'm0');
  expect(await held.nextLine()).toBe('held');
  for (let round = 1; round <= ROUNDS; round += 1) {
    const refused = startChild('hold', path, 'never');
    expect(await refused.nextLine()).toBe('STORE_LOCKED');
    await refused.exited;
    held.process.kill('SIGKILL');
    await held.exited;
    held = startChild('hold', path, `m${round}`);
    expect(await held.nextLine()).toBe('held');
  }
  held.process.kill('SIGKILL');
  await held.exited;
  const journal = await openSqliteJournal({ path, clock: { now: () => 0, elapsed: () => 0 } });
  const ids = (await journal.sources({ state: 'complete' })).map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: ROUNDS + 1 }, (_, round) => `m${round}`));
  await journal.close();
});

it(`reads ${EXTRACTED} messages although one of them breaks the extractor each time`, {
  timeout: 120_000,
}, async () => {
  const rules = createRuleExtractor();
  const memory = await openMemory({
    tokenizer,
    extractor: {
      id: 'breaks',
      async extract(input, options) {
        if (input.message.text.includes('poison')) throw new Error('cannot read this');
        return rules.extract(input, options);
      },
    },
  });
  const ana = memory.scope(SCOPE);
  const receipts = [];
  for (let index = 0; index < EXTRACTED; index += 1) {
    const content = index === 7 ? 'This is poison.' : `I like tea number ${index}.`;
    receipts.push(await ana.observe({ role: 'user', content, id: `m${index}` as MessageId }));
  }
  const others = receipts.filter((_, index) => index !== 7);
  expect(new Set(await Promise.all(others.map((receipt) => codeOf(receipt.settled()))))).toEqual(
    new Set(['none']),
  );
  expect((await ana.messages()).length).toBe(EXTRACTED);
  await memory.close();
});
