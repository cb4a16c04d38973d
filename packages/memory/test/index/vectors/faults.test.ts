import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSeededRandom } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import type { VectorHit, VectorIndex, VectorItem } from '../../../src/index/vector-index.ts';
import { createInMemoryVectorIndex } from '../../../src/index/vectors/in-memory-vector-index.ts';
import { vectorFolderOf } from '../../../src/index/vectors/vector-folder.ts';
import { type DurableVectorIndex, openVectraIndex } from '../../../src/index/vectors/vectra-index.ts';
import { codeOf } from '../../../src/testing/journal-fixtures.ts';
import { createTestRoot, startChild } from '../../journal/support.ts';
import { applyRound, DIMENSIONS, FINGERPRINT } from './rounds.ts';

/** Kills in one run, and a quarter of the cuts; 100 makes 400 cuts and 300 flips. */
const TRIALS = Number(process.env['RETENTIVE_TRIALS'] ?? 6);
const CUTS = Math.min(400, TRIALS * 4);
const FLIPS = Math.min(300, TRIALS * 3);
const ROUNDS = 6;

const root = createTestRoot();
afterAll(root.remove);
const random = createSeededRandom(7);

const openIndex = (folder: string, settings: object = {}): Promise<DurableVectorIndex> =>
  openVectraIndex({ folder, dimensions: DIMENSIONS, fingerprint: FINGERPRINT, ...settings });

const fileOf = (folder: string): string => join(folder, 'vectors.bin');

const query = Float32Array.from({ length: DIMENSIONS }, (_, at) => Math.sin(at + 1));
const allOf = (index: VectorIndex): Promise<readonly VectorHit[]> => index.search(query, 10_000);

const replay = async (index: VectorIndex, until: number): Promise<void> => {
  for (let round = index.sequence + 1; round <= until; round += 1) await applyRound(index, round);
};

/** What an index that never failed holds at a sequence. */
const expectedAt = async (sequence: number): Promise<readonly VectorHit[]> => {
  const index = createInMemoryVectorIndex({ dimensions: DIMENSIONS });
  await replay(index, sequence);
  return allOf(index);
};

const rebuilt = async (items: readonly VectorItem[]): Promise<VectorIndex> => {
  const index = createInMemoryVectorIndex({ dimensions: DIMENSIONS });
  await index.put(items, 1);
  await index.put([{ ...(items[5] as VectorItem), kind: 'fact' }], 2);
  await index.remove(['i3', 'i7'], 3);
  return index;
};

const makeSnapshot = async (): Promise<string> => {
  const folder = root.next();
  const index = await openIndex(folder);
  expect(index.opened).toEqual({ state: 'empty' });
  await replay(index, ROUNDS);
  await index.close();
  return folder;
};

/** Opens what is there, rebuilds it if it says so, and wants the same answers as ever. */
const expectRebuilt = async (folder: string, fault: string): Promise<void> => {
  const index = await openIndex(folder);
  expect(index.opened).toMatchObject({ state: 'rebuild', fault });
  expect([index.size, index.sequence]).toEqual([0, 0]);
  await replay(index, ROUNDS);
  expect(await allOf(index)).toEqual(await expectedAt(ROUNDS));
  await index.close();
};

it('opens what it wrote', async () => {
  const folder = await makeSnapshot();
  const index = await openIndex(folder);
  expect(index.opened).toEqual({ state: 'loaded' });
  expect(index.sequence).toBe(ROUNDS);
  expect(await allOf(index)).toEqual(await expectedAt(ROUNDS));
  await index.close();
});

it(`asks for a rebuild after each of ${CUTS} cuts and ${FLIPS} flipped bits`, {
  timeout: 120_000,
}, async () => {
  const folder = await makeSnapshot();
  const whole = readFileSync(fileOf(folder));
  const openDamaged = async (bytes: Uint8Array): Promise<void> => {
    writeFileSync(fileOf(folder), bytes);
    const index = await openIndex(folder);
    expect(index.opened).toMatchObject({ state: 'rebuild' });
    expect([index.size, index.sequence]).toEqual([0, 0]);
    await index.close();
    expect(readFileSync(fileOf(folder)).equals(bytes)).toBe(true);
  };
  for (let cut = 0; cut < CUTS; cut += 1) {
    // The head, every part and the checksum are cut, not only the long row of vectors.
    const length = cut < CUTS / 4 ? cut * 4 : Math.floor(random.next() * whole.length);
    await openDamaged(whole.subarray(0, length));
  }
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const bytes = Buffer.from(whole);
    const at = flip < FLIPS / 3 ? flip : Math.floor(random.next() * whole.length);
    bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random.next() * 8));
    await openDamaged(bytes);
  }
});

