import type { FactId, FactInput, Operation } from '@retentive/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defineRule, type Memory, type MemoryOptions, type ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inFolder, type TestPlace } from '../support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };

const COUNTRY = defineRule({
  id: 'country-of-home',
  when: [
    { subject: '?person', attribute: 'home', value: '?city' },
    { subject: '?city', attribute: 'country', value: '?country' },
  ],
  conclude: { subject: '?person', attribute: 'lives in country', value: '?country' },
  text: '?person lives in ?country.',
});
const CURRENCY = defineRule({
  id: 'currency-of-country',
  when: [
    { subject: '?person', attribute: 'lives in country', value: '?country' },
    { subject: '?country', attribute: 'currency', value: '?currency' },
  ],
  conclude: { subject: '?person', attribute: 'pays in', value: '?currency' },
  text: '?person pays in ?currency.',
});

let place: TestPlace;
let memory: Memory;
let ana: ScopedMemory;

const open = async (options: MemoryOptions = {}): Promise<void> => {
  memory = await place.open({ extractor: false, episodes: true, ...options });
  ana = memory.scope(SCOPE);
};
const reopen = async (options: MemoryOptions = {}): Promise<void> => {
  await memory.close();
  await open(options);
};
const know = async (subject: string, attribute: string, value: string, scope = ana) => {
  const fact: FactInput = { text: `${subject}: ${attribute} ${value}.`, subject, attribute, value };
  return (await scope.changeFact({ kind: 'add', fact })).fact;
};
const drawn = async (attribute: string): Promise<readonly string[]> =>
  (await ana.facts({ attribute })).map(({ text }) => text).toSorted();
const reasons = (operations: readonly Operation[]): readonly string[] =>
  operations.map(({ because }) => because);

beforeEach(async () => {
  place = await inFolder();
  await open();
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

/** Facts that were told before there were rules. */
const tell = async (people = 1): Promise<void> => {
  await know('Porto', 'country', 'Portugal');
  await know('Portugal', 'currency', 'euro');
  for (let each = 0; each < people; each += 1) await know(`Person ${each}`, 'home', 'Porto');
};

it('draws what rules that are new give, over conclusions of their own, and a dry run says the same first', async () => {
  await tell();
  await reopen({ rules: [COUNTRY, CURRENCY] });
  const planned = await ana.consolidate({ dryRun: true });
  expect(planned).toMatchObject({ dryRun: true, done: false });
  expect(reasons(planned.operations)).toEqual([
    'it follows by the rule "country-of-home"',
    'it follows by the rule "currency-of-country"',
  ]);
  expect(await drawn('pays in')).toEqual([]);
  const { operations, done } = await ana.consolidate();
  expect([operations, done]).toEqual([planned.operations, true]);
  expect(await drawn('pays in')).toEqual(['Person 0 pays in euro.']);
  expect(await ana.consolidate({ dryRun: true })).toMatchObject({ operations: [], done: true });
  expect(await ana.consolidate()).toMatchObject({ operations: [], done: true });
  expect((await memory.doctor()).faults).toEqual([]);
});

it('derives from what is merged, once, and the profile has what was derived', async () => {
  await know('user', 'home', 'Porto');
  await know('user', 'home', 'porto');
  await know('Porto', 'country', 'Portugal');
  await reopen({ rules: [COUNTRY], profile: true });
  const planned = await ana.consolidate({ dryRun: true });
  const { operations } = await ana.consolidate();
  expect(operations).toEqual(planned.operations);
  expect(operations.map(({ kind }) => kind)).toEqual(['skip', 'retract', 'add']);
  expect(await drawn('lives in country')).toEqual(['user lives in Portugal.']);
});

it('goes on where a bounded run, an abort or another opening stopped', async () => {
  await tell(12);
  await reopen({ rules: [COUNTRY, CURRENCY] });
  const first = await ana.consolidate({ limit: 5 });
  expect(first.operations).toHaveLength(5);
  expect(first.done).toBe(false);
  const stop = new AbortController();
  const off = memory.events.on('fact:added', () => stop.abort());
  expect(await codeOf(ana.consolidate({ signal: stop.signal }))).toBe('ABORTED');
  off();
  await reopen({ rules: [COUNTRY, CURRENCY] });
  let written = 0;
  for (let done = false; !done; ) {
    const report = await ana.consolidate({ limit: 7 });
    expect(report.operations.length).toBeLessThanOrEqual(7);
    written += report.operations.length;
    done = report.done;
  }
  expect(written).toBeLessThan(24 - 5);
  expect(await drawn('lives in country')).toHaveLength(12);
  expect(await drawn('pays in')).toHaveLength(12);
});

it("draws at an agent's path for that path only", async () => {
  const helper = (): ScopedMemory => memory.scope({ ...SCOPE, agent: 'helper' });
  await tell();
  await know('Porto', 'country', 'Portugal', helper());
  await know('Ben', 'home', 'Porto', helper());
  await reopen({ rules: [COUNTRY] });
  expect((await helper().consolidate({ dryRun: true })).operations).toMatchObject([{ agent: 'helper' }]);
  expect((await helper().consolidate()).operations).toMatchObject([{ agent: 'helper' }]);
  const { operations } = await ana.consolidate();
  expect(operations.map(({ agent }) => agent)).toEqual([undefined]);
  expect(await drawn('lives in country')).toEqual(['Ben lives in Portugal.', 'Person 0 lives in Portugal.']);
});

it('is one run at a time in a scope, whoever asks', async () => {
  await tell(6);
  await reopen({ rules: [COUNTRY] });
  const reports = await Promise.all(Array.from({ length: 4 }, () => ana.consolidate({ limit: 2 })));
  expect(reports.map(({ operations }) => operations.length)).toEqual([2, 2, 2, 0]);
  const gone = new AbortController();
  const [running, waiting] = [ana.consolidate(), ana.consolidate({ signal: gone.signal })];
  gone.abort();
  expect(await codeOf(waiting)).toBe('ABORTED');
  expect(await running).toMatchObject({ operations: [], done: true });
});

it('comes to its end where there is more to look at than a step has', async () => {
  const barren = defineRule({
    id: 'barren',
    when: [
      { subject: '?a', attribute: 'one', value: '?x' },
      { subject: '?b', attribute: 'two', value: '?x' },
    ],
    conclude: { subject: '?a', attribute: 'near', value: '?b' },
  });
  // Each is looked at beside each of the others, and none goes with one.
  for (let each = 0; each < 120; each += 1) {
    await know(`a${each}`, 'one', `x${each}`);
    await know(`b${each}`, 'two', `y${each}`);
  }
  await tell();
  await reopen({ rules: [barren, COUNTRY] });
  const planned = await ana.consolidate({ dryRun: true });
  expect(planned.operations).toHaveLength(1);
  expect(await ana.consolidate()).toMatchObject({ operations: planned.operations, done: true });
  expect(await drawn('lives in country')).toEqual(['Person 0 lives in Portugal.']);
});

it('does not draw again what was forgotten', async () => {
  await tell();
  await reopen({ rules: [COUNTRY] });
  await ana.consolidate();
  const [fact] = await ana.facts({ attribute: 'lives in country' });
  await ana.forget((fact as { id: FactId }).id);
  expect(await drawn('lives in country')).toEqual([]);
  await ana.consolidate();
  await reopen({ rules: [COUNTRY] });
  await ana.consolidate();
  expect(await drawn('lives in country')).toEqual([]);
});
