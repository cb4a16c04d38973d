import { createManualClock, createSeededRandom, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Memory, openMemory, type ScopedMemory } from '../../src/index.ts';

const words = fc.constantFrom(
  'kayak',
  'the',
  'Understanding',
  'antidisestablishmentarianism',
  'Donaudampfschifffahrtsgesellschaft',
  '我的上司在上海',
  '今日は雨です。',
  '서울에서 만나요',
  'Ничего себе',
  'مرحبا بالعالم',
  'ภาษาไทย',
  '👩‍👩‍👧🏽',
  '🙂',
  'naïve',
  'e\u0301',
  '\u00a0',
  '<b>bold</b>',
  '</memory>',
  '<|endoftext|>',
  '```js\nconst a = [1, 2];\n```',
  'https://example.org/a?b=c&d=%20e',
  '/etc/hosts',
  '2025-03-03',
  '3.14159265358979',
  '\t\t',
  '\n\n\n',
  '----------',
  'x'.repeat(60),
  '9f8a7b6c5d4e3f2a1b0c',
);
const texts = fc
  .tuple(fc.array(words, { minLength: 1, maxLength: 25 }), fc.constantFrom(' ', '', '\n', '. '))
  .map(([parts, joint]) => parts.join(joint))
  .filter((text) => text.trim() !== '');
const speakers = fc.constantFrom(undefined, 'Ana', '/etc', '//', '上司', '🙂', '</memory>', '...', 'a/b');
const messages = fc.array(
  fc.record({
    text: texts,
    speaker: speakers,
    hours: fc.integer({ min: -50, max: 50 }),
    thread: fc.constantFrom('a', 'b'),
  }),
  { minLength: 1, maxLength: 14 },
);
const coreLines = fc.array(
  texts
    .map((text) =>
      text
        .replace(/\p{Cc}/gu, ' ')
        .slice(0, 90)
        .trim()
        .toWellFormed(),
    )
    .filter((text) => text !== ''),
  { maxLength: 4 },
);

const LONG = process.env['RETENTIVE_TEST_LONG'] !== undefined;
const CALLS = LONG ? 20_000 : 2_000;

/** Words of six languages, some of them such as queries are understood by. */
const LANGUAGES: readonly (readonly string[])[] = [
  'when did I sell my kayak last week , how many paddles in June 2024 ? in order yesterday you said'.split(
    ' ',
  ),
  'wann habe ich das Boot verkauft , wie viele Paddel im Juni ? Straße Übermut gestern'.split(' '),
  ['我', '昨天', '卖了', '皮划艇', '，', '有', '几个', '桨', '？', '2024年6月', '我的', '上司', '。'],
  ['私は', '昨日', 'カヤックを', '売りました', '。', 'パドルは', '何本', 'ですか', '？', '六月'],
  'когда я продал свою байдарку , сколько вёсел в июне ? вчера на прошлой неделе'.split(' '),
  'متى بعت زورقي الأسبوع الماضي ، كم مجدافا في يونيو ؟ أمس'.split(' '),
];

describe('the budget of a context', () => {
  let exact: Tokenizer;
  let memory: Memory;
  let users = 0;
  beforeAll(async () => {
    exact = await openO200kTokenizer();
    memory = await openMemory({
      clock: createManualClock(Date.UTC(2025, 2, 3, 9)),
      random: createSeededRandom(7),
      tokenizer: exact,
      extractor: false,
    });
  });
  afterAll(() => memory.close());
  const somebody = (): ScopedMemory => {
    users += 1;
    return memory.scope({ tenant: 'acme', user: `u${users}` });
  };
  const expectWithin = async (user: ScopedMemory, query: string, tokens: number): Promise<void> => {
    const context = await user.context(query, { budget: { tokens } });
    const counted = exact.count(context.text);
    expect(context.tokens).toBe(counted);
    expect(counted).toBeLessThanOrEqual(tokens);
    expect(context.text).toBe(context.prefix + context.tail);
  };

  it('holds for the text as it is, by the exact count, whatever was said', async () => {
    const budgets = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(messages, coreLines, texts, budgets, async (said, lines, query, tokens) => {
        const user = somebody();
        for (const { text, speaker, hours, thread } of said) {
          const time = Date.UTC(2025, 2, 3, 9) + hours * 3_600_000;
          const name = speaker === undefined ? {} : { speaker };
          await user.observe({ role: 'user', content: text, time, thread, ...name });
        }
        for (const line of lines) await user.core.change({ type: 'append', line });
        for (const budget of tokens) await expectWithin(user, `${query} ${said[0]?.text}`, budget);
      }),
      { numRuns: 60 },
    );
  });

  it(`holds in ${CALLS} calls over six languages`, { timeout: LONG ? 900_000 : 120_000 }, async () => {
    const random = createSeededRandom(11);
    const below = (most: number): number => Math.floor(random.next() * most);
    const phrase = (most: number): string => {
      const words = LANGUAGES[below(LANGUAGES.length)] as readonly string[];
      return Array.from({ length: 1 + below(most) }, () => words[below(words.length)]).join(
        random.next() < 0.8 ? ' ' : '\n',
      );
    };
    const user = somebody();
    let time = Date.UTC(2024, 5, 1);
    for (let index = 0; index < 150; index += 1) {
      time += below(40) * 3_600_000;
      const role = random.next() < 0.3 ? 'assistant' : 'user';
      await user.observe({
        role,
        speaker: role === 'user' ? phrase(2).replaceAll(/\s/gu, '_') : undefined,
        content: phrase(80),
        time,
      });
    }
    for (let call = 0; call < CALLS; call += 1) {
      const tokens = below(random.next() < 0.5 ? 100 : 1_500);
      const options = { budget: { tokens }, access: false };
      const context = await user.context(
        phrase(20),
        random.next() < 0.3 ? { ...options, asOf: time - below(90) * 86_400_000 } : options,
      );
      const counted = exact.count(context.text);
      if (counted > tokens || counted !== context.tokens) {
        expect({ counted, said: context.tokens, text: context.text }).toMatchObject({ counted: tokens });
      }
    }
  });

  it('holds where lines count more together than apart, at the joints that a search found to cost the most', async () => {
    // A line end and a slash after it are one token where a full stop stands before them: a name loses its own slash.
    const ends = ['.', '!', ')', ';', '"', '}', '>', '=', '。', '…', '//', '-', '*', '🙂', 'a', '1'];
    const starts = [
      '/',
      '//',
      '/a',
      '/etc',
      '/usr',
      '/home',
      '/www',
      '/>',
      '/*',
      '/.',
      '\\',
      '#',
      '-',
      '*',
      '…',
      '🙂',
      '_',
      '~~',
    ];
    const costly = ends
      .flatMap((end) =>
        starts.map((start) => {
          const first = `user: The kayak is red${end}\n`;
          const second = `${start}: The kayak is red${end}\n`;
          return {
            end,
            start,
            excess: exact.count(first + second) - exact.count(first) - exact.count(second),
          };
        }),
      )
      .filter(({ excess }) => excess > 0)
      .toSorted((a, b) => b.excess - a.excess);
    expect(costly.length).toBeGreaterThan(0);
    for (const { end, start } of costly.slice(0, 12)) {
      const user = somebody();
      for (let count = 0; count < 5; count += 1) {
        await user.observe({ role: 'user', speaker: start, content: `The kayak is red${end}` });
      }
      for (let tokens = 10; tokens <= 80; tokens += 1) await expectWithin(user, 'kayak', tokens);
    }
  });
});
