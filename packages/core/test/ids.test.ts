import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Clock,
  chunkIdOf,
  createIdSource,
  createManualClock,
  createSeededRandom,
  MAX_ID_LENGTH,
  type MessageId,
  parseMessageId,
} from '../src/index.ts';

const KINDS = ['message', 'document', 'episode', 'fact', 'operation', 'context', 'turn', 'job'] as const;

const at = (time: number): Clock => ({ now: () => time, elapsed: () => 0 });
const YEAR_9999 = Date.UTC(9999, 11, 31);

describe('ids', () => {
  it('have a prefix of their kind, ten digits of time and eighteen of chance', () => {
    const ids = createIdSource(createManualClock(), createSeededRandom(1));
    const prefixes = KINDS.map((kind) => {
      const id = ids.create(kind);
      expect(id).toMatch(/^[a-z]{3}_[0-9a-hj-km-np-tv-z]{28}$/u);
      return id.slice(0, 3);
    });
    expect(new Set(prefixes).size).toBe(KINDS.length);
  });

  it('sort by the millisecond they were made in, whatever chance says', () => {
    const time = fc.integer({ min: 0, max: YEAR_9999 });
    fc.assert(
      fc.property(time, time, fc.integer(), fc.constantFrom(...KINDS), (a, b, seed, kind) => {
        const random = createSeededRandom(seed);
        const [first, second] = [a, b].map((now) => createIdSource(at(now), random).create(kind));
        if (a !== b) expect((first as string) < (second as string)).toBe(a < b);
      }),
    );
  });

  it('are the same for the same clock and seed, and differ for another seed', () => {
    const make = (seed: number): readonly string[] => {
      const ids = createIdSource(createManualClock(), createSeededRandom(seed));
      return Array.from({ length: 20 }, () => ids.create('message'));
    };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(make(seed)).toEqual(make(seed));
      }),
    );
    expect(make(1)).not.toEqual(make(2));
    expect(new Set(make(1)).size).toBe(20);
  });

  it('are well formed at the ends of chance and for times that are no whole number or before 1970', () => {
    for (const next of [0, 1 - 2 ** -32]) {
      for (const now of [-1, 0.9, YEAR_9999 + 0.5]) {
        expect(createIdSource(at(now), { next: () => next }).create('turn')).toMatch(/^trn_[0-9a-z]{28}$/u);
      }
    }
    const zeros = createIdSource(at(-1), { next: () => 0 }).create('turn');
    expect(zeros).toBe(`trn_${'0'.repeat(28)}`);
  });

  it('of chunks follow from their source', () => {
    expect(chunkIdOf('msg_1' as MessageId, 0)).toBe('msg_1#0');
    expect(chunkIdOf('msg_1' as MessageId, 12)).toBe('msg_1#12');
  });
});

describe('an id that a caller brings', () => {
  it('is taken as it is, up to its limit', () => {
    for (const id of ['m', 'order 17/ä', '消息', 'x'.repeat(MAX_ID_LENGTH)])
      expect(parseMessageId(id)).toBe(id);
  });

  it('is refused when empty, too long, or with control characters or lone surrogates', () => {
    for (const id of ['', 'x'.repeat(MAX_ID_LENGTH + 1), 'a\nb', '\u0000', '\u009f', '\ud800']) {
      expect(() => parseMessageId(id)).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
    }
  });

  it('does not stand in the message of the error, which gives its length', () => {
    expect(() => parseMessageId('secret\n')).toThrow(/^(?!.*secret).*got 7 characters$/u);
  });
});
