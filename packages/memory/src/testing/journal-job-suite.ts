import type { JobId } from '@retentive/core';
import { expect, it } from 'vitest';
import type { EntryBody, JobFilter, JobRecord, ScopeKey } from '../journal/journal.ts';
import { ANNA, append, BEN, codeOf, job, opened, readAll, sourceId, whole } from './journal-fixtures.ts';
import type { JournalBench } from './journal-write-suite.ts';

/** How jobs stand, and what they refuse. */
export const describeJobs = ({ journal, clock }: JournalBench): void => {
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

  it('keeps a job to the source that it waits for: with that one it goes', async () => {
    const shared = { id: 'shared' as JobId };
    await append(journal(), ANNA, whole('a'), whole('b'), job('a', 'queued', shared));
    for (const state of ['queued', 'done', 'dead'] as const) {
      expect(await codeOf(append(journal(), ANNA, job('b', state, shared)))).toBe('IDEMPOTENCY_CONFLICT');
    }
    await append(journal(), ANNA, job('a', 'done', shared), job('b', 'queued', shared));
    expect(await waiting()).toEqual([['anna', 'b']]);
  });

  it('lists the jobs of a tenant or a type, the first so many', async () => {
    const other: ScopeKey = { tenant: 'other', user: 'anna' };
    await append(journal(), ANNA, whole('a'), job('a', 'queued'), whole('b'), job('b', 'queued'));
    await append(journal(), other, whole('c'), job('c', 'queued', { type: 'else' }));
    const listed = async (filter: Omit<JobFilter, 'state'>): Promise<readonly string[]> =>
      (await journal().jobs({ state: 'queued', ...filter })).map(({ job: { source } }) => source);
    expect(await listed({ tenant: 'acme' })).toEqual(['a', 'b']);
    expect(await listed({ tenant: 'other' })).toEqual(['c']);
    expect(await listed({ tenant: 'nobody' })).toEqual([]);
    expect(await listed({ type: 'else' })).toEqual(['c']);
    expect(await listed({ limit: 2 })).toEqual(['a', 'b']);
    expect(await listed({ limit: 2, type: 'else', tenant: 'acme' })).toEqual([]);
  });

  it('gives a job to one owner at a time, until its lease runs out or the job moves on', async () => {
    let gone: readonly string[] = [];
    const take = async (owner: string, ids: readonly string[], scope = ANNA): Promise<readonly string[]> => {
      const leased = await journal().lease({
        scope,
        jobs: ids.map(idOf),
        owner,
        until: clock().now() + 100,
      });
      gone = leased.gone;
      return leased.taken;
    };
    const idOf = (id: string): JobId => `job of ${id}` as JobId;
    const all = ['a', 'b', 'unknown'];
    await append(journal(), ANNA, whole('a'), job('a', 'queued'), whole('b'), job('b', 'queued'));
    expect(await take('one', all, BEN)).toEqual([]);
    expect(await take('one', all)).toEqual(['a', 'b'].map(idOf));
    expect(gone).toEqual([idOf('unknown')]);
    expect(await take('two', all)).toEqual([]);
    expect(gone).toEqual([idOf('unknown')]);
    clock().advance(60);
    // The same owner goes on with its own.
    expect(await take('one', ['a'])).toEqual(['a'].map(idOf));
    clock().advance(60);
    expect(await take('two', all)).toEqual(['b'].map(idOf));
    // Whatever is said of a job ends its lease.
    await append(journal(), ANNA, job('a', 'queued', { attempts: 1 }), job('b', 'dead'));
    expect(await take('two', all)).toEqual(['a'].map(idOf));
    await append(journal(), ANNA, job('a', 'done'));
    expect(await take('one', all)).toEqual([]);
    expect(gone).toEqual(all.map(idOf));
    expect(await journal().check()).toEqual([]);
  });

  it('files what a model gave about a source under it, and lets it go with it', async () => {
    const output = (source: string): EntryBody => ({
      kind: 'output',
      producer: 'model',
      input: 'hash',
      output: source,
      source: sourceId(source),
    });
    expect(await codeOf(append(journal(), ANNA, output('a')))).toBe('MESSAGE_NOT_FOUND');
    await append(journal(), ANNA, whole('a'), output('a'), whole('b'));
    await append(journal(), ANNA, output('b'), output('a'));
    const about = await readAll(journal(), { scope: ANNA, source: sourceId('a') });
    expect(about.map(({ body }) => body.kind)).toEqual(['source', 'output', 'output']);
    expect(await journal().check()).toEqual([]);
    await journal().erase({ scope: ANNA, ids: ['a'], sources: [sourceId('a')], sequences: [], replaced: [] });
    const left = (await readAll(journal())).map(({ body }) => body);
    expect(left).toEqual([whole('b'), output('b'), expect.objectContaining({ kind: 'forgotten' })]);
    expect(await journal().check()).toEqual([]);
  });
};
