import type { SessionId } from '@retentive/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LexicalIndex } from '../index/lexical-index.ts';
import { DEFAULT_LEXICAL_OPTIONS, type LexicalOptions } from '../index/lexical-options.ts';

/** Makes an empty index of the kind under test. */
export type OpenLexicalIndex = (options?: LexicalOptions) => LexicalIndex;

const session = (name: string): SessionId => name as SessionId;
const terms = (text: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const term of text.split(' ').filter(Boolean)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
};

interface Doc {
  readonly session: string;
  readonly text: string;
}
const build = (
  open: OpenLexicalIndex,
  docs: readonly Doc[],
  smoothing = DEFAULT_LEXICAL_OPTIONS.smoothing,
): LexicalIndex => {
  const index = open({ ...DEFAULT_LEXICAL_OPTIONS, smoothing });
  for (const [ordinal, doc] of docs.entries())
    index.add({ ordinal, session: session(doc.session), terms: terms(doc.text) });
  return index;
};
const ranked = (index: LexicalIndex, query: string): number[] => {
  const { ordinals, scoreOf } = index.search(query.split(' '));
  return ordinals.toSorted((a, b) => scoreOf(b) - scoreOf(a) || a - b);
};

const docs = fc.array(
  fc.record({
    session: fc.constantFrom('a', 'b'),
    text: fc
      .array(fc.constantFrom('tea', 'ferry', 'bike', 'rain', 'pier'), { maxLength: 6 })
      .map((list) => list.join(' ')),
  }),
  { minLength: 1, maxLength: 20 },
);

/** Everything that a search says of documents up to an ordinal. */
const scoresOf = (index: LexicalIndex, query: readonly string[], count: number): unknown => {
  const scores = index.search(query);
  const found = new Set(scores.ordinals);
  return Array.from({ length: count }, (_, ordinal) => [
    found.has(ordinal),
    scores.scoreOf(ordinal).toFixed(9),
    scores.matchedOf(ordinal),
    scores.ownOf(ordinal),
  ]);
};

