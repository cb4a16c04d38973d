import {
  type Chunk,
  createEstimatingTokenizer,
  createIdSource,
  createManualClock,
  createSeededRandom,
} from '@retentive/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import { createScopeRegistry } from '../../src/scope/scope-registry.ts';
import { createFaultyJournal } from '../../src/testing/index.ts';
import { createChunkWriter, type WriterStart } from '../../src/writing/chunk-writer.ts';
import { messageHeader } from '../../src/writing/headers.ts';
import type { WriteReceipt } from '../../src/writing-types.ts';
import { openArchive, openScopeResources } from '../support/scope-resources.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const tokenizer = createEstimatingTokenizer();

/** What a stream does: text, or an end; after `tear` it goes on from so much of what is durable. */
type Step = { readonly write: string } | { readonly tear: number };

interface Outcome {
  /** Chunks as they were acknowledged, one list for each call. */
  readonly acknowledged: readonly (readonly Chunk[])[];
  readonly offsets: readonly number[];
  readonly chunks: readonly Chunk[];
  readonly text: string;
  readonly kinds: readonly string[];
}

/** Carries the steps out; a call that fails is made once more, with the same text. */
const stream = async (steps: readonly Step[], fails: (count: number) => boolean): Promise<Outcome> => {
  const clock = createManualClock();
  const journal = createFaultyJournal(createInMemoryJournal({ clock }), ({ count }) =>
    fails(count) ? 'refuse' : undefined,
  );
  const scopes = createScopeRegistry(journal, {
    openResources: openScopeResources,
    clock: createManualClock(),
    openArchive,
    onApplied: () => {},
    onArchived: () => {},
    onBroken: () => {},
  });
  const ids = createIdSource(clock, createSeededRandom(3));
  const header = messageHeader({ role: 'assistant', id: 'm1' }, { scope: SCOPE, clock, ids });
  const begin = (start: WriterStart) =>
    createChunkWriter({
      scope: SCOPE,
      start,
      open: async () => ({ journal, state: await scopes.load(SCOPE), tokenizer }),
    });
  const receipts: WriteReceipt[] = [];
  const insist = async (call: () => Promise<WriteReceipt>): Promise<void> => {
    const before = writer.offset;
    const receipt = await call().catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'STORE_FULL' });
      expect(writer.offset).toBe(before);
      return call();
    });
    receipts.push(receipt);
  };
  let writer = begin({ type: 'new', header, keys: [] });
  let sent = '';
  for (const step of [...steps, { write: ' The end.' }]) {
    if ('write' in step) {
      await insist(() => writer.write(step.write));
      sent += step.write;
    } else if (sent !== '') {
      await insist(() => writer.tear());
      const offset = Math.floor(step.tear * sent.length);
      writer = begin({ type: 'resume', id: header.id, offset });
      await insist(() => writer.write(sent.slice(offset)));
    }
  }
  await insist(() => writer.complete());
  const { episodic } = await scopes.load(SCOPE);
  const kinds: string[] = [];
  for await (const { body } of journal.read({ scope: SCOPE })) kinds.push(body.kind);
  expect(await journal.check()).toEqual([]);
  return {
    acknowledged: receipts.map(({ chunks }) => chunks),
    offsets: receipts.map(({ offset }) => offset),
    chunks: episodic.chunksOf(header.id),
    text: episodic.source(header.id)?.text ?? '',
    kinds,
  };
};

const pieces = fc
  .tuple(
    fc.constantFrom('The ferry leaves at nine. ', 'word ', 'x', '今日は雨です。', '\n\n', '🙂'),
    fc.integer({ min: 1, max: 90 }),
  )
  .map(([text, times]) => text.repeat(times));
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: pieces.map((write): Step => ({ write })) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((tear): Step => ({ tear })) },
  ),
  { minLength: 2, maxLength: 12 },
);

it('stands after a failed append as before it: the same calls made again give the same chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 6 }),
      async (sent, failing) => {
        // The call that is made again is the next append: it has to succeed.
        const failures = new Set(failing.map((count) => 2 * count));
        const smooth = await stream(sent, () => false);
        const bumpy = await stream(sent, (count) => failures.has(count));
        expect(bumpy).toEqual(smooth);
        expect(smooth.chunks.map(({ text }) => text).join('')).toBe(smooth.text);
        const written = sent.reduce((text, step) => ('write' in step ? text + step.write : text), '');
        expect(smooth.text).toBe(`${written} The end.`);
      },
    ),
    { numRuns: 60 },
  );
});

it('gives the same chunks whichever append of a long stream fails', async () => {
  const sent = Array.from(
    { length: 12 },
    (_, index): Step => ({
      write: `Sentence ${index} speaks of the ferry and the pier at length. `.repeat(7),
    }),
  );
  const smooth = await stream(sent, () => false);
  expect(smooth.chunks.length).toBeGreaterThan(4);
  for (let failing = 0; failing < 14; failing += 1) {
    expect(await stream(sent, (count) => count === failing)).toEqual(smooth);
  }
});
