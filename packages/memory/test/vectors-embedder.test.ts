import type { Embedder } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { createMeaningEmbedder } from './support/embedders.ts';
import { inProcess } from './support/memories.ts';
import { say, textOf } from './support/say.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };

describe('vectors with a failing embedder', () => {
  const vectorOf = (value: number): Float32Array => new Float32Array(4).fill(value);
  const broken = (answer: (texts: readonly string[]) => readonly Float32Array[]): Embedder => ({
    id: 'broken',
    dimensions: 4,
    fusionWeight: 1,
    embedDocuments: async (texts) => answer(texts),
    embedQuery: async (text) => answer([text])[0] as Float32Array,
  });

  it.each([
    ['NaN', (texts) => texts.map(() => vectorOf(Number.NaN)), 'VECTOR_INVALID'],
    ['zeros', (texts) => texts.map(() => vectorOf(0)), 'VECTOR_INVALID'],
    ['other dimensions', (texts) => texts.map(() => new Float32Array(5).fill(1)), 'VECTOR_INVALID'],
    ['too many', (texts) => [...texts, 'x'].map(() => vectorOf(1)), 'EMBEDDER_FAILED'],
    ['none', () => [], undefined],
    [
      'an error',
      () => {
        throw new Error('down');
      },
      'EMBEDDER_FAILED',
    ],
  ] as [string, Parameters<typeof broken>[0], string | undefined][])(
    'that gives %s: search says so, writing and contexts go on by words',
    async (_, answer, code) => {
      const place = await inProcess();
      const memory = await place.open({ embedder: broken(answer) });
      const ana = memory.scope(SCOPE);
      await say(ana, 'I live in Porto.');
      await say(ana, 'I went to the market yesterday.');
      expect(await ana.facts({ attribute: 'home' })).toHaveLength(1);
      await expect(ana.search('Porto')).rejects.toMatchObject(
        code === undefined ? { code: expect.stringMatching(/VECTOR_INVALID|EMBEDDER_FAILED/u) } : { code },
      );
      const context = await ana.context('Porto');
      expect(context.text).toContain('I live in Porto.');
      expect(context.degraded).toEqual(['embedding']);
      await memory.close();
    },
  );

  it('that hangs: contexts wait no longer than they may, an abort and a close end a search', async () => {
    const hang = () => new Promise<never>(() => {});
    const embedder = { id: 'hangs', dimensions: 4, fusionWeight: 1, embedDocuments: hang, embedQuery: hang };
    const place = await inProcess();
    const memory = await place.open({ embedder });
    const ana = memory.scope(SCOPE);
    await say(ana, 'I live in Porto.');
    expect((await ana.context('Porto', { budget: { tokens: 100, ms: 50 } })).degraded).toContain('embedding');
    const stop = new AbortController();
    const search = ana.search('Porto', { signal: stop.signal });
    stop.abort();
    await expect(search).rejects.toMatchObject({ code: 'ABORTED' });
    await memory.close();
  });

  it('for one text: that text is found by its words, the others by their meaning too', async () => {
    const { embedder } = createMeaningEmbedder();
    const place = await inProcess();
    const memory = await place.open({
      embedder: {
        ...embedder,
        embedDocuments: async (texts) => {
          const vectors = await embedder.embedDocuments(texts);
          return vectors.map((vector, at) => (texts[at]?.includes('odd') ? new Float32Array(8) : vector));
        },
      },
    });
    const ana = memory.scope(SCOPE);
    await say(ana, 'An odd dog.');
    await say(ana, 'Rex is a hound.');
    expect((await ana.search('puppy')).map(textOf)).toEqual(['Rex is a hound.']);
    expect((await ana.search('odd')).map(textOf)).toContain('An odd dog.');
    await memory.close();
  });

  it('that comes back: what was not embedded is', async () => {
    let isDown = true;
    const { embedder } = createMeaningEmbedder();
    const place = await inProcess();
    const memory = await place.open({
      embedder: {
        ...embedder,
        embedDocuments: async (texts) => {
          if (isDown) throw new Error('down');
          return embedder.embedDocuments(texts);
        },
      },
    });
    const ana = memory.scope(SCOPE);
    await say(ana, 'Rex is a hound.');
    await expect(ana.search('puppy')).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', retryable: true });
    isDown = false;
    expect((await ana.search('puppy')).map(textOf)).toEqual(['Rex is a hound.']);
    await memory.close();
  });
});
