import type { Context, MessageInput } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../../src/index.ts';
import { inProcess } from '../support/memories.ts';

const NAMES = ['Miranda', 'Augustin', 'Teodora', 'Bartholomew', 'Sunniva', 'Kristoffer'];
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** Text of the best item: a layout is in order of time, so rank shows in the score alone. */
const best = ({ items }: Context): string | undefined =>
  items.toSorted((a, b) => b.why.score - a.why.score)[0]?.text;

describe('the ranking of a context', () => {
  let memory: Memory;
  let users = 0;
  beforeEach(async () => {
    memory = await (await inProcess()).open({ extractor: false });
  });
  afterEach(() => memory.close());

  /** A user who was told all of this, each in a thread of its own, so that none is a neighbour of another. */
  const told = async (messages: readonly MessageInput[]): Promise<ScopedMemory> => {
    users += 1;
    const user = memory.scope({ tenant: 'acme', user: `u${users}` });
    for (const [index, message] of messages.entries()) {
      await user.observe({ thread: `thread ${index}`, ...message });
    }
    return user;
  };

  it('puts the words of a person that the query names before the same words of others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(NAMES, { minLength: 3 }),
        fc.nat(),
        fc.nat(),
        async (speakers, chosen, at) => {
          const name = speakers[chosen % speakers.length] as string;
          // A slip in the name, so that the name is no word of the message that could match as such.
          const place = 1 + (at % (name.length - 2));
          const misspelt = `${name.slice(0, place)}${name.slice(place + 1)}`;
          const user = await told(
            speakers.map((speaker) => ({ role: 'user', speaker, content: 'The kayak lies near the pier.' })),
          );
          const context = await user.context(`Where is the kayak of ${misspelt}?`, {
            budget: { tokens: 42 },
          });
          expect(context.items.map(({ speaker }) => speaker)).toEqual([name]);
          expect(context.items[0]?.why.reason).toContain(name);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(['my', 'I', 'our', 'me'])(
    'puts the words of people first where a query says "%s"',
    async (word) => {
      const content = 'The kayak lies near the pier.';
      const user = await told([
        { role: 'assistant', content },
        { role: 'tool', content },
        { role: 'user', content },
        { role: 'assistant', content },
      ]);
      const roles = async (query: string) =>
        (await user.context(query, { budget: { tokens: 36 } })).items.map(({ role }) => role);
      expect(await roles(`kayak ${word}`)).toEqual(['user']);
      expect(await roles('kayak')).toEqual(['assistant']);
    },
  );

  it('lets what a person said win over a somewhat better match of the assistant', async () => {
    const user = await told([
      { role: 'assistant', content: 'A kayak is a boat.' },
      { role: 'user', content: 'In the end they sold me a kayak, together with a paddle and a vest.' },
      ...NAMES.map((name) => ({ role: 'assistant', content: `${name} has a bicycle.` }) as const),
    ]);
    expect(best(await user.context('Which kayak did I buy?'))).toContain('sold me');
    expect(best(await user.context('Which kayak?'))).toContain('is a boat');
  });

  it('puts what was said in the month that the query names first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.nat(11), async (wanted, first) => {
        const user = await told(
          MONTHS.map((_, index) => {
            const month = (first + index) % 12;
            const content = 'The kayak is red';
            return {
              role: 'user',
              // A longer message matches less well: the month has to outweigh that.
              content:
                month === wanted ? `${content} and lies near the pier with two paddles.` : `${content}.`,
              time: Date.UTC(2024, month, 12),
            };
          }),
        );
        expect(best(await user.context(`Where was the kayak in ${MONTHS[wanted]}?`))).toContain('pier');
        expect(best(await user.context('Where was the kayak?'))).not.toContain('pier');
        const { text } = await user.context(`the kayak on 12 ${MONTHS[wanted]} 2024`, {
          budget: { tokens: 60 },
        });
        expect(text).toContain(`12 ${MONTHS[wanted]} 2024\n`);
      }),
      { numRuns: 12 },
    );
  });

  it('puts a month that was spoken of before one in which something was said', async () => {
    const user = await told([
      { role: 'user', content: 'The kayak by water was red.', time: '2024-03-12' },
      { role: 'user', content: 'The kayak in March was red.', time: '2024-06-12' },
      ...MONTHS.map(
        (_, month) => ({ role: 'user', content: 'A bicycle.', time: Date.UTC(2023, month) }) as const,
      ),
    ]);
    expect(best(await user.context('kayak March'))).toContain('in March');
  });

  const lengthy = (...nouns: readonly string[]): string =>
    Array.from(
      { length: 7 },
      (_, index) =>
        `As for part ${index}, the ${nouns.join(' and its ')} need care of the usual kind each season. `,
    ).join('');

  it('prefers short turns that match to long ones that match better, where sizes differ widely', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 6 }), async (turns) => {
        const user = await told([
          ...Array.from({ length: turns }, (_, turn): readonly MessageInput[] => [
            { role: 'assistant', content: `${turn}. ${lengthy('kayak', 'hull')}` },
            { role: 'user', content: `The kayak number ${turn} is red.` },
          ]).flat(),
          ...Array.from({ length: 12 }, (_, turn): readonly MessageInput[] => [
            { role: 'assistant', content: `${turn}. ${lengthy('bicycle', 'frame')}` },
            { role: 'user', content: `The bicycle number ${turn} is red.` },
          ]).flat(),
        ]);
        const wide = await user.context('kayak hull', { budget: { tokens: 100_000 } });
        const scores = (wanted: string) =>
          wide.items.filter(({ role }) => role === wanted).map(({ why }) => why.score);
        expect(Math.max(...scores('user'))).toBeLessThan(Math.min(...scores('assistant')));
        // Room for one long turn, or for all the short ones.
        const { items } = await user.context('kayak hull', { budget: { tokens: 260 } });
        expect(items.filter(({ role }) => role === 'user')).toHaveLength(turns);
      }),
      { numRuns: 6 },
    );
  });

  it('does not prefer the shorter turn where all are of a kind', async () => {
    const user = await told([
      ...Array.from({ length: 6 }, (_, turn) => ({ role: 'user', content: `Kayak ${turn} it is.` }) as const),
      { role: 'user', content: 'The kayak has a hull that is made of larch and ash.' },
    ]);
    const { items } = await user.context('kayak hull', { budget: { tokens: 45 } });
    expect(items[0]?.text).toContain('larch');
  });

  it('puts the newest first of what one speaker said again of another value, and adds it up', async () => {
    const letters = 'bdfgklmnprst';
    const values = [...letters].map((letter) => `${letter}o${letter}i${letter}u`);
    const said = values.map((value) => ({
      role: 'user' as const,
      content: `By the way, the code of my bicycle lock is ${value}.`,
    }));
    const user = await told([...said, { role: 'user', content: 'The bicycle needs oil, and its lock too.' }]);
    const { items } = await user.context('What is the code of my bicycle lock?', {
      budget: { tokens: 1_000 },
    });
    const scoreOf = (value: string) => items.find(({ text }) => text.includes(value))?.why.score;
    const scores = values.map(scoreOf);
    expect(scores).toEqual(scores.toSorted((one = 0, other = 0) => one - other));
    for (const { why } of items) {
      const sum = Object.values(why.parts).reduce((all, part) => all + part, 0);
      expect(sum).toBeCloseTo(why.score, 9);
    }
    // However many were said before, the last one is what a small context shows.
    const small = await user.context('What is the code of my bicycle lock?', { budget: { tokens: 42 } });
    expect(small.text).toContain(values.at(-1));
  });

  it('goes by when it was said, and not by when it was heard of', async () => {
    const user = await told(
      [5, 3, 4, 2, 1].map((month) => ({
        role: 'user' as const,
        time: Date.UTC(2024, month, 1),
        content: `By the way, the code of my bicycle lock is ${['boda', 'kofi', 'mulo', 'pari', 'seno'][month - 1]}.`,
      })),
    );
    const { text } = await user.context('What is the code of my bicycle lock?', { budget: { tokens: 42 } });
    expect(text).toContain('seno');
    expect(text).not.toContain('boda');
  });

  it('does not take another thing for the same of another value: the code of the gym', async () => {
    const things = ['gym', 'bank', 'shed', 'safe', 'van'];
    const user = await told(
      things.map((thing, at) => ({
        role: 'user' as const,
        content: `By the way, the secret door code of my ${thing} is ${4_711 + at}.`,
      })),
    );
    const { items } = await user.context('What is the secret door code of my gym?', {
      budget: { tokens: 200 },
    });
    const [best] = items.toSorted((a, b) => b.why.score - a.why.score);
    expect(best?.text).toContain('gym');
  });

  it('adds for rare words among people, and not for pairs of letters', async () => {
    const user = await told([
      { role: 'user', content: 'The kayak is stored in an abandoned observatory.' },
      { role: 'user', content: '皮划艇 kayak 存放在废弃的天文台。' },
    ]);
    const { items } = await user.context('kayak', { budget: { tokens: 200 } });
    const rarityOf = (word: string) => items.find(({ text }) => text.includes(word))?.why.parts['rarity'];
    expect(rarityOf('observatory')).toBeGreaterThan(0);
    expect(rarityOf('天文台')).toBeUndefined();
  });
});
