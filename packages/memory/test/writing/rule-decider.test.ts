import type { Fact, FactId, FactInput, MessageId } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { sameValue } from '../../src/semantic/same-value.ts';
import type { KnownFacts } from '../../src/writing/decider.ts';
import { createRuleDecider } from '../../src/writing/rule-decider.ts';

const decider = createRuleDecider();

const fact = (more: Partial<Fact>): Fact => ({
  id: 'known' as FactId,
  text: 'Ana lives in Porto.',
  subject: 'Ana',
  attribute: 'home',
  value: 'Porto',
  negated: false,
  entities: [],
  valid: { from: 100 },
  recorded: { from: 0 },
  sources: [{ source: 'm0' as MessageId, origin: 'user' }],
  trust: 0.9,
  premises: [],
  status: 'current',
  ...more,
});

const knowing = (...facts: readonly Fact[]): KnownFacts => ({
  same: (subject, attribute) =>
    facts.filter((known) => known.subject === subject && known.attribute === attribute),
  valued: (subject, attribute, value) =>
    facts.filter(
      (known) => known.subject === subject && known.attribute === attribute && sameValue(known.value, value),
    ),
  nearest: async () => facts.map((known) => ({ fact: known, score: 0.95 })),
});

const home = (value: string, more: Partial<FactInput> & { quote?: string } = {}): FactInput => {
  const { quote = `I live in ${value}.`, ...rest } = more;
  const sources = [{ source: 'm1' as MessageId, origin: 'user', quote }] as const;
  return {
    text: `Ana lives in ${value}.`,
    subject: 'Ana',
    attribute: 'home',
    value,
    valid: { from: 500 },
    sources,
    ...rest,
  };
};

const decide = (proposed: FactInput, ...facts: readonly Fact[]) =>
  decider.decide(proposed, knowing(...facts));

describe('the rule decider', () => {
  it('adds what is new, and skips what is known, however it is written', async () => {
    expect(await decide(home('Porto'))).toMatchObject({ kind: 'add' });
    expect(await decide(home('porto'), fact({}))).toMatchObject({ kind: 'skip', existing: 'known' });
  });

  it('lets a new value take the place of the old one', async () => {
    expect(await decide(home('Lisbon'), fact({}))).toMatchObject({ kind: 'supersede', existing: 'known' });
  });

  it('keeps values side by side where there may be many', async () => {
    const likes = { attribute: 'likes', value: 'tea', text: 'Ana likes tea.' };
    const known = fact({ attribute: 'likes', value: 'coffee', text: 'Ana likes coffee.' });
    expect(await decide(home('', likes), known)).toMatchObject({ kind: 'add' });
  });

  it('lets no earlier time take the place of a later one', async () => {
    const past = home('Madrid', { valid: { until: 50 }, quote: 'I used to live in Madrid.' });
    expect(await decide(past, fact({}))).toMatchObject({ kind: 'add' });
    const before = await decide(home('Madrid', { valid: { from: 50 } }), fact({}));
    expect(before).toMatchObject({ kind: 'add', fact: { valid: { from: 50, until: 100 } } });
    const since = home('Madrid', { valid: { from: 50 }, quote: 'I have lived in Madrid since 2019.' });
    expect(await decide(since, fact({}))).toMatchObject({ kind: 'supersede' });
  });

  it('updates what is put right, and retracts what was made up', async () => {
    const sources = [
      { source: 'm1' as MessageId, origin: 'user', quote: 'I meant Lisbon, not Porto.' },
      { source: 'm0' as MessageId, origin: 'user' },
    ] as const;
    expect(await decide(home('Lisbon', { sources }), fact({}))).toMatchObject({
      kind: 'update',
      existing: 'known',
    });
    const madeUp = home('Porto', { negated: true, quote: 'I made that up.' });
    expect(await decide(madeUp, fact({}))).toMatchObject({ kind: 'retract', existing: 'known' });
    expect(await decide(madeUp)).toMatchObject({ kind: 'skip' });
  });

  it('ends what is no longer so, with or without its value', async () => {
    const ended = home('Porto', { negated: true, quote: 'I no longer live in Porto.' });
    expect(await decide(ended, fact({}))).toMatchObject({ kind: 'supersede', existing: 'known' });
    const quit = { text: 'Ana quit their job.', subject: 'Ana', attribute: 'employer', negated: true };
    const employer = fact({ attribute: 'employer', value: 'Acme' });
    expect(await decide(quit, employer)).toMatchObject({ kind: 'supersede', existing: 'known' });
    expect(await decide(home('Oslo', { negated: true }), fact({}))).toMatchObject({ kind: 'add' });
  });

  it('lets a liking end a dislike of the same', async () => {
    const dislike = fact({ attribute: 'dislikes', value: 'olives' });
    const like = home('', { attribute: 'likes', value: 'olives', quote: 'I like olives now.' });
    expect(await decide(like, dislike)).toMatchObject({ kind: 'supersede', existing: 'known' });
  });

  it('skips nearly the same words, but not the same words of another time or of the contrary', async () => {
    const said = { text: 'The harbour opens at six.', valid: {} };
    const known = fact({ ...said, subject: undefined, attribute: undefined, value: undefined });
    expect(await decide(said, known)).toMatchObject({ kind: 'skip', existing: 'known' });
    expect(await decide({ ...said, negated: true }, known)).toMatchObject({ kind: 'add' });
    const run = { text: 'Ana ran a marathon.', subject: 'Ana', attribute: 'event', value: 'ran a marathon' };
    const before = fact({ ...run, valid: { from: 0, until: 10 } });
    expect(await decide({ ...run, valid: { from: 50, until: 60 } }, before)).toMatchObject({ kind: 'add' });
    expect(await decide({ ...run, valid: { from: 5, until: 9 } }, before)).toMatchObject({ kind: 'skip' });
  });
});
