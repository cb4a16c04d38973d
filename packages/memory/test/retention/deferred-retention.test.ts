import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCharacterSurprisal, createRetentionProjection } from '../../src/index.ts';
import { createDeferredRetention } from '../../src/retention/deferred-retention.ts';
import { makeChunk } from './make-chunk.ts';

const word = fc.constantFrom('tea', 'ferry', 'I', 'moved', 'to', 'Faro', '12', 'why?', 'yes', 'kayak');
const steps = fc.array(
  fc.record({
    text: fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
    tokens: fc.integer({ min: 1, max: 40 }),
    next: fc.constantFrom('nothing', 'access', 'pin', 'unpin', 'report'),
    at: fc.nat(),
  }),
  { maxLength: 60 },
);

it('gives what the projection itself gives, whether the capacity is passed or not', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 20, max: 900 }), (all, capacity) => {
      const options = { surprisal: createCharacterSurprisal(), capacity };
      const plain = createRetentionProjection(options);
      const deferred = createDeferredRetention(options);
      const chunks = all.map(({ text, tokens }, position) => makeChunk({ position, text, tokens }));
      for (const [position, { next, at }] of all.entries()) {
        const chunk = chunks[position] as (typeof chunks)[number];
        expect(deferred.onChunks([chunk], [])).toEqual(plain.onChunks([chunk], []));
        const other = chunks[at % (position + 1)] as (typeof chunks)[number];
        if (next === 'access') expect(deferred.onAccess([other])).toEqual(plain.onAccess([other]));
        if (next === 'pin' || next === 'unpin') {
          expect(deferred.onPin([other], next === 'pin')).toEqual(plain.onPin([other], next === 'pin'));
        }
        if (next === 'report') expect(deferred.report()).toEqual(plain.report());
        expect(deferred.tokens).toBe(plain.tokens);
        expect(deferred.archivedTokens).toBe(plain.archivedTokens);
        for (const { position: place } of chunks.slice(0, position + 1)) {
          expect(deferred.isArchived(place)).toBe(plain.isArchived(place));
        }
      }
    }),
    { numRuns: 60 },
  );
});
