import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Extractor, Memory } from '../src/index.ts';
import { inFolder } from './support/memories.ts';

describe('work that was given up', () => {
  let place: Awaited<ReturnType<typeof inFolder>>;
  let memory: Memory;
  let works = false;
  const extractor: Extractor = {
    id: 'moody-1',
    extract: async ({ message }) => {
      if (!works) throw new Error('no model today');
      return { facts: [{ text: `${message.text} was said.` }], degraded: [] };
    },
  };
  // No pause is longer than nothing.
  const open = (): Promise<Memory> => place.open({ extractor, random: { next: () => 0 } });
  const scope = (user = 'ana') => memory.scope({ tenant: 'acme', user });

  beforeEach(async () => {
    works = false;
    place = await inFolder();
    memory = await open();
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('is listed with its reason, is tried again when asked to, and leaves no trace in contexts then', async () => {
    for (const user of ['ana', 'ben']) {
      const receipt = await scope(user).observe({ role: 'user', content: `Hello of ${user}` });
      await receipt.settled();
    }
    const dead = await memory.jobs();
    expect(dead).toMatchObject(
      ['ana', 'ben'].map((user) => ({
        scope: { tenant: 'acme', user },
        type: 'extract:moody-1',
        state: 'dead',
        attempts: 8,
        error: 'Error: no model today',
      })),
    );
    expect((await scope().context('hello')).degraded).toContain('extraction:failed');
    expect(await memory.doctor()).toMatchObject({ ok: true, jobs: { queued: 0, dead: 2 } });
    expect(await memory.retryJobs({ ids: ['none'] })).toBe(0);
    expect(await memory.retryJobs({ tenant: 'another' })).toBe(0);
    works = true;
    expect(await memory.retryJobs({ ids: dead.slice(0, 1).map(({ id }) => id) })).toBe(1);
    await expect
      .poll(async () => (await scope().facts()).map(({ text }) => text))
      .toEqual(['Hello of ana was said.']);
    expect((await scope().context('hello')).degraded).toEqual([]);
    expect(await memory.jobs({ tenant: 'acme', limit: 5 })).toMatchObject([{ scope: { user: 'ben' } }]);

    // Another day, another process.
    await memory.close();
    memory = await open();
    expect(await memory.retryJobs()).toBe(1);
    await expect.poll(() => scope('ben').facts()).toHaveLength(1);
    expect(await memory.jobs()).toEqual([]);
    expect(await memory.jobs({ state: 'queued' })).toEqual([]);
    expect(await memory.doctor()).toMatchObject({ ok: true, faults: [] });
  });
});
