import { afterEach, beforeEach, expect, it } from 'vitest';
import { inFolder, type TestPlace } from './support/memories.ts';

let place: TestPlace;
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
