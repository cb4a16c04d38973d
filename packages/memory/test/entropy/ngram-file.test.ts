import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRetentiveError } from '@retentive/core';
import { openO200kEncoder } from '@retentive/core/tokenizer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNGramModel, saveNGramModel } from '../../src/entropy/ngram/ngram-file.ts';
import type { NGramModel } from '../../src/entropy/ngram/ngram-model.ts';
import { createNGramSurprisal, openNGramSurprisal } from '../../src/entropy/ngram/ngram-surprisal.ts';
import { trainNGramModel } from '../../src/entropy/ngram/train-ngram-model.ts';
import { openMemory } from '../../src/memory.ts';
import { sampleTexts } from '../support/sample-texts.ts';

let folder: string;
let model: NGramModel;
let file: string;
let bytes: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-ngram-'));
  model = await trainNGramModel(sampleTexts(300));
  file = join(folder, 'talk.ngram');
  await saveNGramModel(model, file);
  bytes = await readFile(file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const codeOf = async (content: Uint8Array): Promise<string> => {
  const path = join(folder, 'other.ngram');
  await writeFile(path, content);
  return openNGramModel(path).then(
    () => 'opened',
    (error) => (isRetentiveError(error) ? error.code : String(error)),
  );
};

describe('the file of a model', () => {
  it('gives back the same model, private to its user, and nothing beside it', async () => {
    const opened = await openNGramModel(file);
    expect(opened.id).toBe(model.id);
    expect(opened.tables).toEqual(model.tables);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toContain('talk.ngram');
    expect(await readdir(folder)).not.toContain('talk.ngram.new');
    const text = 'My sister bought a red kettle from Mr Okonkwo.';
    const source = await openNGramSurprisal(file);
    expect(source.openSession().score(text)).toEqual(
      createNGramSurprisal(model, await openO200kEncoder())
        .openSession()
        .score(text),
    );
  });

  it('is the same bytes however often it is opened and saved', async () => {
    const again = join(folder, 'again.ngram');
    await saveNGramModel(await openNGramModel(file), again);
    expect((await readFile(again)).equals(bytes)).toBe(true);
  });

  it('is refused with one error when it is cut anywhere or a bit of it flips', async () => {
    const places = [0, 5, 8, 11, 20, 43, 44, 47, 60, 400, bytes.length >> 1, bytes.length - 1];
    for (const place of places) {
      expect(await codeOf(bytes.subarray(0, place))).toBe('FILE_INVALID');
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] as number) ^ 0x10;
      const isVersion = place >= 8 && place < 12;
      expect(await codeOf(flipped)).toBe(isVersion ? 'STORE_VERSION_UNSUPPORTED' : 'FILE_INVALID');
    }
    expect(await codeOf(Buffer.concat([bytes, Buffer.alloc(4)]))).toBe('FILE_INVALID');
  });

  it('says when it is not there, and replaces a file as a whole', async () => {
    await expect(openNGramModel(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const path = join(folder, 'replaced.ngram');
    await writeFile(path, 'something else');
    await saveNGramModel(model, path);
    expect((await openNGramModel(path)).id).toBe(model.id);
  });

  it('says when it cannot be written or read', async () => {
    await expect(saveNGramModel(model, join(folder, 'none', 'talk.ngram'))).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
    });
    await expect(openNGramModel(folder)).rejects.toMatchObject({ code: 'STORE_READ_FAILED' });
    const signal = AbortSignal.abort();
    await expect(openNGramModel(file, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(saveNGramModel(model, file, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('is never put into a data folder, where erase would miss it', async () => {
    const path = join(folder, 'data');
    await (await openMemory({ path })).close();
    for (const inside of [join(path, 'talk.ngram'), join(path, 'vectors', 'deep', 'talk.ngram')]) {
      await expect(saveNGramModel(model, inside)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
    expect(await readdir(path)).not.toContain('talk.ngram');
  });
});
