import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createEstimatingTokenizer, createManualClock, type MessageId } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import { openMemory } from '../../src/index.ts';
import { MIN_JOURNAL_BYTES } from '../../src/journal/sqlite-journal.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { createTestRoot, startChild } from '../journal/support.ts';

const root = createTestRoot();
afterAll(root.remove);

const SCOPE = { tenant: 'acme', user: 'ana' };
const open = (path: string, maxBytes?: number) =>
  openMemory({
    path,
    maxBytes,
    capacity: 200,
    extractor: false,
    clock: createManualClock(),
    tokenizer: createEstimatingTokenizer(),
  });

it('has after a full disk exactly the messages that were acknowledged, whole or streamed', async () => {
  const path = root.next();
  const memory = await open(path, 2 * MIN_JOURNAL_BYTES);
  const ana = memory.scope(SCOPE);
  const acknowledged = new Map<string, string>();
  const refused: string[] = [];
  const say = async (caller: number): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) {
      const id = `${caller}-${turn}`;
      const content = `${id} ${'kayak '.repeat(200)}`;
      const code = await codeOf(ana.observe({ role: 'user', content, id: id as MessageId }));
      if (code === 'none') acknowledged.set(id, content);
      else refused.push(code);
    }
  };
  const writer = ana.ingest({ role: 'assistant', id: 'streamed' as MessageId });
  const stream = async (): Promise<void> => {
    for (let piece = 0; piece < 200; piece += 1) {
      const text = `piece ${piece} ${'pier '.repeat(100)}`;
      const code = await codeOf(writer.write(text));
      if (code !== 'none') refused.push(code);
      else acknowledged.set('streamed', (acknowledged.get('streamed') ?? '') + text);
    }
  };
  await Promise.all([stream(), ...Array.from({ length: 8 }, (_, caller) => say(caller))]);
  await codeOf(memory.close());
  expect(new Set(refused)).toEqual(new Set(['STORE_FULL']));
  expect(acknowledged.size).toBeGreaterThan(20);

  const again = await open(path);
  const messages = await again.scope(SCOPE).messages();
  expect(new Map(messages.map(({ id, text }) => [id, text]))).toEqual(acknowledged);
  expect((await again.doctor()).ok).toBe(true);
  await again.scope(SCOPE).observe({ role: 'user', content: 'There is room again.' });
  await again.close();
});

it('is private to its user under any umask, archive and vectors included', async () => {
  const path = root.next();
  const child = startChild(new URL('./children/live.ts', import.meta.url), path);
  for await (const line of child.lines) if (line === 'closed') break;
  await child.exited;
  const found = readdirSync(path, { recursive: true, withFileTypes: true });
  const names = found.map((entry) => entry.name);
  expect(names).toEqual(expect.arrayContaining(['archive', 'vectors', 'journal.db']));
  const modeOf = (place: string): string => (statSync(place).mode & 0o777).toString(8);
  expect(modeOf(path)).toBe('700');
  for (const entry of found) {
    const place = join(entry.parentPath, entry.name);
    expect([place, modeOf(place)]).toEqual([place, entry.isDirectory() ? '700' : '600']);
  }
});
