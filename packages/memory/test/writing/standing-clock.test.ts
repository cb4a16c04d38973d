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
  // Nobody else wrote meanwhile: one second, then four.
  expect(pauses.filter((ms) => ms >= 1_000)).toEqual([1_000, 4_000]);
  expect((await ana.context('Porto', { access: false })).degraded).toContain('extraction:failed');
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
