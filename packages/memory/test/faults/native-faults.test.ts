import { spawnSync } from 'node:child_process';
import { createManualClock } from '@retentive/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { readAll } from '../../src/testing/journal-fixtures.ts';
import { createTestRoot, startChildWith } from '../journal/support.ts';

const LONG = Number(process.env['RETENTIVE_TRIALS'] ?? 10) >= 100;
const MESSAGES = 6;

const root = createTestRoot();
afterAll(root.remove);

/** Why the system's calls cannot be made to fail here; undefined where they can. */
const whyNot = (): string | undefined => {
  const { status, error } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? undefined : 'tracing of processes is not allowed';
};
const reason = process.platform === 'linux' ? whyNot() : 'strace is of Linux';

/** What is in a journal, by source. */
const textsIn = async (journal: Journal): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>();
  for (const { body } of await readAll(journal)) {
    if (body.kind === 'source') {
      expect(texts.has(body.source.id), `"${body.source.id}" is there twice`).toBe(false);
      texts.set(body.source.id, body.text);
    } else if (body.kind === 'text') texts.set(body.id, `${texts.get(body.id)}${body.text}`);
  }
  return texts;
};

/** Runs a journal whose `at`-th system call fails; says what was acknowledged, and whether there was an `at`-th. */
const runOnce = async (call: string, fault: string, at: number, lasting: boolean) => {
  const path = root.next();
  const inject = `inject=${call}:error=${fault}:when=${at}${lasting ? '+' : ''}`;
  const trace = ['strace', '-f', '-qq', '-e', `trace=${call}`, '-e', inject];
  const child = startChildWith(
    { under: trace },
    new URL('./children/append.ts', import.meta.url),
    path,
    String(MESSAGES),
  );
  const said: string[] = [];
  for await (const line of child.lines) if (line.startsWith('said ')) said.push(line.slice(5));
  await child.exited;
  const journal = await openSqliteJournal({ path, clock: createManualClock() });
  try {
    expect(await journal.check()).toEqual([]);
    const texts = await textsIn(journal);
    for (const id of said) expect(texts.has(id), `"${id}" was acknowledged`).toBe(true);
    for (const id of texts.keys()) expect(id).toMatch(/^m[0-5]$/);
  } finally {
    await journal.close();
  }
  return { said, fired: child.errors().includes('(INJECTED)') };
};

describe(`calls of the system that fail${reason === undefined ? '' : `: skipped, ${reason}`}`, () => {
  it.skipIf(reason !== undefined).each([
    // So many syncs and writes apart are failed in the short run; every statement is, in the journal's own countdown.
    ['fdatasync,fsync', 'EIO', false, 17],
    ['pwrite64', 'ENOSPC', true, 83],
    ...(LONG
      ? ([
          ['fdatasync,fsync', 'EIO', true, 17],
          ['pwrite64', 'ENOSPC', false, 83],
        ] as const)
      : []),
  ] as const)(
    'lose nothing that was acknowledged (%s, %s, for ever: %s)',
    {
      timeout: LONG ? 1_800_000 : 120_000,
    },
    async (call, fault, lasting, stride) => {
      let reached = 0;
      for (let at = 1; ; at += LONG ? 1 : stride) {
        const { said, fired } = await runOnce(call, fault, at, lasting);
        if (!fired) {
          expect(said).toHaveLength(MESSAGES);
          break;
        }
        reached += 1;
        if (lasting && at === 1) expect(said).toEqual([]);
      }
      expect(reached).toBeGreaterThan(0);
    },
  );
});
