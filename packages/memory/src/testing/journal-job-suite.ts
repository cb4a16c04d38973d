import type { JobId } from '@retentive/core';
import { expect, it } from 'vitest';
import type { JobRecord } from '../journal/journal.ts';
import { ANNA, append, BEN, codeOf, job, opened, readAll, whole } from './journal-fixtures.ts';
import type { JournalBench } from './journal-write-suite.ts';

/** How jobs stand, and what they refuse. */
export const describeJobs = ({ journal }: JournalBench): void => {
  const waiting = async (state: 'queued' | 'dead' = 'queued'): Promise<readonly unknown[]> =>
    (await journal().jobs({ state })).map(({ scope, job: { source } }) => [scope.user, source]);

  it('lists what waits and what was given up, in order of the first entry, until it is done', async () => {
    await append(journal(), BEN, whole('b'), job('b', 'queued'));
    await append(journal(), ANNA, whole('a'), job('a', 'queued'), whole('c'), job('c', 'queued'));
    await append(journal(), BEN, job('b', 'queued', { attempts: 1, runAfter: 7, error: 'not yet' }));
    expect(await waiting()).toEqual([
      ['ben', 'b'],
      ['anna', 'a'],
      ['anna', 'c'],
    ]);
    const [first] = await journal().jobs({ state: 'queued' });
    expect(first?.job).toMatchObject({
      attempts: 1,
      runAfter: 7,
      error: 'not yet',
    } satisfies Partial<JobRecord>);
    await append(journal(), ANNA, job('a', 'done'));
    await append(journal(), BEN, job('b', 'dead', { error: 'never' }));
    expect(await waiting()).toEqual([['anna', 'c']]);
    expect(await waiting('dead')).toEqual([['ben', 'b']]);
    expect(await journal().check()).toEqual([]);
  });

  it('lets effects happen once: what is done, or was given up, is not done again', async () => {
    const effect = { kind: 'access', items: ['effect'] } as const;
    await append(journal(), ANNA, whole('a'), job('a', 'queued'));
    const codes = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(append(journal(), ANNA, effect, job('a', 'done')))),
    );
    expect(codes.toSorted()).toEqual([...Array.from({ length: 4 }, () => 'IDEMPOTENCY_CONFLICT'), 'none']);
    expect((await readAll(journal())).filter(({ body }) => body.kind === 'access')).toHaveLength(1);
    await append(journal(), ANNA, whole('b'), job('b', 'queued'), job('b', 'dead'));
    expect(await codeOf(append(journal(), ANNA, effect, job('b', 'done')))).toBe('IDEMPOTENCY_CONFLICT');
    await append(journal(), ANNA, job('b', 'queued'));
    await append(journal(), ANNA, effect, job('b', 'done'));
    expect(await waiting()).toEqual([]);
  });

  it('refuses jobs of unknown sources, of other scopes, and those that never began', async () => {
    expect(await codeOf(append(journal(), ANNA, job('a', 'queued')))).toBe('MESSAGE_NOT_FOUND');
    await append(journal(), BEN, whole('a'), job('a', 'queued'));
    expect(await codeOf(append(journal(), ANNA, job('a', 'done')))).toBe('MESSAGE_NOT_FOUND');
    await append(journal(), ANNA, opened('a'));
    for (const state of ['queued', 'done', 'dead'] as const) {
      expect(await codeOf(append(journal(), ANNA, job('a', state)))).toBe('IDEMPOTENCY_CONFLICT');
    }
    expect(await codeOf(append(journal(), ANNA, job('late', 'queued'), whole('late')))).toBe(
      'MESSAGE_NOT_FOUND',
    );
    const other = { id: 'another' as JobId };
    expect(await codeOf(append(journal(), ANNA, job('a', 'done', other)))).toBe('IDEMPOTENCY_CONFLICT');
    const fresh = append(journal(), ANNA, whole('n'), job('n', 'queued'), job('n', 'done'), job('n', 'done'));
    expect(await codeOf(fresh)).toBe('IDEMPOTENCY_CONFLICT');
    expect(await waiting()).toEqual([['ben', 'a']]);
  });
};
