import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUpFolder, type Memory } from '../src/index.ts';
import { codeOf } from '../src/testing/journal-fixtures.ts';
import { inFolder, inProcess } from './support/memories.ts';
import { say } from './support/say.ts';

const USERS = Array.from({ length: 8 }, (_, index) => `user ${index}`);

describe('a backup', () => {
  let place: Awaited<ReturnType<typeof inFolder>>;
  let other: Awaited<ReturnType<typeof inFolder>>;
  let memory: Memory;
  const ana = (from = memory) => from.scope({ tenant: 'acme', user: 'ana' });

  beforeEach(async () => {
    place = await inFolder();
    other = await inFolder();
    memory = await place.open();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
    await other.remove();
  });

  it('made under load is restored whole: sound, with everything that was acknowledged before', async () => {
    await say(ana(), 'I live in Porto.');
    const acknowledged: string[] = [];
    let stop = false;
    const write = async (user: string): Promise<void> => {
      for (let turn = 0; !stop; turn += 1) {
        const content = `${user} says ${turn} ${'word '.repeat(turn % 50)}`;
        const { id } = await memory.scope({ tenant: 'acme', user }).observe({ role: 'assistant', content });
        acknowledged.push(id);
      }
    };
    const writers = USERS.map(write);
    await expect.poll(() => acknowledged.length).toBeGreaterThan(300);
    const before = [...acknowledged];
    const told: { bytes: number; of: number }[] = [];
    // A slash says that a folder is wanted.
    const report = await memory.backup(`${join(other.path, 'restored')}/`, {
      onProgress: (each) => told.push(each),
    });
    const during = acknowledged.length - before.length;
    stop = true;
    await Promise.all(writers);

    const path = join(other.path, 'restored');
    expect(report.file).toBe(join(path, 'journal.db'));
    expect(report.bytes).toBe(statSync(report.file).size);
    expect(told.at(-1)).toEqual({ bytes: report.bytes, of: report.bytes });
    expect(told.every(({ bytes, of }) => bytes <= of)).toBe(true);
    expect(readdirSync(path)).toEqual(['journal.db']);
    if (process.platform !== 'win32') expect(statSync(report.file).mode & 0o777).toBe(0o600);
    expect(during, 'nobody wrote meanwhile').toBeGreaterThan(0);

    const restored = await other.open({ path });
    expect(await restored.doctor()).toMatchObject({ ok: true, faults: [], scopes: USERS.length + 1 });
    const ids = new Set<string>();
    for (const user of USERS) {
      for (const { id } of await restored.scope({ tenant: 'acme', user }).messages()) ids.add(id);
    }
    expect(before.filter((id) => !ids.has(id))).toEqual([]);
    // What is there is the journal up to one moment, with no gap.
    const copied = await collect(restored.changes({ follow: false }));
    const original = await collect(memory.changes({ follow: false }));
    expect(copied).toEqual(original.slice(0, copied.length));
    expect(copied.length).toBe(report.sequence);
    expect(await ana(restored).facts({ about: 'Ana' })).toHaveLength(1);
    await restored.close();
  });

  it('takes the place of an earlier one, and stands beside a memory that goes on', async () => {
    const file = join(other.path, 'nightly.db');
    await say(ana(), 'I live in Porto.');
    const first = await memory.backup(file);
    await say(ana(), 'I have a dog.');
    // Another process would do it like this.
    const second = await backUpFolder(place.path, file);
    expect(second.sequence).toBeGreaterThan(first.sequence);
    expect(readdirSync(other.path)).toEqual(['nightly.db']);
    await say(ana(), 'I have a cat.');
    expect(await ana().messages()).toHaveLength(3);
    expect(readFileSync(file).includes('Porto')).toBe(true);
    // What is forgotten is not in the next backup, and an erasure and a copy do not disturb each other.
    const [message] = await ana().messages();
    const [copy] = await Promise.all([memory.backup(file), ana().forget(message?.id ?? ('' as never))]);
    expect(copy.file).toBe(file);
    expect(readFileSync(join(place.path, 'journal.db')).includes('Porto')).toBe(false);
    await memory.backup(file);
    expect(readFileSync(file).includes('Porto')).toBe(false);
  });

  it('is refused where a journal is or was in use, where there is none, and leaves nothing behind', async () => {
    await say(ana(), 'I live in Porto.');
    const twin = await other.open();
    await twin.close();
    await mkdir(join(place.path, 'sub'));
    for (const path of [
      place.path,
      join(place.path, 'journal.db'),
      join(place.path, 'x.db'),
      other.path,
      '',
    ]) {
      expect(await codeOf(memory.backup(path)), path).toBe('OPTION_INVALID');
    }
    await writeFile(join(place.path, 'sub', 'file'), '');
    expect(await codeOf(memory.backup(join(place.path, 'sub', 'file', 'x.db')))).toBe('STORE_WRITE_FAILED');
    expect(readdirSync(join(place.path, 'sub'))).toEqual(['file']);
    expect(await codeOf(backUpFolder(join(place.path, 'sub'), join(other.path, 'x', 'y')))).toBe(
      'FILE_NOT_FOUND',
    );
    expect(await codeOf(memory.backup(join(place.path, 'sub', 'z'), { signal: AbortSignal.abort() }))).toBe(
      'ABORTED',
    );
    const volatile = await (await inProcess()).open();
    expect(await codeOf(volatile.backup(join(other.path, 'none.db')))).toBe('OPTION_INVALID');
    await volatile.close();
  });
});
