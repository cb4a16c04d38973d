import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCaller, histories, live, readEverything } from './support/histories.ts';
import { inFolder } from './support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };

/** Runs with a folder that is removed in the end. */
const withFolder = async (
  run: (place: Awaited<ReturnType<typeof inFolder>>) => Promise<void>,
): Promise<void> => {
  const place = await inFolder();
  try {
    await run(place);
  } finally {
    await place.remove();
  }
};

describe('a memory that is closed and opened again', () => {
  it('reads as it did before, whatever happened to it', async () => {
    const options = fc.constantFrom({}, { capacity: 400 }, { capacity: 200, retention: { spans: true } });
    await fc.assert(
      fc.asyncProperty(histories, histories, options, (first, second, more) =>
        withFolder(async (place) => {
          const caller = createCaller();
          const open = () => place.open({ extractor: false, ...more });
          let memory = await open();
          // The second history goes on with what was stored before the owner changed.
          for (const history of [first, second]) {
            await live(memory, place.clock, caller, history);
            const before = await readEverything(memory, place.clock.now());
            await memory.close();
            memory = await open();
            expect(await readEverything(memory, place.clock.now())).toEqual(before);
          }
          await memory.close();
        }),
      ),
      // The limit is for shrinking: each try opens three owners.
      { numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 5), interruptAfterTimeLimit: 30_000 },
    );
  }, 60_000);

  it('tears what was left open, with all of its text', () =>
    withFolder(async (place) => {
      const memory = await place.open({ extractor: false });
      const ana = memory.scope(SCOPE);
      const writer = ana.ingest({ role: 'assistant' });
      await writer.write('The kayak is red and ');
      await memory.close();
      const again = await place.open({ extractor: false });
      expect(await again.scope(SCOPE).messages()).toMatchObject([
        { state: 'torn', text: 'The kayak is red and ' },
      ]);
      expect((await again.scope(SCOPE).context('kayak')).text).toContain('assistant: The kayak is red and');
      await again.close();
    }));

  it('has the core memory and the resumed messages that it had', () =>
    withFolder(async (place) => {
      const memory = await place.open({ extractor: false });
      const ana = memory.scope(SCOPE);
      await ana.core.change({ type: 'append', line: 'Lives in Lisbon.' });
      const writer = ana.ingest({ role: 'assistant' });
      await writer.write('The kayak is ');
      await writer.tear();
      const resumed = await memory.resume(writer.id, 13);
      await resumed.write('red.');
      await resumed.complete();
      const { text } = await ana.context('kayak');
      expect(text).toContain('Lives in Lisbon.');
      expect(text).toContain('assistant: The kayak is red.');
      await memory.close();
      const again = await place.open({ extractor: false });
      expect((await again.scope(SCOPE).context('kayak')).text).toBe(text);
      expect(await again.scope(SCOPE).core.blocks()).toMatchObject([{ lines: ['Lives in Lisbon.'] }]);
      await again.close();
    }));

  it('has the facts that it drew from what was said', () =>
    withFolder(async (place) => {
      const memory = await place.open();
      const ana = memory.scope(SCOPE);
      for (const content of [
        'I live in Lisbon.',
        'My sister is called Marta.',
        'I moved to Porto.',
        'I love tea.',
      ]) {
        const receipt = await ana.observe({ role: 'user', content });
        await receipt.settled();
        place.clock.advance(60_000);
      }
      const before = await ana.facts();
      expect(before.length).toBeGreaterThan(1);
      await memory.close();
      const again = await place.open();
      expect(await again.scope(SCOPE).facts()).toEqual(before);
      await again.close();
    }));

  it('loses nothing when its first calls come all at once', () =>
    withFolder(async (place) => {
      const memory = await place.open({ extractor: false });
      for (let index = 0; index < 150; index += 1) {
        await memory
          .scope(SCOPE)
          .observe({ role: 'user', content: `Kayak ${index} is old.`, id: `old-${index}` });
      }
      await memory.close();

      const again = await place.open({ extractor: false });
      const opened: string[] = [];
      again.events.on('message:opened', ({ message }) => opened.push(message));
      const ana = again.scope(SCOPE);
      const fresh = Array.from({ length: 20 }, (_, index) => index);
      const writer = ana.ingest({ role: 'assistant', id: 'streamed' });
      const contexts = await Promise.all(
        fresh.flatMap((index) => [
          ana
            .observe({ role: 'user', content: `Kayak ${index} is new.`, id: `new-${index}` })
            .then(() => undefined),
          writer.write(`Piece ${index}. `).then(() => undefined),
          ana.context('old kayak', { budget: { tokens: 100_000 }, access: false }),
          ana.core.change({ type: 'append', line: `Line ${index}.` }).then(() => undefined),
        ]),
      );
      await writer.complete();
      for (const context of contexts) {
        if (context !== undefined) expect(context.text.match(/is old/gu)).toHaveLength(150);
      }
      const ids = (await ana.messages()).map(({ id }) => id);
      const expected = [
        ...Array.from({ length: 150 }, (_, index) => `old-${index}`),
        ...fresh.map((index) => `new-${index}`),
        'streamed',
      ];
      expect(ids.toSorted()).toEqual(expected.toSorted());
      expect(opened.toSorted()).toEqual([...fresh.map((index) => `new-${index}`), 'streamed'].toSorted());
      const before = await readEverything(again, place.clock.now());
      expect(before).toMatchObject({ blocks: [{ version: 20 }] });
      await again.close();

      const last = await place.open({ extractor: false });
      expect(await readEverything(last, place.clock.now())).toEqual(before);
      await last.close();
    }));
});