it('reads what was written in several blocks, and changed since', async () => {
  const folder = root.next();
  const dimensions = 1_024;
  // 256 of them make a block of the file.
  const items = Array.from({ length: 700 }, (_, at) => ({
    id: `i${at}`,
    kind: at % 5 === 0 ? ('fact' as const) : ('chunk' as const),
    vector: Float32Array.from({ length: dimensions }, () => random.next() - 0.5),
  }));
  const wanted = createInMemoryVectorIndex({ dimensions });
  let sequence = 0;
  const change = async (add: typeof items, remove: readonly string[]): Promise<void> => {
    const index = await openIndex(folder, { dimensions });
    for (const each of [index, wanted]) {
      await each.put(add, sequence + 1);
      await each.remove(remove, sequence + 2);
    }
    sequence += 2;
    await index.flush();
    const again = await openIndex(folder, { dimensions });
    expect([again.opened.state, again.sequence, again.size]).toEqual(['loaded', sequence, wanted.size]);
    const near = items[3]?.vector as Float32Array;
    expect(await again.search(near, 1_000)).toEqual(await wanted.search(near, 1_000));
    await index.close();
  };
  await change(items.slice(0, 690), []);
  await change(items.slice(685), ['i1', 'i300', 'none']);
  await change([{ ...(items[9] as (typeof items)[number]), kind: 'fact' }], ['i10']);
});

it('rebuilds a damaged snapshot to the same answers, and writes it whole again', async () => {
  const folder = await makeSnapshot();
  const bytes = readFileSync(fileOf(folder));
  bytes.writeUInt8(bytes.readUInt8(900) ^ 16, 900);
  writeFileSync(fileOf(folder), bytes);
  await expectRebuilt(folder, 'damaged');
  const index = await openIndex(folder);
  expect(index.opened).toEqual({ state: 'loaded' });
  expect(await allOf(index)).toEqual(await expectedAt(ROUNDS));
  await index.close();
});

it('reads no vectors of another dimension, embedder or version', async () => {
  const folder = await makeSnapshot();
  const other = await openIndex(folder, { dimensions: 16 });
  expect(other.opened).toMatchObject({
    fault: 'dimensions',
    reason: 'its vectors have 32 dimensions, not 16',
  });
  const renamed = await openIndex(folder, { fingerprint: 'another' });
  expect(renamed.opened).toMatchObject({ fault: 'fingerprint' });
  await Promise.all([other.close(), renamed.close()]);
  const bytes = readFileSync(fileOf(folder));
  bytes.writeUInt16LE(2, 4);
  writeFileSync(fileOf(folder), bytes);
  await expectRebuilt(folder, 'version');
});

it('begins anew when its file is deleted, or is a folder', async () => {
  const folder = await makeSnapshot();
  rmSync(fileOf(folder));
  const empty = await openIndex(folder);
  expect(empty.opened).toEqual({ state: 'empty' });
  await empty.close();
  rmSync(folder, { recursive: true });
  mkdirSync(fileOf(folder), { recursive: true });
  await expectRebuilt(folder, 'damaged');
});

it('writes thousands at once as it writes a few', async () => {
  const folder = root.next();
  const index = await openIndex(folder);
  const many = Array.from({ length: 2_500 }, (_, at) => ({
    id: `i${at}`,
    kind: 'chunk' as const,
    vector: Float32Array.from({ length: DIMENSIONS }, () => random.next() - 0.5),
  }));
  await index.put(many, 1);
  await index.flush();
  await index.remove(['i3', 'i2000'], 2);
  await index.put([{ ...(many[5] as VectorItem), kind: 'fact' }], 3);
  await index.flush();
  await index.put(many.slice(100), 4);
  const flushed = index.flush();
  await nextTurn();
  await index.remove(['i7'], 5);
  await flushed;
  const before = await openIndex(folder);
  expect([before.sequence, before.size]).toEqual([4, 2_499]);
  await index.close();
  const after = await openIndex(folder);
  expect([after.sequence, after.size]).toEqual([5, 2_498]);
  expect(await allOf(after)).toEqual(await allOf(await rebuilt(many)));
});

