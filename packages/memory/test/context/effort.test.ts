import { type Context, createSeededRandom } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';
import { inProcess } from '../support/memories.ts';

const WORDS =
  'kayak paddle river lock rain cat kitchen lamp boss train bread letter garden roof winter'.split(' ');

const shownIn = ({ items }: Context): readonly string[] =>
  items.flatMap(({ source }) => ('chunks' in source ? source.chunks : []));

describe('effort of a context', () => {
  let memory: Memory;
  let ana: ScopedMemory;
  beforeEach(async () => {
    memory = await (await inProcess()).open({ extractor: false });
    ana = memory.scope({ tenant: 'acme', user: 'ana' });
  });
  afterEach(() => memory.close());

  const tell = async (texts: readonly string[]): Promise<void> => {
    for (const [index, content] of texts.entries()) {
      await ana.observe({ role: 'user', speaker: 'Ana', content, time: index * 86_400_000 });
    }
  };

  it('adaptive: shows a part of what full effort shows, the best of it, within the budget', async () => {
    const random = createSeededRandom(3);
    // Some words are common and some rare, as in talk.
    const some = (count: number): string =>
      Array.from({ length: count }, () => WORDS[Math.floor(random.next() ** 3 * WORDS.length)]).join(' ');
    await tell(Array.from({ length: 60 }, () => some(1 + Math.floor(random.next() * 20))));
    let saved = 0;
    for (let run = 0; run < 40; run += 1) {
      const query = some(1 + Math.floor(random.next() * 4));
      const budget = { tokens: Math.floor(random.next() * 1_500) };
      const full = await ana.context(query, { budget, access: false });
      const adaptive = await ana.context(query, { budget, access: false, effort: 'adaptive' });
      expect(adaptive.tokens).toBeLessThanOrEqual(full.tokens);
      const shown = new Set(shownIn(adaptive));
      expect(shownIn(full).filter((id) => shown.has(id))).toEqual([...shown]);
      const scores = (of: Context): readonly number[] => of.items.map(({ why }) => why.score);
      expect(Math.max(0, ...scores(adaptive))).toBe(Math.max(0, ...scores(full)));
      saved += full.tokens - adaptive.tokens;
      expect((await ana.context(query, { budget, access: false, effort: 'adaptive' })).text).toBe(
        adaptive.text,
      );
      expect((await ana.context(query, { budget, access: false, effort: 'full' })).text).toBe(full.text);
    }
    expect(saved).toBeGreaterThan(0);
  });

  it('adaptive: leaves out what has one common word of a question that something answers whole', async () => {
    await tell([
      'Ben lent me the blue umbrella with the bamboo handle.',
      ...Array.from({ length: 20 }, () => 'The umbrella stand was full.'),
    ]);
    const ask = (effort: 'full' | 'adaptive') =>
      ana.context('Which umbrella with a blue bamboo handle was lent?', { effort, access: false });
    const [full, adaptive] = [await ask('full'), await ask('adaptive')];
    expect(full.text).toContain('stand was full');
    expect(adaptive.text).not.toContain('stand was full');
    expect(adaptive.text).toContain('bamboo handle');
  });

  it('is one of two', async () => {
    const effort = 'low' as 'full';
    expect(await codeOf(ana.context('kayak', { effort }))).toBe('OPTION_INVALID');
  });
});
