import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from './journal/support.ts';
import { createMeaningEmbedder } from './support/embedders.ts';
import { inFolder } from './support/memories.ts';
import { say, textOf } from './support/say.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };

describe('vectors of a folder', () => {
  let place: Awaited<ReturnType<typeof inFolder>>;
  const folders = () => readdir(join(place.path, 'vectors')).catch(() => []);

  beforeEach(async () => {
    place = await inFolder();
  });
  afterEach(() => place.remove());

  it('are there after a restart without being made again, a folder for each scope', async () => {
    const first = createMeaningEmbedder();
    const memory = await place.open({ embedder: first.embedder });
    expect(await folders()).toEqual([]);
    for (const user of ['ana', 'ben']) {
      await say(memory.scope({ ...SCOPE, user }), 'Rex is a hound.');
      await memory.scope({ ...SCOPE, user }).search('puppy');
    }
    await memory.close();
    expect(await folders()).toHaveLength(2);
    expect(first.embedded()).toBe(2);

    const second = createMeaningEmbedder();
    const again = await place.open({ embedder: second.embedder });
    const ana = again.scope(SCOPE);
    expect((await ana.search('puppy')).map(textOf)).toEqual(['Rex is a hound.']);
    expect(second.embedded()).toBe(0);
    await say(ana, 'The surgeon smiled.');
    expect((await ana.search('doctor')).map(textOf)).toEqual(['The surgeon smiled.']);
    expect(second.embedded()).toBe(1);
    await again.close();
  });

  it('are shared by two handles, and flushed when the last one closes', async () => {
    const { embedder } = createMeaningEmbedder();
    const one = await place.open({ embedder });
    const two = await place.open();
    await say(one.scope(SCOPE), 'Rex is a hound.');
    expect(await two.scope(SCOPE).search('puppy')).toHaveLength(1);
    await one.close();
    expect(await folders()).toEqual([]);
    await two.close();
    expect(await folders()).toHaveLength(1);
  });

  it.each([
    ['another model', { id: 'other' }],
    ['other dimensions', { id: 'meanings', dimensions: 16 }],
  ])('of %s are refused and kept until reembed replaces them', async (_, other) => {
    const before = createMeaningEmbedder();
    const memory = await place.open({ embedder: before.embedder });
    await say(memory.scope(SCOPE), 'Rex is a hound.');
    await memory.scope(SCOPE).search('puppy');
    await memory.close();

    const { embedder } = createMeaningEmbedder(other);
    const refused = await place.open({ embedder });
    const ana = refused.scope(SCOPE);
    const mismatch = { code: 'EMBEDDER_MISMATCH', message: expect.stringContaining('retentive reembed') };
    await expect(ana.search('puppy')).rejects.toMatchObject(mismatch);
    await say(ana, 'The surgeon smiled at me.');
    expect((await ana.context('surgeon')).degraded).toEqual(['embedding']);
    await refused.close();

    const kept = await place.open({ embedder: before.embedder });
    expect(await kept.scope(SCOPE).search('puppy')).toHaveLength(1);
    await kept.close();

    const healed = await place.open({ embedder });
    const progress: unknown[] = [];
    expect(await healed.reembed({ onProgress: (done) => progress.push(done) })).toEqual({
      scopes: 1,
      vectors: 2,
    });
    expect(progress).toEqual([{ scopes: 1, vectors: 2, of: 1 }]);
    expect((await healed.scope(SCOPE).search('puppy')).map(textOf)).toEqual(['Rex is a hound.']);
    expect(await healed.reembed()).toEqual({ scopes: 1, vectors: 0 });
    await healed.close();
  });

  it('go on with a reembed that failed half way', async () => {
    const old = await place.open({ embedder: createMeaningEmbedder().embedder });
    for (const user of ['ana', 'ben']) {
      await say(old.scope({ ...SCOPE, user }), 'Rex is a hound.');
      await old.scope({ ...SCOPE, user }).search('puppy');
    }
    await old.close();
    let calls = 0;
    const { embedder } = createMeaningEmbedder({ id: 'other' });
    const memory = await place.open({
      embedder: {
        ...embedder,
        embedDocuments: async (texts) => {
          calls += 1;
          if (calls === 2) throw new Error('down');
          return embedder.embedDocuments(texts);
        },
      },
    });
    await expect(memory.reembed()).rejects.toMatchObject({ code: 'EMBEDDER_FAILED' });
    expect(await memory.reembed()).toEqual({ scopes: 2, vectors: 1 });
    await memory.close();
  });

  it('are made again, and said to be, when they are damaged', async () => {
    const { embedder } = createMeaningEmbedder();
    const memory = await place.open({ embedder });
    await say(memory.scope(SCOPE), 'Rex is a hound.');
    await memory.scope(SCOPE).search('puppy');
    await memory.close();
    const [folder = ''] = await folders();
    const file = join(place.path, 'vectors', folder, 'vectors.bin');
    const bytes = await readFile(file);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] as number) ^ 1;
    await writeFile(file, bytes);

    const again = await place.open({ embedder });
    const rebuilt: unknown[] = [];
    again.events.on('projection:rebuilt', (event) => rebuilt.push(event));
    expect((await again.scope(SCOPE).search('puppy')).map(textOf)).toEqual(['Rex is a hound.']);
    expect(rebuilt).toMatchObject([{ projection: 'vectors', reason: expect.stringContaining('checksum') }]);
    await again.close();
  });

  it('of a journal that is gone are not taken for those of a new one', async () => {
    const { embedder } = createMeaningEmbedder();
    const other = await inFolder();
    for (const [{ open }, texts] of [
      [place, ['Rex is a hound.', 'The surgeon smiled.', 'The market was full.']],
      [other, ['My van is red.']],
    ] as const) {
      const memory = await open({ embedder });
      for (const text of texts) await say(memory.scope(SCOPE), text);
      await memory.scope(SCOPE).search('puppy');
      await memory.close();
    }
    const [folder = ''] = await folders();
    const file = join('vectors', folder, 'vectors.bin');
    await writeFile(join(other.path, file), await readFile(join(place.path, file)));
    const memory = await other.open({ embedder });
    expect((await memory.scope(SCOPE).search('car')).map(textOf)).toEqual(['My van is red.']);
    await memory.close();
    await other.remove();
  });

  it('lose nothing when the process is killed before a flush', async () => {
    const child = startChild(new URL('./children/search.ts', import.meta.url), place.path);
    expect(await child.nextLine()).toBe('vectra: false');
    expect(await child.nextLine()).toBe('found: 1, vectra: true');
    child.process.kill('SIGKILL');
    await child.exited;
    expect(await folders()).toEqual([]);
    const memory = await place.open();
    expect((await memory.scope(SCOPE).search('kayak')).map(textOf)).toEqual(['The kayak is red.']);
    await memory.close();
    expect(await folders()).toHaveLength(1);
  });
});
