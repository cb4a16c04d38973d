import { createManualClock, systemClock } from '@retentive/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createFunctionEmbedder,
  createHashingEmbedder,
  createRuleExtractor,
  openMemory,
} from '../src/index.ts';
import { inFolder } from './support/memories.ts';

let place: Awaited<ReturnType<typeof inFolder>>;
beforeEach(async () => {
  place = await inFolder();
});
afterEach(() => place.remove());

const scope = { tenant: 'acme', user: 'ana' };

it('shares one owner among those who open a folder in one process, until the last has closed', async () => {
  const first = await place.open();
  const second = await place.open();
  await first.scope(scope).observe({ role: 'user', content: 'The kayak is red.' });
  expect(await second.scope(scope).messages()).toHaveLength(1);
  await first.close();
  await first.close();
  await second.scope(scope).observe({ role: 'user', content: 'The paddle is blue.' });
  await second.close();
});

it('waits for an owner that is closing instead of finding the folder locked', async () => {
  for (let round = 0; round < 5; round += 1) {
    const memory = await place.open();
    const closing = memory.close();
    const again = await place.open();
    await again.scope(scope).observe({ role: 'user', content: `Round ${round}.` });
    expect(await again.scope(scope).messages()).toHaveLength(round + 1);
    await Promise.all([closing, again.close()]);
  }
});

it('shares an owner with who gives the same options again, or none', async () => {
  const options = { capacity: 5_000, embedder: createHashingEmbedder(), extractor: createRuleExtractor() };
  const first = await place.open(options);
  const again = { ...options, embedder: createHashingEmbedder(), extractor: createRuleExtractor() };
  const others = [await place.open(again), await openMemory({ path: place.path })];
  await first.scope(scope).observe({ role: 'user', content: 'The kayak is red.' });
  for (const other of others) expect(await other.scope(scope).messages()).toHaveLength(1);
  await Promise.all([first, ...others].map((memory) => memory.close()));
  // What is the default may be said.
  const plain = await openMemory({ path: place.path });
  const said = await openMemory({ path: place.path, capacity: 200_000, clock: systemClock });
  await Promise.all([plain.close(), said.close()]);
});

it('refuses an opening that wants another owner, and leaves the first as it was', async () => {
  const first = await place.open({ capacity: 5_000 });
  const embedder = createFunctionEmbedder({
    id: 'mine',
    dimensions: 2,
    fusionWeight: 0,
    embed: async () => [],
  });
  const other = {
    capacity: 6_000,
    extractor: false,
    embedder,
    maxBytes: 1e9,
    clock: createManualClock(),
  } as const;
  for (const [name, value] of Object.entries(other)) {
    await expect(place.open({ [name]: value })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringMatching(new RegExp(`with another ${name}:`, 'u')),
    });
  }
  await expect(place.open(other)).rejects.toMatchObject({
    details: { options: ['clock', 'maxBytes', 'embedder', 'extractor', 'capacity'] },
  });
  await first.scope(scope).observe({ role: 'user', content: 'The kayak is red.' });
  await first.close();
  // Nobody holds it any more.
  await (await place.open(other)).close();
});

it('ends an opening for who aborted it, and for nobody else', async () => {
  const aborting = new AbortController();
  const first = place.open({ signal: aborting.signal });
  const second = place.open();
  aborting.abort();
  await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
  const memory = await second;
  await memory.scope(scope).observe({ role: 'user', content: 'The kayak is red.' });
  await memory.close();
});

it('lets go of a folder whose only opening was aborted, at whatever moment', async () => {
  for (let round = 0; round < 8; round += 1) {
    const aborting = new AbortController();
    const opening = place.open({ signal: aborting.signal });
    for (let turn = 0; turn < round * 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    aborting.abort();
    const opened = await opening.catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'ABORTED' });
    });
    await opened?.close();
    const memory = await place.open();
    expect((await memory.doctor()).ok).toBe(true);
    await memory.close();
  }
});

it('an abort after the opening ends nothing', async () => {
  const aborting = new AbortController();
  const memory = await place.open({ signal: aborting.signal });
  aborting.abort();
  await memory.scope(scope).observe({ role: 'user', content: 'The kayak is red.' });
  await memory.close();
});
