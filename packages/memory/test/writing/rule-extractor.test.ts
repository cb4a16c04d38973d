import type { FactInput, Message, MessageId } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import { createRuleExtractor } from '../../src/writing/rules/rule-extractor.ts';
import { SILENT, STATING } from './rule-cases.ts';

const MONDAY = Date.UTC(2025, 2, 3, 9);
const extractor = createRuleExtractor();

const message = (text: string, more: Partial<Message> = {}): Message => ({
  id: 'm1' as MessageId,
  thread: 'default',
  role: 'user',
  origin: 'user',
  speaker: 'Ana',
  time: MONDAY,
  remember: true,
  state: 'complete',
  text,
  ...more,
});

const read = async (text: string, more: Partial<Message> = {}, previous: readonly Message[] = []) =>
  extractor.extract({ message: message(text, more), previous });

const show = ({ subject, attribute, value = '', negated }: FactInput): string =>
  `${subject}|${negated === true ? '!' : ''}${attribute}|${value}`;

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`);

describe('the rules', () => {
  it.each(STATING)('read: %s', async (sentence, ...facts) => {
    const found = await read(sentence);
    expect(found.facts.map(show)).toEqual(facts);
    for (const { sources, trust } of found.facts) {
      expect(sentence).toContain(sources?.[0]?.quote ?? 'no quote');
      expect(sources?.[0]).toMatchObject({ source: 'm1', origin: 'user' });
      expect(trust).toBeGreaterThan(0.5);
    }
  });

  it.each(SILENT)('keep nothing of: %s', async (sentence) => {
    expect((await read(sentence)).facts.map(show)).toEqual([]);
  });

  it.each([
    ['I moved from Porto to Lisbon in May.', 'Ana moved from Porto to Lisbon in May 2024.'],
    ["I'm allergic to peanuts.", 'Ana is allergic to peanuts.'],
    ["I don't like olives.", 'Ana does not like olives.'],
    ['I no longer live in Porto.', 'Ana no longer lives in Porto.'],
    ['My sister Mia works as a nurse.', "Ana's sister Mia works as a nurse."],
    ['My husband and I moved to Bergen in 2018.', 'Ana and their husband moved to Bergen in 2018.'],
    ["I've lived in Oslo for six years.", 'Ana has lived in Oslo since 2019.'],
    ['I go to the gym every Tuesday.', 'Ana goes to the gym every Tuesday.'],
    ['I painted my kitchen last Sunday.', 'Ana painted their kitchen on 2 March 2025.'],
    [
      'I have a dentist appointment tomorrow at 3pm.',
      'Ana has a dentist appointment on 4 March 2025 at 15:00.',
    ],
    [
      'We adopted a dog named Biscuit last week.',
      'Ana adopted a dog named Biscuit in the week of 24 February 2025.',
    ],
    ['My favorite color is green.', "Ana's favorite color is green."],
  ])('write "%s" as "%s"', async (sentence, text) => {
    expect((await read(sentence)).facts.map((fact) => fact.text)).toContain(text);
  });

  it('call somebody without a name the user', async () => {
    const { facts } = await read('I live in Lisbon.', { speaker: undefined });
    expect(facts).toMatchObject([{ subject: 'user', text: 'The user lives in Lisbon.' }]);
  });

  it.each([
    ['I went to Braga yesterday.', '2025-03-02', '2025-03-03'],
    ['I went to Braga last week.', '2025-02-24', '2025-03-03'],
    ['I went to Braga last month.', '2025-02-01', '2025-03-01'],
    ['I went to Braga in May.', '2024-05-01', '2024-06-01'],
    ['I went to Braga in May 2021.', '2021-05-01', '2021-06-01'],
    ['I went to Braga in 2019.', '2019-01-01', '2020-01-01'],
    ['I went to Braga two years ago.', '2023-01-01', '2024-01-01'],
    ['I went to Braga on Friday.', '2025-02-28', '2025-03-01'],
    ['I went to Braga last weekend.', '2025-03-01', '2025-03-03'],
    ['I went to Braga on 7 May 2023.', '2023-05-07', '2023-05-08'],
    ['I went to Braga last summer.', '2024-06-01', '2024-09-01'],
    ['I went to Braga in the spring of 2019.', '2019-03-01', '2019-06-01'],
    ['I went to Braga last winter.', '2024-12-01', '2025-03-01'],
    ['I went to Braga in early 2020.', '2020-01-01', '2020-05-01'],
    ['I went to Braga in late 2020.', '2020-09-01', '2021-01-01'],
    ['I went to Braga in mid-January.', '2025-01-11', '2025-01-21'],
    ['I went to Braga in the 90s.', '1990-01-01', '2000-01-01'],
    ["I'm flying to Braga on Friday.", '2025-03-07', '2025-03-08'],
    ["I'm flying to Braga next month.", '2025-04-01', '2025-05-01'],
    ["I'm flying to Braga in January.", '2026-01-01', '2026-02-01'],
  ])('date "%s" from %s to %s', async (sentence, from, until) => {
    expect((await read(sentence)).facts.map(({ valid }) => valid)).toEqual([
      { from: day(from), until: day(until) },
    ]);
  });

  it.each([
    'I have a dentist appointment on 31 February.',
    'My flight is on June 31st.',
    'I have an exam on February 30.',
  ])('give no date to a day that no calendar has: %s', async (sentence) => {
    expect((await read(sentence)).facts).toEqual([]);
  });

  it('take dates in the zone of the speaker', async () => {
    const late = { time: Date.UTC(2025, 2, 3, 2), timeZone: 'America/New_York' };
    const { facts } = await read('I went to Braga yesterday.', late);
    // It is still Sunday in New York, five hours behind.
    expect(facts[0]).toMatchObject({
      text: 'Ana went to Braga on 1 March 2025.',
      valid: { from: Date.UTC(2025, 2, 1, 5), until: Date.UTC(2025, 2, 2, 5) },
    });
  });

  it('let states hold from when they were said, and what is over end then', async () => {
    const valid = async (text: string) => (await read(text)).facts.map((fact) => fact.valid);
    expect(await valid('I live in Lisbon.')).toEqual([{ from: MONDAY }]);
    expect(await valid('I used to live in Lisbon.')).toEqual([{ until: MONDAY }]);
    expect(await valid('I live in Lisbon until June.')).toEqual([{ from: MONDAY, until: day('2025-07-01') }]);
    expect(await valid('I have lived in Lisbon since 2019.')).toEqual([{ from: day('2019-01-01') }]);
    expect(await valid('I was born in Lisbon.')).toEqual([{}]);
    expect(await valid('I moved from Porto to Lisbon in May.')).toEqual([
      { from: day('2024-05-01') },
      { until: day('2024-05-01') },
    ]);
  });

  it.each(['assistant', 'tool', 'system'] as const)('read nothing of role %s', async (role) => {
    const origin = role === 'assistant' ? 'agent' : role;
    expect(await read('I live in Lisbon.', { role, origin })).toEqual({ facts: [], degraded: [] });
  });

  it('read nothing that is not to be remembered', async () => {
    expect((await read('I live in Lisbon.', { remember: false })).facts).toEqual([]);
  });

  it.each([
    'Meu nome é Ana e eu moro em Lisboa.',
    'Ich wohne seit 2019 in Berlin und arbeite als Lehrer.',
    "J'habite à Paris avec ma femme et mes enfants.",
    'Tengo dos hermanos y vivo en Madrid.',
    'Ik woon in Utrecht en ik werk als leraar.',
    'Mieszkam w Krakowie i mam dwa koty, to jest fajne.',
    '私は東京に住んでいます。',
    'Я живу в Москве.',
    'أعيش في القاهرة',
  ])('say openly that they cannot read: %s', async (sentence) => {
    expect(await read(sentence)).toEqual({ facts: [], degraded: ['extraction:language'] });
  });

  it('read the English part of a mixed message', async () => {
    const { facts, degraded } = await read(
      'Ich wohne in Berlin und bin Lehrer.\nI love sailing on the lakes.',
    );
    expect(facts.map(show)).toEqual(['Ana|likes|sailing on the lakes']);
    expect(degraded).toEqual(['extraction:language']);
  });

  it.each([
    [
      'My appointment is on Thursday.',
      'I meant Tuesday, not Thursday.',
      "Ana's appointment is on 4 March 2025.",
    ],
    ['I live in Porto.', 'Sorry, I meant Lisbon.', 'Ana lives in Lisbon.'],
    ['I live in Porto.', "Actually, it's Lisbon.", 'Ana lives in Lisbon.'],
    ['My sister is called Mia.', 'Oops, I meant Pia, not Mia.', "Ana's sister is called Pia."],
    ['I work at Vestas.', 'Not Vestas, I meant Orsted.', 'Ana works at Orsted.'],
  ])('put right "%s" by "%s"', async (said, correction, text) => {
    const { facts } = await read(correction, {}, [message(said, { id: 'm0' as MessageId })]);
    expect(facts.map((fact) => fact.text)).toEqual([text]);
    expect(facts[0]?.sources?.map(({ source }) => source)).toEqual(['m1', 'm0']);
  });

  it('put right what the same message said before', async () => {
    const { facts } = await read(
      'My appointment is on Friday. Sorry, I meant Thursday, not Friday. I live in Porto.',
    );
    expect(facts.map(({ text, sources }) => [text, sources?.[0]?.quote])).toEqual([
      ["Ana's appointment is on 6 March 2025.", 'Sorry, I meant Thursday, not Friday.'],
      ['Ana lives in Porto.', 'I live in Porto.'],
    ]);
  });

  it('take nobody else for corrected', async () => {
    const said = message('I live in Porto.', { id: 'm0' as MessageId, speaker: 'Ben' });
    expect((await read('Sorry, I meant Lisbon.', {}, [said])).facts).toEqual([]);
  });

  it('give the same facts for the same message, and few for a long one', async () => {
    const text = Array.from(
      { length: 100 },
      (_, index) => `I visited town number ${index} in ${1900 + index}. `,
    ).join('');
    const first = await read(text);
    expect(await createRuleExtractor().extract({ message: message(text), previous: [] })).toEqual(first);
    expect(first.facts).toHaveLength(32);
    const long = await read(`${'word '.repeat(10_000)} I live in Lisbon.`);
    expect(long).toEqual({ facts: [], degraded: ['extraction:length'] });
  });

  it('stop when they are aborted', async () => {
    const call = extractor.extract(
      { message: message('I live in Lisbon.'), previous: [] },
      { signal: AbortSignal.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
