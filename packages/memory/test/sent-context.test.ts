import type { ContextId } from '@retentive/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Memory } from '../src/index.ts';
import { createCaller, histories, live } from './support/histories.ts';
import { inFolder, inProcess } from './support/memories.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const QUERIES = ['Where is my red kayak?', 'word boat pier rules', '雨'] as const;

const send = async (memory: Memory, archive: boolean): Promise<ReadonlyMap<ContextId, string>> => {
  const sent = new Map<ContextId, string>();
  for (const query of QUERIES) {
    for (const tokens of [60, 400]) {
      const options = { budget: { tokens }, archive, sent: true };
      const { id, text } = await memory.scope(ANA).context(query, options);
      sent.set(id, text);
    }
  }
  return sent;
};

it('a context that was sent is laid out again byte for byte, whatever happened since', async () => {
  await fc.assert(
    fc.asyncProperty(histories, histories, fc.boolean(), async (first, second, spans) => {
      const place = await inFolder();
      // What is sent may be excerpts, whose chunks come back, leave and are cut anew.
      const options = {
        extractor: false,
        ...(spans ? { capacity: 150, retention: { spans } } : {}),
      } as const;
      let memory = await place.open(options);
      const caller = createCaller();
      await live(memory, place.clock, caller, first);
      const sent = await send(memory, !spans);
      await live(memory, place.clock, caller, second);
      await memory.close();
      memory = await place.open(options);
      for (const [id, text] of sent) {
        expect(await memory.scope(ANA).sentContext(id)).toMatchObject({ id, text, isExact: true });
      }
      await memory.close();
      await place.remove();
    }),
    { numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 5), interruptAfterTimeLimit: 30_000 },
  );
}, 60_000);

it('says that it is not exact where something was forgotten, or may not be read', async () => {
  const place = await inProcess();
  // What is noted is written at once.
  const memory = await place.open({ extractor: false, wait: async () => {} });
  const ana = memory.scope(ANA);
  const { id: red } = await ana.observe({ role: 'user', content: 'The kayak is red.' });
  await ana.observe({ role: 'user', content: 'The kayak is fast.' });
  const { fact } = await ana.changeFact({ kind: 'add', fact: { text: 'The kayak is long.' } });
  await ana.core.change({ type: 'append', line: 'Short answers.' });
  const { id, text } = await ana.context('the kayak is', { sent: true, budget: { tokens: 400 } });
  await expect
    .poll(() =>
      ana.sentContext(id).then(
        (found) => found.text,
        () => '',
      ),
    )
    .toBe(text);
  for (const part of ['red', 'fast', 'long', 'Short answers']) expect(text).toContain(part);

  await ana.changeFact({ kind: 'supersede', id: fact.id, fact: { text: 'The kayak is short.' } });
  await ana.core.change({ type: 'remove', line: 'Short answers.' });
  expect(await ana.sentContext(id)).toMatchObject({ text, isExact: true, renderer: 'grouped-2' });

  const web = await memory.scope({ ...ANA, agent: 'web' }).sentContext(id);
  expect(web.isExact).toBe(false);
  expect(web.text).not.toContain('kayak');

  await ana.forget(red);
  const later = await ana.sentContext(id);
  expect(later.isExact).toBe(false);
  expect(later.text).not.toContain('red');
  expect(later.text).toContain('fast');
  await memory.close();
});

it('keeps nothing of what was not sent, nor of another user', async () => {
  const place = await inProcess();
  const memory = await place.open({ extractor: false, wait: async () => {} });
  const ana = memory.scope(ANA);
  await ana.observe({ role: 'user', content: 'The kayak is red.' });
  const looked = await ana.context('kayak');
  await expect(ana.sentContext(looked.id)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  const { id } = await ana.context('kayak', { sent: true });
  await expect
    .poll(() =>
      ana.sentContext(id).then(
        ({ isExact }) => isExact,
        () => false,
      ),
    )
    .toBe(true);
  await expect(memory.scope({ ...ANA, user: 'ben' }).sentContext(id)).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  });
  await memory.close();
});
