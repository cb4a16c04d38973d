import { afterEach, describe, expect, it } from 'vitest';
import { DECAYS, halfLife, type Memory, type MemoryOptions } from '../src/index.ts';
import { inFolder, inProcess } from './support/memories.ts';
import { say } from './support/say.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const FACT = 'My sister Henrike moved to Ghent in 2019 to restore a harpsichord.';
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A fact, then talk that fills the working set more than once. */
const talk = async (memory: Memory): Promise<string> => {
  const ana = memory.scope(SCOPE);
  await say(ana, 'Hello there.');
  await say(ana, FACT);
  for (let index = 0; index < 40; index += 1) await say(ana, 'That sounds good, see you later then.');
  return (await ana.context('Where did Henrike move?', { access: false })).text;
};

const kept = async (options: MemoryOptions): Promise<boolean> => {
  const place = await inProcess();
  closers.push(() => place.remove());
  const memory = await place.open({ capacity: 120, extractor: false, ...options });
  closers.push(() => memory.close());
  return (await talk(memory)).includes('harpsichord');
};

describe('how fast the scores of retention fade', () => {
  it('is slow unless said otherwise: a fact outlives the talk after it', async () => {
    expect(await kept({})).toBe(true);
  });

  it('may be fast: then the newest stay, whatever they say', async () => {
    expect(await kept({ decay: DECAYS['sirllm-dialogue'] })).toBe(false);
    expect(await kept({ decay: halfLife('turn', 2) })).toBe(false);
  });

  it('is refused where it would grow scores, and so are sinks that are no count', async () => {
    await expect(kept({ decay: { per: 'turn', ratio: 1.1 } })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(kept({ sinks: 1.5 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('chooses again from the journal when a folder is opened with another one', async () => {
    const place = await inFolder();
    closers.push(() => place.remove());
    const fast = { capacity: 120, extractor: false, decay: halfLife('turn', 2) } as const;
    const first = await place.open(fast);
    expect(await talk(first)).not.toContain('harpsichord');
    await expect(place.open({ ...fast, decay: DECAYS.slow })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    // The same in other words is no conflict.
    const again = await place.open({ ...fast, decay: { per: 'turn', ratio: 0.5 ** (1 / 2) } });
    await again.close();
    await first.close();
    const slow = await place.open({ capacity: 120, extractor: false });
    const { text } = await slow.scope(SCOPE).context('Where did Henrike move?', { access: false });
    await slow.close();
    expect(text).toContain('harpsichord');
  });
});
