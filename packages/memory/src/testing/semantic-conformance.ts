import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SemanticStore } from '../semantic/semantic-types.ts';
import { commuting, createRecorder, factId, play, said, step, texts, view } from './semantic-recorder.ts';

const describeOperations = (open: () => SemanticStore): void => {
  it('closes the interval of what is superseded where the new one begins', () => {
    const { store, record } = createRecorder(open());
    record('add', 'porto', { valid: { from: 100 } });
    record('supersede', 'lisbon', { replaces: 'porto', valid: { from: 500 } });
    expect(store.fact(factId('porto'))).toMatchObject({
      status: 'superseded',
      valid: { from: 100, until: 500 },
      replacedBy: 'lisbon',
    });
    expect(texts(store)).toEqual(['lisbon']);
    expect(texts(store, { asOf: 499 })).toEqual(['porto']);
    expect(texts(store, { asOf: 500 })).toEqual(['lisbon']);
    expect(texts(store, { asOf: 99 })).toEqual([]);
  });

  it('never lengthens what had ended, and lets a successor without a date begin when it was recorded', () => {
    const { store, record } = createRecorder(open());
    record('add', 'porto', { valid: { from: 1, until: 5 } });
    record('supersede', 'lisbon', { replaces: 'porto' });
    expect(store.fact(factId('porto'))?.valid).toEqual({ from: 1, until: 5 });
    expect(store.fact(factId('lisbon'))?.valid).toEqual({ from: 20 });
  });

  it('corrects a record: the new one takes over its interval, the old one was never so', () => {
    const { store, record } = createRecorder(open());
    record('add', 'tuesday', { valid: { from: 100, until: 200 } });
    record('update', 'thursday', { replaces: 'tuesday' });
    expect(texts(store, { asOf: 150 })).toEqual(['thursday']);
    expect(texts(store, { asOf: 150, knownAt: 15 })).toEqual(['tuesday']);
    expect(store.fact(factId('tuesday'))).toMatchObject({
      status: 'updated',
      recorded: { from: 10, until: 20 },
    });
  });

  it('lets the later of two corrections at once stand, and no third fact beside it', () => {
    const { store, record } = createRecorder(open());
    for (const kind of ['update', 'supersede'] as const) {
      record('add', `${kind} a`);
      record(kind, `${kind} b`, { replaces: `${kind} a` });
      record(kind, `${kind} c`, { replaces: `${kind} a` });
    }
    expect(texts(store)).toEqual(['supersede c', 'update c']);
  });

  it('takes no conclusion for true whose premise was retracted or corrected', () => {
    const { store, record } = createRecorder(open());
    record('add', 'premise');
    record('add', 'conclusion', { premises: [factId('premise')] });
    record('add', 'further', { premises: [factId('conclusion')] });
    record('retract', 'premise');
    expect(texts(store)).toEqual([]);
    record('add', 'late', { premises: [factId('premise')] });
    expect(texts(store)).toEqual([]);
  });

  it('ends a conclusion with its premise, but keeps that it was so', () => {
    const { store, record } = createRecorder(open());
    record('add', 'porto', { valid: { from: 100 } });
    record('add', 'portugal', { premises: [factId('porto')], valid: { from: 100 } });
    record('supersede', 'paris', { replaces: 'porto', valid: { from: 500 } });
    record('add', 'iberia', { premises: [factId('porto')], valid: { from: 100 } });
    expect(texts(store)).toEqual(['paris']);
    expect(texts(store, { asOf: 300 })).toEqual(['iberia', 'portugal', 'porto']);
  });

  it('counts another source once, and gives the highest trust among them', () => {
    const { store, record } = createRecorder(open());
    record('add', 'porto', { trust: 0.4 });
    record('skip', 'porto', { from: 'm2', trust: 0.9 });
    record('skip', 'porto', { from: 'm2' });
    expect(store.fact(factId('porto'))).toMatchObject({ trust: 0.9, sources: [said('m1'), said('m2')] });
  });

  it('undoes a support, a change and the beginning, one after the other', () => {
    const { store, record } = createRecorder(open());
    const add = record('add', 'porto');
    const skip = record('skip', 'porto', { from: 'm2' });
    const supersede = record('supersede', 'lisbon', { replaces: 'porto' });
    expect(store.laterThan(add)).toBeDefined();
    record('retract', 'porto', { undoes: add });
    expect(texts(store)).toEqual(['lisbon']);
    record('retract', 'lisbon', { undoes: supersede });
    expect(texts(store)).toEqual(['porto']);
    record('retract', 'porto', { undoes: skip });
    expect(store.fact(factId('porto'))?.sources).toEqual([said('m1')]);
    record('retract', 'porto', { undoes: add });
    expect(texts(store)).toEqual([]);
    expect(store.operation(add)).toBeUndefined();
  });

  it('keeps a conclusion that has another support, with the trust that is left to it', () => {
    const { store, record } = createRecorder(open());
    record('add', 'a', { trust: 0.9 });
    record('add', 'b', { trust: 0.6 });
    record('add', 'c', { premises: [factId('a')], valid: { from: 5 } });
    record('skip', 'c', { premises: [factId('b')], valid: { from: 7 } });
    record('add', 'd', { premises: [factId('c')], trust: 0.8 });
    expect(store.fact(factId('c'))).toMatchObject({ trust: 0.9, supports: [{ trust: 0.9 }, { trust: 0.6 }] });
    expect(store.fact(factId('d'))).toMatchObject({ trust: 0.8 });
    record('retract', 'a');
    expect(store.fact(factId('c'))).toMatchObject({ trust: 0.6, premises: ['b'], valid: { from: 7 } });
    expect(store.fact(factId('d'))).toMatchObject({ trust: 0.6, status: 'current' });
    record('retract', 'b');
    expect(texts(store)).toEqual([]);
  });

  it('keeps a conclusion that somebody told too', () => {
    const { store, record } = createRecorder(open());
    record('add', 'a');
    record('add', 'c', { premises: [factId('a')] });
    record('skip', 'c', { from: 'm2' });
    record('retract', 'a');
    expect(texts(store)).toEqual(['c']);
    expect(store.fact(factId('c'))?.premises).toEqual([]);
  });

  it('gives a conclusion back when its premise comes back', () => {
    const { store, record } = createRecorder(open());
    record('add', 'a');
    record('add', 'b');
    record('add', 'c', { premises: [factId('a')] });
    record('skip', 'c', { premises: [factId('b')] });
    const first = record('retract', 'a');
    record('retract', 'b');
    expect(texts(store)).toEqual([]);
    record('retract', 'a', { undoes: first });
    expect(texts(store)).toEqual(['c', 'a']);
  });

  it('lets no circle of derivations hold itself up', () => {
    const { store, record } = createRecorder(open());
    record('add', 'a');
    record('add', 'b', { premises: [factId('a')] });
    record('add', 'c', { premises: [factId('b')] });
    record('skip', 'b', { premises: [factId('c')] });
    expect(store.restsOn(factId('c'), factId('a'))).toBe(true);
    expect(store.restsOn(factId('a'), factId('c'))).toBe(false);
    record('retract', 'a');
    expect(texts(store)).toEqual([]);
  });

  it('names contradictions on both sides while both are believed', () => {
    const { store, record } = createRecorder(open());
    record('add', 'may');
    record('add', 'june', { conflictsWith: ['may'] });
    expect(store.fact(factId('may'))?.conflictsWith).toEqual(['june']);
    expect(store.fact(factId('june'))?.conflictsWith).toEqual(['may']);
    record('retract', 'may');
    expect(store.fact(factId('june'))?.conflictsWith).toBeUndefined();
  });

  it('corrects what had ended without touching what came after it', () => {
    const { store, record } = createRecorder(open());
    record('add', 'porto', { valid: { from: 100 } });
    record('supersede', 'lisbon', { replaces: 'porto', valid: { from: 500 } });
    record('update', 'braga', { replaces: 'porto' });
    expect(texts(store)).toEqual(['lisbon']);
    expect(texts(store, { asOf: 200 })).toEqual(['braga']);
    record('update', 'faro', { replaces: 'porto' });
    expect(texts(store, { asOf: 200 })).toEqual(['faro']);
    record('supersede', 'ghent', { replaces: 'porto', valid: { from: 300 } });
    expect(texts(store, { asOf: 200 })).toEqual(['faro']);
    expect(texts(store, { asOf: 400 })).toEqual(['ghent']);
    expect(texts(store, { asOf: 600 })).toEqual(['lisbon']);
  });

  it('finds facts by subject, by entity and by slot, whatever the case', () => {
    const { store, record } = createRecorder(open());
    record('add', 'porto', { entities: ['Porto', 'ANA'] });
    record('add', 'tea', { attribute: 'likes' });
    record('add', 'Ben in Porto', { subject: 'Ben', entities: ['Porto'] });
    const about = (...names: string[]) => store.facts({ about: names, now: 0 }).map(({ text }) => text);
    expect(about('ana')).toEqual(['tea', 'porto']);
    expect(about('porto ')).toEqual(['Ben in Porto', 'porto']);
    expect(about('ben', 'ana')).toEqual(['Ben in Porto', 'tea', 'porto']);
    expect(about('nobody')).toEqual([]);
    expect(store.same('ANA', 'home').map(({ text }) => text)).toEqual(['porto']);
    record('retract', 'porto');
    expect(store.same('Ana', 'home')).toEqual([]);
  });

  it('hides what has expired', () => {
    const { store, record } = createRecorder(open());
    record('add', 'code', { expiresAt: 500 });
    expect(store.facts({ now: 499 })).toHaveLength(1);
    expect(store.facts({ now: 500 })).toHaveLength(0);
  });

  it('hides what follows from something that has expired, unless something else holds it', () => {
    const { store, record } = createRecorder(open());
    record('add', 'short', { expiresAt: 500 });
    record('add', 'long', { expiresAt: 800 });
    record('add', 'kept');
    record('add', 'one', { premises: ['short', 'kept'].map(factId) });
    record('add', 'two', { premises: ['one', 'long'].map(factId) });
    expect(store.facts({ now: 499 })).toHaveLength(5);
    expect(store.fact(factId('two'))).toMatchObject({ expiresAt: 500 });
    expect(texts(store, { now: 500 })).toEqual(['kept', 'long']);
    record('skip', 'one', { premises: [factId('long')] });
    expect(texts(store, { now: 799 })).toEqual(['two', 'one', 'kept', 'long']);
    expect(texts(store, { now: 800 })).toEqual(['kept']);
    record('skip', 'one', { premises: [factId('kept')] });
    expect(store.fact(factId('one'))).not.toHaveProperty('expiresAt');
    expect(texts(store, { now: 800 })).toEqual(['one', 'kept']);
  });
};

