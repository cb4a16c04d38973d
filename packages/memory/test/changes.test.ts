import { collect } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, MemoryChange } from '../src/index.ts';
import { codeOf } from '../src/testing/journal-fixtures.ts';
import { inFolder } from './support/memories.ts';

describe('changes', () => {
  let place: Awaited<ReturnType<typeof inFolder>>;
  let memory: Memory;
  const say = async (content: string, user = 'ana'): Promise<number> => {
    const scope = memory.scope({ tenant: 'acme', user });
    return (await scope.observe({ role: 'assistant', content })).sequence;
  };

  beforeEach(async () => {
    place = await inFolder();
    memory = await place.open({ extractor: false });
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('are what happened, in the order of the journal, and then what happens', async () => {
    await say('one');
    await say('two', 'ben');
    const seen: MemoryChange[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const change of memory.changes({ signal: stop.signal })) seen.push(change);
    })();
    await expect.poll(() => seen.length).toBe(2);
    const sequences = await Promise.all(Array.from({ length: 200 }, (_, index) => say(`more ${index}`)));
    await expect.poll(() => seen.length).toBe(202);
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2, ...sequences]);
    expect(seen[1]).toMatchObject({
      scope: { tenant: 'acme', user: 'ben' },
      body: { kind: 'source', text: 'two' },
    });
    stop.abort();
    expect(await codeOf(following)).toBe('ABORTED');
    expect(await collect(memory.changes({ follow: false }))).toEqual(seen);
  });

  it('reach a consumer once each that stores how far it came, however often it dies', async () => {
    // The consumer's own store: what it did, and how far it came, in one write.
    let stored = { done: [] as number[], reached: 0 };
    let writing = true;
    const writer = (async () => {
      for (let index = 0; index < 150; index += 1) await say(`message ${index}`);
      writing = false;
    })();
    const consume = async (crashAfter: number): Promise<void> => {
      let count = 0;
      for await (const { sequence } of memory.changes({ after: stored.reached, follow: writing })) {
        count += 1;
        // It dies before it could store the last one.
        if (count > crashAfter) return;
        stored = { done: [...stored.done, sequence], reached: sequence };
      }
    };
    for (let life = 0; writing; life += 1) await consume(life % 7);
    await writer;
    // Another owner of the folder: the sequence means the same.
    await memory.close();
    memory = await place.open({ extractor: false });
    await say('the last');
    writing = false;
    await consume(Number.POSITIVE_INFINITY);
    expect(stored.done).toEqual(Array.from({ length: 151 }, (_, index) => index + 1));
  });

  it('of one user are of nobody else, and end with the memory', async () => {
    await say('one');
    await say('two', 'ben');
    const seen: string[] = [];
    const following = (async () => {
      const scope = { tenant: 'acme', user: 'ben' };
      for await (const { body } of memory.changes({ scope }))
        if (body.kind === 'source') seen.push(body.text);
    })();
    await say('three', 'ben');
    await say('four');
    await expect.poll(() => seen).toEqual(['two', 'three']);
    await memory.close();
    await following;
    expect(await codeOf((async () => collect(memory.changes()))())).toBe('STORE_CLOSED');
  });

  it('refuse a sequence that is none', async () => {
    for (const after of [-1, 0.5, Number.NaN]) {
      expect(await codeOf(collect(memory.changes({ after })))).toBe('OPTION_INVALID');
    }
  });
});
