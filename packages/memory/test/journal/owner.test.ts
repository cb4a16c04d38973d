import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { createManualClock, isRetentiveError } from '@retentive/core';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { createGate, createGateMemory } from '../../src/journal/writer-gate.js';
import { ANNA, append, codeOf, readAll, whole } from '../../src/testing/journal-fixtures.ts';
import { createTestRoot, startChild } from './support.ts';

const root = createTestRoot();
afterAll(root.remove);

const open = (path: string) => openSqliteJournal({ path, clock: createManualClock() });

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('owner of a data folder', () => {
  it('refuses a second process, names the first, and takes over from a killed one at once', async () => {
    const path = root.next();
    const child = startChild('hold', path, 'first');
    expect(await child.nextLine()).toBe('held');
    const refusal = await open(path).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!isRetentiveError(refusal, 'STORE_LOCKED')) throw refusal;
    expect(refusal.message).toContain(`process ${child.process.pid} `);
    expect(refusal.message).toContain('since 2024-01-01T00:00:00.000Z');
    expect(refusal.details).toMatchObject({ path, pid: child.process.pid });
    expect(refusal.retryable).toBe(true);

    // The child runs under umask 000.
    expect(modeOf(path)).toBe('700');
    const files = readdirSync(path);
    expect(files).toContain('journal.db-wal');
    expect(files.map((file) => [file, modeOf(join(path, file))])).toEqual(files.map((file) => [file, '600']));

    child.process.kill('SIGKILL');
    await child.exited;
    const journal = await open(path);
    expect((await readAll(journal)).map(({ body }) => body)).toEqual([whole('first')]);
    expect(await journal.check()).toEqual([]);
    await journal.close();
  });

  it('refuses a second opening in one process, which leaves the lock as it was', async () => {
    const path = root.next();
    const journal = await open(path);
    expect(await codeOf(open(path))).toBe('STORE_LOCKED');
    // POSIX locks fall when any descriptor of the file is closed in the process: another process shows that none was.
    const child = startChild('hold', path, 'other');
    expect(await child.nextLine()).toBe('STORE_LOCKED');
    await child.exited;
    await append(journal, ANNA, whole('m'));
    await journal.close();
    expect(readdirSync(path).toSorted()).toEqual(['journal.db', 'lock']);
    const again = await open(path);
    expect(await readAll(again)).toHaveLength(1);
    await again.close();
  });

  it('leaves the folder free when an opening is aborted', async () => {
    const path = root.next();
    const controller = new AbortController();
    const { signal } = controller;
    const opening = openSqliteJournal({ path, clock: createManualClock(), signal });
    controller.abort();
    expect(await codeOf(opening)).toBe('ABORTED');
    expect(await codeOf(openSqliteJournal({ path, clock: createManualClock(), signal }))).toBe('ABORTED');
    const journal = await open(path);
    await journal.close();
  });
});

describe('the thread of the writer', () => {
  it('lets the process end, without a close, once everything is acknowledged', async () => {
    const path = root.next();
    const child = startChild('forget', path);
    expect(await child.nextLine()).toBe('acknowledged');
    expect(await child.exited).toEqual([0, null]);
    const journal = await open(path);
    expect(await readAll(journal)).toHaveLength(1);
    await journal.close();
  });

  it('finishes the transaction under way when the process ends itself', async () => {
    const path = root.next();
    const child = startChild('leave', path);
    const lines: string[] = [];
    for await (const line of child.lines) lines.push(line);
    expect([...(await child.exited), child.errors()]).toEqual([7, null, '']);
    const journal = await open(path);
    const ids = (await journal.sources({ state: 'complete' })).map(({ id }) => String(id));
    expect(ids).toEqual(expect.arrayContaining(lines));
    expect(await journal.check()).toEqual([]);
    await journal.close();
  });

  it('begins no work once the process is ending', () => {
    const gate = createGate(createGateMemory());
    gate.leave();
    expect(gate.enter()).toBe(true);
    gate.leave();
    gate.stop(Number.POSITIVE_INFINITY);
    expect(gate.enter()).toBe(false);
  });

  it('fails every call and hangs none when it dies, and the folder can be opened again', async () => {
    const path = root.next();
    const threads: Worker[] = [];
    const note = (thread: Worker): void => {
      threads.push(thread);
    };
    process.on('worker', note);
    const journal = await open(path);
    process.off('worker', note);
    await append(journal, ANNA, whole('safe'));
    // Ended between calls: inside one, the binding would take the whole process with it.
    const ended = threads.map((thread) => thread.terminate());
    const pending = [append(journal, ANNA, whole('pending')), journal.scopes()];
    expect(await Promise.all(pending.map(codeOf))).toEqual(['STORE_WRITE_FAILED', 'STORE_READ_FAILED']);
    await Promise.all(ended);
    expect(await codeOf(append(journal, ANNA, whole('later')))).toBe('STORE_WRITE_FAILED');
    expect(await codeOf(readAll(journal))).toBe('STORE_READ_FAILED');
    expect(await codeOf(journal.check())).toBe('STORE_READ_FAILED');
    await journal.close();
    expect(await codeOf(append(journal, ANNA, whole('later')))).toBe('STORE_CLOSED');
    const again = await open(path);
    expect((await readAll(again))[0]?.body).toEqual(whole('safe'));
    await again.close();
    expect(readFileSync(join(path, 'lock'))).toHaveLength(0);
  });
});