it('keeps what a failed flush could not write, and writes it at the next', async () => {
  const folder = root.next();
  const index = await openIndex(folder);
  await replay(index, 2);
  await index.flush();
  await replay(index, 3);
  // A folder in the place of the draft: it cannot be removed like a file, nor written over.
  mkdirSync(join(`${fileOf(folder)}.new`, 'in-the-way'), { recursive: true });
  expect(await codeOf(index.flush())).toBe('STORE_WRITE_FAILED');
  await replay(index, 4);
  expect(await allOf(index)).toEqual(await expectedAt(4));
  const before = await openIndex(folder);
  expect(before.sequence).toBe(2);
  expect(await allOf(before)).toEqual(await expectedAt(2));
  rmSync(`${fileOf(folder)}.new`, { recursive: true });
  await index.close();
  const after = await openIndex(folder);
  expect(after.sequence).toBe(4);
  expect(await allOf(after)).toEqual(await expectedAt(4));
});

it('writes what the rest of the journal completes, whatever changes while it flushes', async () => {
  const folder = root.next();
  const index = await openIndex(folder);
  await replay(index, 5);
  const controller = new AbortController();
  const aborted = codeOf(index.flush({ signal: controller.signal }));
  await nextTurn();
  controller.abort();
  expect(await aborted).toBe('ABORTED');
  const flushed = index.flush();
  await replay(index, 6);
  await flushed;
  const copy = await openIndex(folder);
  expect(copy.sequence).toBeGreaterThanOrEqual(5);
  await replay(copy, 6);
  expect(await allOf(copy)).toEqual(await expectedAt(6));
  await index.close();
  const last = await openIndex(folder);
  expect(last.sequence).toBe(6);
  expect(await allOf(last)).toEqual(await expectedAt(6));
});

it(`opens whole after each of ${TRIALS} kills in mid-flush, private to its user`, {
  timeout: 60_000 + TRIALS * 10_000,
}, async () => {
  const folder = join(root.next(), 'vectors', 'hash');
  let acknowledged = 0;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const child = startChild(new URL('./children/flush.ts', import.meta.url), folder);
    const until = acknowledged + 1 + Math.floor(random.next() * 12);
    for await (const line of child.lines) {
      acknowledged = Number(line);
      if (acknowledged === until) child.process.kill('SIGKILL');
    }
    const [, signal] = await child.exited;
    if (signal !== 'SIGKILL') throw new Error(`the child ended by itself: ${child.errors()}`);
    const index = await openIndex(folder);
    expect(index.opened).toEqual({ state: 'loaded' });
    expect(index.sequence).toBeGreaterThanOrEqual(acknowledged);
    expect(await allOf(index)).toEqual(await expectedAt(index.sequence));
    acknowledged = index.sequence;
    await index.close();
  }
  for (const path of [folder, join(folder, '..')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(fileOf(folder)).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => !name.startsWith('vectors.bin'))).toEqual([]);
});

it('loads vectra with the first index, not with the package, and nothing large with it', async () => {
  const child = startChild(new URL('./children/light.ts', import.meta.url), root.next());
  expect([await child.nextLine(), await child.nextLine(), await child.nextLine()]).toEqual([
    'false',
    'true',
    'none',
  ]);
  await child.exited;
});

it('names folders by a hash of the scope', () => {
  const folders = [
    vectorFolderOf('/data', { tenant: '../..', user: 'anna' }),
    vectorFolderOf('/data', { tenant: 'a', user: 'b' }),
    vectorFolderOf('/data', { tenant: 'a","b', user: '' }),
  ];
  for (const folder of folders) expect(folder).toMatch(/^\/data\/vectors\/[0-9a-f]{32}$/);
  expect(new Set(folders).size).toBe(3);
});
