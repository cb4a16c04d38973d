import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createManualClock, RetentiveError } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { AppendResult, Journal } from '../../src/journal/journal.ts';
import {
  countDown,
  createFault,
  createFaultyFiles,
  createFaultyJournal,
  type Fault,
} from '../../src/testing/index.ts';
import { expectHonest, runCommands } from '../../src/testing/journal-faults.ts';
import { ANNA, append, codeOf, readAll, whole } from '../../src/testing/journal-fixtures.ts';

/** What came of some calls in a row: what they gave, or the code of their error. */
const outcomes = (fault: Fault, names: readonly string[], done: string[] = []): readonly unknown[] =>
  names.map((name) => {
    try {
      return fault.around(name, () => done.push(name) && 'ok');
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  });

describe('a fault', () => {
  it('fails its call, once or with all that follow, before or after it is done', () => {
    const four = ['a', 'b', 'c', 'd'];
    expect(outcomes(createFault({ at: 2, kind: 'EIO' }), four)).toEqual(['ok', 'EIO', 'ok', 'ok']);
    const done: string[] = [];
    const lasting = createFault({ at: 2, kind: 'ENOSPC', lasting: true });
    expect(outcomes(lasting, four, done)).toEqual(['ok', 'ENOSPC', 'ENOSPC', 'ENOSPC']);
    expect(done).toEqual(['a']);
    const late = createFault({ at: 2, kind: 'EIO', when: 'after' });
    expect(outcomes(late, four, done)).toEqual(['ok', 'EIO', 'ok', 'ok']);
    expect(done).toEqual(['a', ...four]);
    expect(late.fired).toBe(true);
    expect(createFault({ at: 1, kind: 'EIO' }).fired).toBe(false);
  });

  it('waits at a named point, whatever else is called', () => {
    const fault = createFault({ at: 2, kind: 'EIO', point: 'commit' });
    expect(outcomes(fault, ['write', 'commit', 'write', 'commit', 'write'])).toEqual([
      'ok',
      'ok',
      'ok',
      'EIO',
      'ok',
    ]);
  });

  it('rejects where the call gives a promise', async () => {
    const fault = createFault({ at: 1, kind: 'EIO', when: 'after' });
    const done: string[] = [];
    const call = fault.around('write', async () => {
      done.push('write');
    });
    await expect(call).rejects.toMatchObject({ code: 'EIO' });
    expect(done).toEqual(['write']);
  });

  it('counts down over every call, and ends with the first run that does not meet it', async () => {
    const seen: number[] = [];
    const calls = await countDown({ kind: 'EIO' }, async (fault) => {
      seen.push(fault.at);
      outcomes(fault, ['a', 'b', 'c']);
    });
    expect([calls, seen]).toEqual([3, [1, 2, 3, 4]]);
  });

  it('says at which call a check failed', async () => {
    const failing = countDown({ kind: 'ENOSPC', lasting: true }, async (fault) => {
      if (fault.at === 3) throw new Error('not equal');
      outcomes(fault, ['a', 'b', 'c']);
    });
    await expect(failing).rejects.toThrow('call 3 (ENOSPC, for ever, before it is done)');
  });
});

it('cuts the bytes of a file short', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'retentive-kit-'));
  try {
    const path = join(folder, 'bytes');
    const file = await createFaultyFiles(createFault({ at: 1, kind: 'short' })).open(path, 'wx');
    await expect(file.writeFile(Buffer.from('12345678'))).rejects.toMatchObject({ code: 'EIO' });
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('1234');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('refuses, loses or delays what is written to a journal', async () => {
  const inner = createInMemoryJournal({ clock: createManualClock() });
  let release = (): void => {};
  const delay = new Promise<void>((resolve) => {
    release = resolve;
  });
  const mishaps = ['refuse', 'lose', delay] as const;
  const journal = createFaultyJournal(inner, ({ name, count }) =>
    name === 'append' ? mishaps[count] : undefined,
  );
  const idsIn = async (): Promise<readonly string[]> =>
    (await readAll(inner)).flatMap(({ body }) => (body.kind === 'source' ? [body.source.id] : []));
  expect(await codeOf(append(journal, ANNA, whole('refused')))).toBe('STORE_FULL');
  expect(await codeOf(append(journal, ANNA, whole('lost')))).toBe('STORE_WRITE_FAILED');
  const delayed = append(journal, ANNA, whole('delayed'));
  await append(journal, ANNA, whole('next'));
  expect(await idsIn()).toEqual(['lost', 'next']);
  release();
  await delayed;
  expect(await idsIn()).toEqual(['lost', 'next', 'delayed']);
});

const full = (): RetentiveError => new RetentiveError('STORE_FULL', 'no room');

/** A journal over storage that fails, whose answer to a failure is `onFailure`. */
const careless = (
  inner: Journal,
  fault: Fault,
  onFailure: (write: () => Promise<AppendResult>) => Promise<AppendResult>,
): Journal => ({
  ...inner,
  async append(batch, options) {
    const write = () => inner.append(batch, options);
    try {
      return await fault.around('write', write);
    } catch {
      return onFailure(write);
    }
  },
});

it.each([
  ['says ok without having written', async () => ({ entries: [] })],
  [
    'writes what it refuses',
    async (write: () => Promise<unknown>) => write().then(() => Promise.reject(full())),
  ],
] as const)('finds a journal that %s', async (_, onFailure) => {
  const run = countDown({ kind: 'EIO' }, async (fault) => {
    const clock: Clock = createManualClock();
    const inner = createInMemoryJournal({ clock });
    const view = await runCommands(careless(inner, fault, onFailure));
    await expectHonest(inner, view, true);
  });
  await expect(run).rejects.toThrow('call 1 ');
});