const describeScores = (open: OpenLexicalIndex): void => {
  it('gives plain BM25 without smoothing', () => {
    const index = build(
      open,
      [
        { session: 'a', text: 'tea tea rain' },
        { session: 'a', text: 'ferry' },
      ],
      { ...DEFAULT_LEXICAL_OPTIONS.smoothing, radius: 0, weight: 0, decay: 0 },
    );
    const { scoreOf } = index.search(['tea']);
    // idf = ln(1 + (2 - 1 + .5) / (1 + .5)) = ln 2; tf 2, length 3, mean length 2, k1 1.2, b .75.
    const expected = (Math.LN2 * 2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * 3) / 2));
    expect(scoreOf(0)).toBeCloseTo(expected, 10);
    expect(scoreOf(1)).toBe(0);
  });

  it('finds an answer by the words of the question before it', () => {
    const index = build(open, [
      { session: 'a', text: 'which ferry' },
      { session: 'a', text: 'green one' },
      { session: 'b', text: 'rain' },
    ]);
    expect(ranked(index, 'ferry')).toEqual([0, 1]);
  });

  it('does not borrow words across sessions', () => {
    const index = build(open, [
      { session: 'a', text: 'ferry' },
      { session: 'b', text: 'rain' },
    ]);
    expect(ranked(index, 'ferry')).toEqual([0]);
  });

  it('says which terms it found', () => {
    const index = build(open, [{ session: 'a', text: 'tea rain' }]);
    expect(index.search(['pier', 'tea', 'rain']).matchedOf(0)).toBe(0b110);
  });

  it('scores after a removal as if the document had never been there', () => {
    fc.assert(
      fc.property(docs, fc.nat(), (all, pick) => {
        const gone = pick % all.length;
        const removed = build(open, all);
        removed.remove(gone, terms((all[gone] as Doc).text));
        const never = open();
        for (const [ordinal, doc] of all.entries()) {
          if (ordinal !== gone) never.add({ ordinal, session: session(doc.session), terms: terms(doc.text) });
        }
        expect(removed.size).toBe(never.size);
        const query = ['tea', 'ferry', 'pier'];
        const a = removed.search(query);
        const b = never.search(query);
        for (const ordinal of all.keys()) expect(a.scoreOf(ordinal)).toBeCloseTo(b.scoreOf(ordinal), 9);
      }),
    );
  });

  it('finds places again for documents that come back, whatever their order', () => {
    fc.assert(
      fc.property(docs, fc.array(fc.nat(), { maxLength: 12 }), (all, picks) => {
        const moved = build(open, all);
        for (const pick of picks) {
          const ordinal = pick % all.length;
          const { session: name, text } = all[ordinal] as Doc;
          moved.remove(ordinal, terms(text));
          moved.remove(ordinal, terms(text));
          moved.add({ ordinal, session: session(name), terms: terms(text) });
        }
        const query = ['tea', 'ferry', 'pier'];
        expect(scoresOf(moved, query, all.length)).toEqual(scoresOf(build(open, all), query, all.length));
      }),
    );
  });

  it('scores what is there, whatever came, went and was asked before', () => {
    const steps = fc.array(fc.record({ at: fc.nat(), asks: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(docs, steps, (all, taken) => {
        const query = ['tea', 'ferry', 'pier'];
        const living = new Set<number>();
        const index = open();
        const add = (to: LexicalIndex, ordinal: number): void => {
          const { session: name, text } = all[ordinal] as Doc;
          to.add({ ordinal, session: session(name), terms: terms(text) });
        };
        for (const { at, asks } of taken) {
          const ordinal = at % all.length;
          if (living.delete(ordinal)) index.remove(ordinal, terms((all[ordinal] as Doc).text));
          else {
            living.add(ordinal);
            add(index, ordinal);
          }
          if (asks) index.search(query);
        }
        const fresh = open();
        for (const ordinal of [...living].sort((a, b) => a - b)) add(fresh, ordinal);
        expect(index.averageLength).toBe(fresh.averageLength);
        expect(scoresOf(index, query, all.length)).toEqual(scoresOf(fresh, query, all.length));
      }),
      { numRuns: 300 },
    );
  });

  it('searches past hidden documents as if they were not there, but for the rarity of words', () => {
    const index = build(open, [
      { session: 'a', text: 'which ferry' },
      { session: 'a', text: 'green one' },
    ]);
    const { ordinals } = index.search(['ferry'], new Set([0]));
    expect(ordinals).toEqual([]);
    expect(index.search(['ferry']).ordinals).toContain(0);
  });

  it('gives of a document what some terms ask for, from which it can be made again', () => {
    const index = build(open, [{ session: 'a', text: 'tea tea rain' }]);
    expect(index.partOf(0, ['tea', 'pier'])).toEqual({ length: 3, terms: new Map([['tea', 2]]) });
    expect(index.partOf(1, ['tea'])).toBeUndefined();
    const again = open();
    again.add({ ordinal: 0, session: session('a'), ...index.partOf(0, ['tea']), terms: terms('tea tea') });
    expect(again.search(['tea']).scoreOf(0)).toBe(index.search(['tea']).scoreOf(0));
    index.remove(0, terms('tea tea rain'));
    expect(index.partOf(0, ['tea'])).toBeUndefined();
  });

  it('weighs the rarer word more, and counts what lives', () => {
    const index = build(open, [
      { session: 'a', text: 'tea ferry' },
      { session: 'b', text: 'tea' },
    ]);
    expect(index.size).toBe(2);
    expect(index.inverseDocumentFrequency('ferry')).toBeGreaterThan(index.inverseDocumentFrequency('tea'));
    index.remove(0, terms('tea ferry'));
    expect(index.size).toBe(1);
    expect(index.search(['ferry']).ordinals).toEqual([]);
  });
};

const describeTop = (open: OpenLexicalIndex): void => {
  /** Many rare words beside few common ones, as in talk: what ends a search early is in it. */
  const word = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 })).map(([a, b]) => `w${Math.min(a, b)}`);
  const talk = fc.array(
    fc.record({
      session: fc.constantFrom('a', 'b', 'c'),
      text: fc.array(word, { maxLength: 12 }).map((list) => list.join(' ')),
    }),
    { minLength: 1, maxLength: 80 },
  );

  it('gives the best of what a search finds, score by score', () => {
    const query = fc.array(word, { maxLength: 6 });
    const gone = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(talk, query, gone, gone, fc.nat({ max: 12 }), (all, asked, left, hidden, limit) => {
        const index = build(open, all);
        for (const pick of left) {
          const ordinal = pick % all.length;
          index.remove(ordinal, terms((all[ordinal] as Doc).text));
        }
        const without = new Set(hidden.map((pick) => pick % all.length));
        const accepts = (ordinal: number): boolean => ordinal % 5 !== 0;
        const { ordinals, scoreOf } = index.search(asked, without);
        const expected = (isThere: (ordinal: number) => boolean) =>
          ordinals
            .filter(isThere)
            .map((ordinal) => ({ ordinal, score: scoreOf(ordinal) }))
            .sort((a, b) => b.score - a.score || a.ordinal - b.ordinal)
            .slice(0, limit);
        const shown = expected((ordinal) => !without.has(ordinal));
        const accepted = expected(accepts);
        expect(index.top(asked, limit, { without })).toEqual(shown);
        expect(index.top(asked, limit, { without, accepts })).toEqual(accepted);
      }),
      { numRuns: 300 },
    );
  });

  it('tells of each document once, with its score', () => {
    fc.assert(
      fc.property(talk, fc.array(word, { maxLength: 4 }), (all, asked) => {
        const { each, ordinals, scoreOf } = build(open, all).search(asked);
        const told: (readonly [number, number])[] = [];
        each((ordinal, score) => told.push([ordinal, score]));
        expect(told).toEqual(ordinals.map((ordinal) => [ordinal, scoreOf(ordinal)]));
        expect(new Set(ordinals).size).toBe(ordinals.length);
      }),
    );
  });
};

/**
 * Every promise of the `LexicalIndex` port as tests for vitest: call it at the top level of a test file. Needs `vitest` and
 * `fast-check`.
 */
export const describeLexicalIndex = (name: string, open: OpenLexicalIndex): void => {
  describe(`lexical index: ${name}`, () => {
    describeScores(open);
    describe('the best', () => describeTop(open));
  });
};
