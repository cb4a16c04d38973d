import { collect } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Extractor, Memory } from '../src/index.ts';
import { inFolder } from './support/memories.ts';

describe('background work of a folder', () => {
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

  it('that was given up is listed with its reason, is tried again when asked to, and leaves no trace in contexts then', async () => {
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

  it('keeps what a model gave with its message: in an archive, and not after it is forgotten', async () => {
    await memory.close();
    let asked = 0;
    const model: Extractor = {
      id: 'model-1',
      asksModel: true,
      extract: async ({ message }) => {
        asked += 1;
        return { facts: [{ text: `${message.text} was said.` }], degraded: [] };
      },
    };
    memory = await place.open({ extractor: model, durability: 'normal' });
    const receipt = await scope().observe({ role: 'user', content: 'Hello of ana' });
    await receipt.settled();
    const kinds = async (): Promise<readonly string[]> =>
      (await collect(memory.changes({ follow: false }))).map(({ body }) => body.kind);
    expect(await kinds()).toEqual(['source', 'job', 'output', 'operation', 'job']);
    const lines = await collect(scope().export());

    const other = await inFolder();
    const copy = await other.open({ extractor: model });
    const ana = copy.scope({ tenant: 'acme', user: 'ana' });
    async function* archive(): AsyncGenerator<string> {
      yield* lines;
    }
    await ana.import(archive);
    expect(await collect(ana.export())).toEqual(lines);
    expect(await copy.doctor()).toMatchObject({ ok: true });
    await copy.close();
    await other.remove();

    await scope().forget(receipt.id);
    expect(await kinds()).toEqual(['forgotten']);
    expect(await memory.doctor()).toMatchObject({ ok: true, faults: [] });
    expect(asked).toBe(1);
  });

  it('lets a function of the user read: what it gives has the message as evidence, and only what users say is given', async () => {
    await memory.close();
    const seen: string[] = [];
    const own: Extractor = {
      id: 'orders-1',
      extract: async ({ message, previous }) => {
        seen.push(message.text);
        const order = /order (\d+)/u.exec(message.text)?.[1];
        if (order === undefined) return { facts: [], degraded: [] };
        const asked = previous.at(-1);
        return {
          facts: [
            { text: `Order ${order} is open.`, subject: order, attribute: 'status', value: 'open' },
            {
              text: `Somebody asked about ${order}.`,
              // Whatever it says of origins, the store knows better.
              sources: asked === undefined ? undefined : [{ source: asked.id, origin: 'user' }],
            },
          ],
          degraded: [],
        };
      },
    };
    memory = await place.open({ extractor: own, durability: 'normal' });
    const ana = scope();
    await ana.observe({ role: 'assistant', content: 'Which order is it?' });
    await ana.observe({ role: 'tool', content: 'order 99' });
    await ana.observe({ role: 'user', origin: 'web', content: 'order 98' });
    const receipt = await ana.observe({ role: 'user', content: 'It is order 17.' });
    await receipt.settled();
    expect(seen).toEqual(['It is order 17.']);
    const facts = (await ana.facts()).toReversed();
    expect(facts).toMatchObject([
      { value: 'open', sources: [{ source: receipt.id, origin: 'user' }] },
      { sources: [{ origin: 'web' }] },
    ]);
    expect((await memory.stats()).writing).toEqual([]);
  });

  it('refuses a durability that is none', async () => {
    const refused = place.open({ path: `${place.path}/other`, durability: 'none' as never });
    await expect(refused).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
