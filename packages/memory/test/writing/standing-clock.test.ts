import type { Wait } from '@retentive/core';
import { expect, it } from 'vitest';
import type { Extractor } from '../../src/index.ts';
import { inProcess } from '../support/memories.ts';

const failing: Extractor = {
  id: 'failing-1',
  extract: async () => {
    throw new Error('the model is out');
  },
};
const ANA = { tenant: 'acme', user: 'ana' };

it('a failing extractor is given up after its pauses, though the clock stands still', async () => {
  const place = await inProcess();
  const pauses: number[] = [];
  const wait: Wait = async (ms) => {
    pauses.push(ms);
  };
  const memory = await place.open({ extractor: failing, wait });
  const ana = memory.scope(ANA);
  const receipt = await ana.observe({ role: 'user', content: 'I live in Porto.' });
  await receipt.settled();
  // Eight tries: seven pauses at least, none above the longest, though no moment passed by the clock.
  const long = pauses.filter((ms) => ms > 25);
  expect(long.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...long)).toBeLessThanOrEqual(100_000);
  expect((await ana.context('Porto', { access: false })).degraded).toContain('extraction:failed');
  await memory.close();
});

it('many messages that fail are given up, one after the other, though the clock stands still', async () => {
  const place = await inProcess();
  const memory = await place.open({ extractor: failing, wait: async () => {} });
  const ana = memory.scope(ANA);
  const receipts = [];
  for (let index = 0; index < 4; index += 1)
    receipts.push(await ana.observe({ role: 'user', content: `I live in Porto ${index}.` }));
  for (const receipt of receipts) await receipt.settled();
  expect(await memory.jobs()).toHaveLength(4);
  await memory.close();
});

it('waiting for work that is put off ends with the signal', async () => {
  const place = await inProcess();
  const memory = await place.open({
    extractor: failing,
    wait: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
  const receipt = await memory.scope(ANA).observe({ role: 'user', content: 'I live in Porto.' });
  const aborting = new AbortController();
  const settled = receipt.settled({ signal: aborting.signal });
  aborting.abort();
  await expect(settled).rejects.toMatchObject({ code: 'ABORTED' });
  await memory.close();
});
