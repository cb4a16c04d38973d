import { expect, it } from 'vitest';
import { createSemanticStore, type SemanticStore } from '../../src/semantic/semantic-store.ts';
import { describeSemanticStore } from '../../src/testing/semantic-conformance.ts';
import { createRecorder, factId } from '../../src/testing/semantic-recorder.ts';

const DAY = 86_400_000;

/** A wrapper that adds nothing: it must be as good a store as what it wraps. */
const passThrough = (inner: SemanticStore): SemanticStore => ({
  apply: (entry) => inner.apply(entry),
  fact: (id) => inner.fact(id),
  isBelieved: (id) => inner.isBelieved(id),
  wasForgotten: (id) => inner.wasForgotten(id),
  facts: (query) => inner.facts(query),
  believed: () => inner.believed(),
  same: (subject, attribute) => inner.same(subject, attribute),
  ever: (subject, attribute) => inner.ever(subject, attribute),
  isNamed: (name) => inner.isNamed(name),
  attributesOf: (subject) => inner.attributesOf(subject),
  having: (attribute) => inner.having(attribute),
  restsOn: (id, of) => inner.restsOn(id, of),
  operation: (id) => inner.operation(id),
  laterThan: (id) => inner.laterThan(id),
});

describeSemanticStore('in memory', createSemanticStore);
describeSemanticStore('pass-through', () => passThrough(createSemanticStore()));

it('answers 10,000 facts about one name in milliseconds', () => {
  const { store, record } = createRecorder(createSemanticStore());
  for (let index = 0; index < 10_000; index += 1) {
    record('add', `f${index}`, { subject: `person ${index % 100}`, valid: { from: index * DAY } });
  }
  const started = performance.now();
  for (let round = 0; round < 20; round += 1) store.facts({ about: ['Person 7'], now: 0 });
  expect((performance.now() - started) / 20).toBeLessThan(5);
});

it('takes back the first of a chain of 20,000 premises, and tells what rests on what', () => {
  const { store, record } = createRecorder(createSemanticStore());
  const length = 20_000;
  for (let index = 0; index < length; index += 1) {
    record('add', `f${index}`, { premises: index === 0 ? [] : [factId(`f${index - 1}`)] });
  }
  expect(store.restsOn(factId(`f${length - 1}`), factId('f0'))).toBe(true);
  expect(store.restsOn(factId('f0'), factId(`f${length - 1}`))).toBe(false);
  record('retract', 'f0');
  expect(store.isBelieved(factId(`f${length - 1}`))).toBe(false);
});
