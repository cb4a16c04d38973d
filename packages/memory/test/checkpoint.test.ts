import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MessageId } from '@retentive/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { inFolder } from './support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const CAPACITY = 400;
/** More than what a closing memory leaves to be read again. */
const MESSAGES = 320;

let place: Awaited<ReturnType<typeof inFolder>>;
let memory: Memory;
let ana: ScopedMemory;

const open = async (): Promise<void> => {
  memory = await place.open({ capacity: CAPACITY, extractor: false });
  ana = memory.scope(SCOPE);
};

const idOf = (index: number): MessageId => `said-${index}` as MessageId;

const sayMany = async (from: number, count: number): Promise<void> => {
  for (let index = from; index < from + count; index += 1) {
    place.clock.advance(60_000);
    await ana.observe({
      id: idOf(index),
      role: index % 5 === 4 ? 'assistant' : 'user',
      content: `I bought ${index} apples in Porto${index === 7 ? ', and a zugzwang' : ''}.`,
      thread: index % 3 === 0 ? 'b' : 'a',
      ...(index % 2 === 0 ? { speaker: 'Ana' } : {}),
    });
  }
};

/** All that can be asked, without using what is found. */
const everything = async (): Promise<unknown> => ({
  messages: await ana.messages(),
  some: await ana.messages({ thread: 'b', limit: 3 }),
  context: (await ana.context('apples 300', { access: false })).text,
  archived: (await ana.context('zugzwang', { access: false, archive: true })).text,
  retention: JSON.stringify(await ana.retention()),
  found: await ana.search('zugzwang'),
  blocks: await ana.core.blocks(),
});

const archiveFile = async (): Promise<string> => {
  const folder = join(place.path, 'archive');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.db'));
  expect(names).toHaveLength(1);
  return join(folder, names[0] as string);
};

/** Every byte below the folder. */
const bytes = async (): Promise<string> => {
  const names = await readdir(place.path, { recursive: true });
  const texts = await Promise.all(
    names.map(async (name) => {
      try {
        return await readFile(join(place.path, name), 'latin1');
      } catch (error) {
        // A folder; or a log that went with its last reader, whom nothing closes but the collector.
        if (['EISDIR', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code))) return '';
        throw error;
      }
    }),
  );
  return texts.join('\n');
};

beforeEach(async () => {
  place = await inFolder();
  await open();
  await ana.core.change({ type: 'append', line: 'Lives in Porto.' });
  await sayMany(0, MESSAGES);
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

it('changes nothing that can be asked, over closing, more messages, and the loss of the file', async () => {
  const before = await everything();
  await memory.close();
  await open();
  expect(await everything()).toEqual(before);
  expect((await memory.doctor()).faults).toEqual([]);
  await sayMany(MESSAGES, 60);
  await ana.pin(idOf(9), true);
  const later = await everything();
  await memory.close();
  await open();
  expect(await everything()).toEqual(later);
  await memory.close();
  await rm(await archiveFile());
  await open();
  expect(await everything()).toEqual(later);
  expect((await memory.doctor()).faults).toEqual([]);
});

it('goes on with sources that had left memory: resumed, sent again, forgotten', async () => {
  const writer = ana.ingest({ role: 'user', id: 'torn' as MessageId });
  await writer.write('I saw a heron');
  await writer.tear();
  await sayMany(MESSAGES, 300);
  await memory.close();
  await open();
  expect(
    await ana.observe({ id: idOf(3), role: 'user', content: 'I bought 3 apples in Porto.', thread: 'b' }),
  ).toMatchObject({ replayed: true });
  const again = await ana.resume('torn' as MessageId, 13);
  await again.write(' by the river.');
  await again.complete();
  expect((await ana.messages()).find(({ id }) => id === 'torn')).toMatchObject({
    text: 'I saw a heron by the river.',
    state: 'complete',
  });
  expect((await memory.doctor()).faults).toEqual([]);
});

it('holds nothing of what was forgotten, open or closed', async () => {
  await memory.close();
  expect(await bytes()).toContain('zugzwang');
  await open();
  await ana.forget(idOf(7));
  expect(await bytes()).not.toContain('zugzwang');
  await ana.context('apples', { access: false });
  await memory.close();
  expect(await bytes()).not.toContain('zugzwang');
  await open();
  expect((await ana.messages()).map(({ id }) => id)).not.toContain(idOf(7));
  expect((await memory.doctor()).faults).toEqual([]);
});

it('holds nothing of what was forgotten when the process dies between journal and file', async () => {
  await memory.close();
  const file = await archiveFile();
  const before = await readFile(file);
  await open();
  await ana.forget(idOf(7));
  await memory.close();
  expect(await readdir(join(place.path, 'erasing'))).toEqual([]);
  // As a kill would leave it: the journal without it, the mark, and the file of before.
  await writeFile(file, before);
  await writeFile(join(place.path, 'erasing', basename(file, '.db')), '');
  expect(await bytes()).toContain('zugzwang');
  await open();
  expect(await bytes()).not.toContain('zugzwang');
  expect(await readdir(join(place.path, 'erasing'))).toEqual([]);
  expect((await ana.messages()).map(({ id }) => id)).not.toContain(idOf(7));
});

it('is not used where the journal is another one, or it cannot be read', async () => {
  const before = await everything();
  await memory.close();
  const file = await archiveFile();
  const early = `${place.path}-early`;
  await cp(place.path, early, { recursive: true });
  try {
    const whole = await readFile(file);
    const half = Math.floor(whole.length / 2);
    for (const spoilt of [
      whole.subarray(0, 9_000),
      'no database',
      Buffer.from(whole).fill(0x7b, half, half + 20_000),
    ]) {
      await rm(file);
      await writeFile(file, spoilt);
      await open();
      expect(await everything()).toEqual(before);
      await memory.close();
    }
    await open();
    await sayMany(MESSAGES, 300);
    await memory.close();
    // The journal of before, and the checkpoint of after.
    await cp(join(early, 'journal.db'), join(place.path, 'journal.db'));
    await open();
    expect(await everything()).toEqual(before);
    expect((await memory.doctor()).faults).toEqual([]);
  } finally {
    await rm(early, { recursive: true, force: true });
  }
});
