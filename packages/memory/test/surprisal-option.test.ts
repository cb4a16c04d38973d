import { openO200kEncoder } from '@retentive/core/tokenizer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_SURPRISAL_ID } from '../src/entropy/language-surprisal.ts';
import {
  createNGramSurprisal,
  type Memory,
  openSurprisal,
  type SurprisalSource,
  trainNGramModel,
} from '../src/index.ts';
import { inFolder } from './support/memories.ts';
import { sampleTexts } from './support/sample-texts.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };

/** Bits by where a letter stands in the alphabet: early letters are news, or late ones. */
const byAlphabet = (id: string, bitsOf: (place: number) => number): SurprisalSource => ({
  id,
  openSession: () => ({
    score: (text) =>
      [...text].flatMap((letter, start) =>
        /[a-z]/u.test(letter)
          ? [{ start, end: start + 1, bits: bitsOf((letter.charCodeAt(0) - 97) / 25) }]
          : [],
      ),
    state: () => ({}),
  }),
});
const early = byAlphabet('early', (place) => 16 - 16 * place);
const late = byAlphabet('late', (place) => 16 * place);

let place: Awaited<ReturnType<typeof inFolder>>;
let other: Awaited<ReturnType<typeof inFolder>>;
let memory: Memory | undefined;
beforeEach(async () => {
  [place, other] = [await inFolder(), await inFolder()];
});
afterEach(async () => {
  await memory?.close();
  await Promise.all([place.remove(), other.remove()]);
});

const sayMany = async (to: Memory): Promise<void> => {
  const words = ['a bad bee', 'cab fed', 'zoo tutu', 'you wry swot', 'dead beef', 'must sum up tusk'];
  for (let index = 0; index < 300; index += 1) {
    const content = `${words[index % words.length]} and ${words[(index * 7) % 5]} ${'e'.repeat(1 + (index % 3))}`;
    await to.scope(SCOPE).observe({ role: 'user', content, time: 1_700_000_000_000 + index * 60_000 });
  }
};

/** What the working set holds, by text. */
const held = async (of: Memory): Promise<string> => {
  const { text } = await of
    .scope(SCOPE)
    .context('bee tutu swot', { access: false, budget: { tokens: 4_000 } });
  return `${text}\n${JSON.stringify(await of.scope(SCOPE).retention())}`;
};

it('orders working set, archive and checkpoint anew by another source, as if it had been there from the beginning', async () => {
  const options = { capacity: 300, extractor: false } as const;
  memory = await place.open({ ...options, surprisal: early });
  await sayMany(memory);
  const byEarly = await held(memory);
  await memory.close();
  memory = await place.open({ ...options, surprisal: late });
  const byLate = await held(memory);
  await memory.close();

  const fresh = await other.open({ ...options, surprisal: late });
  await sayMany(fresh);
  expect(byLate).toBe(await held(fresh));
  await fresh.close();
  expect(byLate).not.toBe(byEarly);

  // And back: what the other source left in the folder is of no use to this one.
  memory = await place.open({ ...options, surprisal: early });
  expect(await held(memory)).toBe(byEarly);
});

it('goes on from a checkpoint with a model of n-grams', async () => {
  const encoder = await openO200kEncoder();
  const model = await trainNGramModel(sampleTexts(300), { encoder });
  const options = { capacity: 300, extractor: false } as const;
  memory = await place.open({ ...options, surprisal: createNGramSurprisal(model, encoder) });
  await sayMany(memory);
  const before = await held(memory);
  await memory.close();
  memory = await place.open({ ...options, surprisal: createNGramSurprisal(model, encoder) });
  expect(await held(memory)).toBe(before);
  expect((await memory.doctor()).ok).toBe(true);
});

it('is one owner with the same source, and refuses another', async () => {
  expect((await openSurprisal()).id).toBe(DEFAULT_SURPRISAL_ID);
  memory = await place.open({});
  const again = await place.open({ surprisal: await openSurprisal() });
  await again.close();
  await expect(place.open({ surprisal: early })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    details: { options: ['surprisal'] },
  });
});

it('refuses what is no source', async () => {
  for (const surprisal of [{}, { id: '', openSession: () => {} }, { id: 'x' }, null, 'ngram']) {
    await expect(place.open({ surprisal: surprisal as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  }
});