const describeRandomOperations = (open: () => SemanticStore): void => {
  const steps = fc.array(step, { minLength: 1, maxLength: 14 });

  it('applies an operation once, however often it comes', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { store, entries } = play(open(), sequence);
        const before = view(store);
        for (const entry of entries) expect(store.apply(entry)).toEqual([]);
        expect(view(store)).toEqual(before);
      }),
    );
  });

  it('shows at `knownAt` what a replay up to then shows', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { store, entries } = play(open(), sequence);
        const replay = open();
        for (const entry of entries) {
          replay.apply(entry);
          expect(view(store, entry.recordedAt)).toEqual(view(replay));
        }
      }),
    );
  });

  it('shows after an undo what it showed before the operation', () => {
    fc.assert(
      fc.property(steps, step, (sequence, last) => {
        const { store, record } = play(open(), sequence);
        const before = view(store);
        const undone = record(last.kind, last.id, {
          from: last.from,
          ...(last.kind === 'update' || last.kind === 'supersede' ? { replaces: last.replaces } : {}),
          valid: last.valid,
        });
        record('retract', last.id, { undoes: undone });
        expect(view(store)).toEqual(before);
        expect(store.operation(undone)).toBeUndefined();
      }),
    );
  });

  it('never holds a conclusion for true without its premises, nor one that outlives them', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const { store } = play(open(), sequence);
        const believed = new Map([...store.believed()].map((fact) => [fact.id, fact]));
        for (const fact of believed.values()) {
          const supports = fact.supports ?? [{ premises: fact.premises, trust: fact.trust }];
          const ends = supports.map(({ premises, trust }) => {
            for (const premise of premises) {
              expect(believed.has(premise)).toBe(true);
              expect(trust).toBeLessThanOrEqual(believed.get(premise)?.trust ?? 0);
              expect(store.restsOn(premise, fact.id)).toBe(false);
            }
            return Math.min(
              ...premises.map((premise) => believed.get(premise)?.valid.until ?? Number.POSITIVE_INFINITY),
            );
          });
          expect(fact.trust).toBe(Math.max(...supports.map(({ trust }) => trust)));
          const until = Math.max(...ends);
          if (until !== Number.POSITIVE_INFINITY) {
            expect(fact.valid.until).toBeLessThanOrEqual(Math.max(until, fact.valid.from ?? until));
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('believes the same in whatever order those that begin at a time of their own are recorded', () => {
    fc.assert(
      fc.property(commuting, ({ first, second }) => {
        const [one, other] = [first, second].map((order) => {
          const { store, record } = createRecorder(open());
          record('add', 'start', { valid: { from: 0 } });
          record('add', 'premise');
          record('add', 'conclusion', { premises: [factId('start')], valid: { from: 0 } });
          record('skip', 'conclusion', { premises: [factId('premise')], valid: { from: 20 } });
          for (const { kind, id, ...rest } of order) record(kind, id, rest);
          return [...store.believed()]
            .map(({ id, valid, trust, status, premises, replacedBy }) => ({
              ...{ id, valid, trust, status, premises, replacedBy },
            }))
            .toSorted((a, b) => (a.id < b.id ? -1 : 1));
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 500 },
    );
  });
};

/**
 * Every promise of the `SemanticStore` port as tests for vitest: call it at the top level of a test file. `open` gives an
 * empty store of the kind under test. Needs `vitest` and `fast-check`.
 */
export const describeSemanticStore = (name: string, open: () => SemanticStore): void => {
  describe(`semantic store: ${name}`, () => {
    describe('operations', () => describeOperations(open));
    describe('random operations', () => describeRandomOperations(open));
  });
};
