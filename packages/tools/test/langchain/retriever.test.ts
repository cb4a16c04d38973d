import { createEstimatingTokenizer } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { beforeEach, expect, it } from 'vitest';
import { RetentiveRetriever } from '../../src/langchain/retriever.ts';
import { openScope } from '../support/open-scope.ts';

let scope: ScopedMemory;

beforeEach(async () => {
  scope = await openScope();
});

it('says of each document what it is from and why it was chosen', async () => {
  const time = '2024-05-03T12:00:00Z';
  const content = 'My cat is called Miso.';
  const { id } = await scope.observe({ thread: 't1', role: 'user', speaker: 'Ana', time, content });
  const [document] = await new RetentiveRetriever({ scope }).invoke('Which cat does Ana have?');
  expect(document?.pageContent).toContain(content);
  expect(document?.id).toBe(`${id}#0`);
  expect(document?.metadata).toMatchObject({
    type: 'message',
    source: id,
    ids: [`${id}#0`],
    thread: 't1',
    role: 'user',
    speaker: 'Ana',
    time: '2024-05-03T12:00:00.000Z',
    matched: expect.arrayContaining(['cat']),
  });
  expect(document?.metadata.score).toBeGreaterThan(0);
  expect(document?.metadata.why.length).toBeGreaterThan(0);
});

it('gives documents and core blocks too', async () => {
  await scope.core.change({ type: 'append', line: 'Ana has a cat.' });
  const writer = scope.ingestDocument({ title: 'Cats' });
  await writer.write('A cat sleeps sixteen hours a day.');
  await writer.complete();
  const documents = await new RetentiveRetriever({ scope }).invoke('How long does a cat sleep?');
  expect(documents.map(({ metadata }) => metadata)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'document', source: writer.id, title: 'Cats' }),
      expect.objectContaining({ type: 'core', source: 'profile' }),
    ]),
  );
});

it('stays within its budget, best first or in the order of the context', async () => {
  const { count } = createEstimatingTokenizer();
  for (let day = 1; day <= 20; day += 1) {
    const time = `2024-05-${String(day).padStart(2, '0')}T12:00:00Z`;
    await scope.observe({ role: 'user', time, content: `On day ${day} the cat slept ${day % 7} hours.` });
  }
  const budget = { tokens: 120 };
  const ranked = await new RetentiveRetriever({ scope, budget }).invoke(
    'How long did the cat sleep on day 3?',
  );
  expect(ranked.length).toBeGreaterThan(1);
  expect(ranked.reduce((sum, { pageContent }) => sum + count(pageContent), 0)).toBeLessThanOrEqual(120);
  const scores = ranked.map(({ metadata }) => metadata.score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  const laidOut = await new RetentiveRetriever({ scope, budget, order: 'context' }).invoke(
    'How long did the cat sleep on day 3?',
  );
  const times = laidOut.map(({ metadata }) => String(metadata.time));
  expect(times).toEqual(times.toSorted());
});

it('reads one thread where one is named', async () => {
  await scope.observe({ thread: 't1', role: 'user', content: 'My cat is Miso.' });
  await scope.observe({ thread: 't2', role: 'user', content: 'My cat is Pixel.' });
  const documents = await new RetentiveRetriever({ scope, thread: 't2' }).invoke('Which cat?');
  expect(documents.map(({ metadata }) => metadata.thread)).toEqual(['t2']);
});

it('gives nothing of an empty memory', async () => {
  await expect(new RetentiveRetriever({ scope }).invoke('Which cat?')).resolves.toEqual([]);
});

it('rejects with ABORTED, and refuses a budget that is none', async () => {
  const retriever = new RetentiveRetriever({ scope });
  await expect(retriever.invoke('cat', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  const late = new AbortController();
  const hanging = { ...scope, context: () => new Promise<never>(() => {}) };
  const waiting = new RetentiveRetriever({ scope: hanging }).invoke('cat', { signal: late.signal });
  late.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  expect(() => new RetentiveRetriever({ scope, budget: { tokens: -1 } })).toThrow(
    expect.objectContaining({ code: 'BUDGET_INVALID' }),
  );
});

it('does not serialize the memory it reads', () => {
  expect(JSON.parse(JSON.stringify(new RetentiveRetriever({ scope })))).toEqual({
    lc: 1,
    type: 'not_implemented',
    id: ['retentive', 'retrievers', 'RetentiveRetriever'],
  });
});
