import type { Context, MessageInput } from '@retentive/core';
import { createSeededRandom } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../../src/index.ts';
import { inProcess } from '../support/memories.ts';
import { sampleTexts } from '../support/sample-texts.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2025, 2, 3, 9);

/** Texts of the items, best first. */
const ranked = ({ items }: Context): readonly string[] =>
  items
    .toSorted((a, b) => b.why.score - a.why.score)
    .map(({ text }) => text.replace(/^[^:\n]*\n/u, '').trim());

describe('what a context understands of a question', () => {
  let memory: Memory;
  let users = 0;
  beforeEach(async () => {
    memory = await (await inProcess()).open({ extractor: false });
  });
  afterEach(() => memory.close());

  /** A user who was told all of this a day apart, each a session of its own, by default by people. */
  const told = async (messages: readonly (string | Partial<MessageInput>)[]): Promise<ScopedMemory> => {
    users += 1;
    const user = memory.scope({ tenant: 'acme', user: `u${users}` });
    for (const [index, one] of messages.entries()) {
      const message = typeof one === 'string' ? { content: one } : one;
      await user.observe({
        role: 'user',
        content: '',
        time: NOW - (messages.length - index) * DAY,
        ...message,
      } as MessageInput);
    }
    return user;
  };

  it('when: a word of time', async () => {
    const user = await told(['The kayak was sold to a man.', 'The kayak was sold on a Friday.', 'It rains.']);
    const { items } = await user.context('When was the kayak sold?');
    expect(items.find(({ text }) => text.includes('Friday'))?.why.parts).toMatchObject({ time: 1 });
    expect(items.find(({ text }) => text.includes('man'))?.why.parts).not.toHaveProperty('time');
    const other = await user.context('Who sold the kayak?');
    expect(other.items.filter(({ why }) => 'time' in why.parts)).toEqual([]);
  });

  it('how many: a number', async () => {
    const user = await told(['Paddles lie in the kayak.', 'In the kayak lie three paddles.', 'It rains.']);
    const { items } = await user.context('How many paddles are in the kayak?');
    expect(items.find(({ text }) => text.includes('three'))?.why.parts).toMatchObject({ number: 0.5 });
    expect(items.find(({ text }) => text.includes('Paddles'))?.why.parts).not.toHaveProperty('number');
  });

  it('yesterday: what was said then, whatever its words, seen from the present that is given', async () => {
    const user = await told(['A red kettle broke.', 'The bus was late.', 'A letter from Porto came.']);
    const asked = (now: number) => user.context('What did I tell you yesterday?', { now });
    expect(ranked(await asked(NOW))[0]).toContain('letter');
    expect(ranked(await asked(NOW - DAY))[0]).toContain('bus');
  });

  it('a month: what was told in it or soon after, before the same words at other times', async () => {
    const user = await told([
      { content: 'The kayak leaked.', time: '2024-02-20' },
      { content: 'The kayak leaked again.', time: '2024-07-02' },
      { content: 'The kayak leaked once more.', time: '2024-11-20' },
    ]);
    const { items } = await user.context('What leaked in June 2024?');
    expect(items.filter(({ why }) => (why.parts['date'] ?? 0) > 0).map(({ text }) => text)).toEqual([
      expect.stringContaining('again'),
    ]);
  });

  it('the answer to a question that another person asked', async () => {
    const time = NOW - 5 * DAY;
    const user = await told([
      { content: 'Where did you buy the kayak?', speaker: 'Bo', time },
      { content: 'In a shop near the pier.', speaker: 'Ana', time: time + 1_000 },
      { content: 'It was sunny.', speaker: 'Bo', time: time + 2_000 },
    ]);
    const { items } = await user.context('Who bought a kayak?');
    expect(items.map(({ why }) => why.parts['answer'] ?? 0)).toEqual([0, expect.any(Number), 0]);
    expect(items[1]?.why.parts['answer']).toBeGreaterThan(0.5);
  });

  it('a second hop: who somebody is in one message, what was asked of them in another', async () => {
    const user = await told([
      'My neighbour Sunniva is a dentist.',
      'The birthday of Augustin is in June.',
      'The birthday of Sunniva is in May.',
      'The birthday of Teodora is in July.',
    ]);
    const best = ranked(await user.context('When is the birthday of the dentist?'));
    expect(best.slice(0, 2).toSorted()).toEqual([
      expect.stringContaining('dentist'),
      expect.stringContaining('Sunniva is in May'),
    ]);
  });

  it('an order: other sessions before the third of one', async () => {
    const session = (day: number, words: readonly string[]) =>
      words.map((content, index) => ({ content, time: NOW - day * DAY + index * 1_000 }));
    const user = await told([
      ...session(9, ['The kayak came.', 'The kayak is new.', 'A kayak, a kayak!', 'Our kayak.']),
      ...session(5, ['We went to paint the kayak with my brother and his friends from school.']),
      ...session(2, ['I sold the kayak to the neighbour across the street this morning.']),
    ]);
    const places = async (query: string) => {
      const best = ranked(await user.context(query));
      return [
        best.findIndex((text) => text.includes('paint')),
        best.findIndex((text) => text.includes('sold')),
      ];
    };
    const [painted, sold] = await places('What happened with the kayak?');
    const [paintedInOrder, soldInOrder] = await places('In what order did things happen with the kayak?');
    expect(paintedInOrder).toBeLessThan(painted ?? 0);
    expect(soldInOrder).toBeLessThan(sold ?? 0);
  });

  it('the people rather than the assistant, unless what it said is asked for', async () => {
    const content = 'The kayak should be painted red.';
    const user = await told([{ role: 'assistant', content }, { content }]);
    const parts = async (query: string) => {
      const { items } = await user.context(query);
      return items.find(({ role }) => role === 'assistant')?.why.parts;
    };
    expect(await parts('How did I want my kayak painted?')).toMatchObject({ assistant: -2 });
    expect(await parts('How did you want me to have the kayak painted?')).not.toHaveProperty('assistant');
    expect(await parts('Can you say how my kayak is painted?')).toMatchObject({ assistant: -2 });
  });

  it('words of one family', async () => {
    const user = await told(['Every night I write for an hour.', 'The bus was late.', 'It rains.']);
    expect(ranked(await user.context('Who is a writer?'))).toEqual([expect.stringContaining('write')]);
  });

  it('words that only frame a question, which it leaves out', async () => {
    const user = await told(['A conversation between two kinds of people.', 'The kayak is red.']);
    const query = 'What kinds of kayak did we mention in our conversations?';
    expect(ranked(await user.context(query))).toEqual([expect.stringContaining('kayak')]);
    expect(ranked(await user.context('conversations'))).toEqual([expect.stringContaining('conversation')]);
  });

  it('in parts that add up to the score', async () => {
    const random = createSeededRandom(3);
    const texts = sampleTexts(120);
    const user = await told(
      texts.map((content, index) => ({ content, role: index % 3 === 0 ? 'assistant' : 'user' }) as const),
    );
    const queries = [
      'When did I lose the keys?',
      'In what order did we paint?',
      'How many tickets last week?',
    ];
    for (const query of [...queries, ...texts.filter(() => random.next() < 0.1)]) {
      for (const { why } of (await user.context(query)).items) {
        const sum = Object.values(why.parts).reduce((all, part) => all + part, 0);
        expect(why.score).toBeGreaterThan(0);
        expect(sum).toBeCloseTo(why.score, 9);
      }
    }
  });
});
