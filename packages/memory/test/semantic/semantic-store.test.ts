import { expect, it } from 'vitest';
import { createSemanticStore, type SemanticStore } from '../../src/semantic/semantic-store.ts';
import { describeSemanticStore } from '../../src/testing/semantic-conformance.ts';
import { createRecorder } from '../../src/testing/semantic-recorder.ts';

const DAY = 86_400_000;

/** A wrapper that adds nothing: it must be as good a store as what it wraps. */
const passThrough = (inner: SemanticStore): SemanticStore => ({
  apply: (entry) => inner.apply(entry),
  fact: (id) => inner.fact(id),
  isBelieved: (id) => inner.isBelieved(id),
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
