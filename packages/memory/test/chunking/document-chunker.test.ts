import { createEstimatingTokenizer, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createChunker } from '../../src/index.ts';

const scraps = fc.constantFrom(
  ...['The ferry leaves at noon. ', 'Dr. Okafor said so! ', 'antidisestablishment ', 'x'.repeat(50)],
  ...['\n', '\n\n', '\r\n', '## A heading\n', '```js\nlet a = 1;\n', '```\n', '- item\n', '§ 3.2 Notice\n'],
  ...['Ana: hello\n', '今日は雨です。', '🙂', '👩‍👩‍👧', '\ud800', '{"role": "user", ', 'a, b, c; ', '   '],
);
const texts = fc.oneof(
  fc.array(scraps, { maxLength: 200 }).map((pieces) => pieces.join('')),
  fc.tuple(scraps, fc.nat(200)).map(([scrap, times]) => scrap.repeat(times)),
  fc.string({ unit: 'binary', maxLength: 3_000 }),
);

const cutAll = (
  text: string,
  tokenizer: Tokenizer,
  {
    maxTokens = 256,
    sizes = [],
    start = 0,
  }: { maxTokens?: number; sizes?: readonly number[]; start?: number } = {},
): readonly string[] => {
  const chunker = createChunker({ tokenizer, kind: 'document', maxTokens, start });
  const ends: number[] = [];
  for (let at = start, step = 0; at < text.length; step += 1) {
    const size = sizes[step % sizes.length] ?? text.length;
    ends.push(...chunker.push(text.slice(at, at + size)).map(([end]) => end));
    at += size;
  }
  ends.push(...chunker.end().map(([end]) => end));
  return ends.map((end, index) => text.slice(ends[index - 1] ?? start, end));
};

describe('a document', () => {
  const estimate = createEstimatingTokenizer();
  let exact: Tokenizer;
  beforeAll(async () => {
    exact = await openO200kTokenizer();
  });

  it('is its chunks joined, none above the limit, none empty', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 256 }), fc.boolean(), (text, maxTokens, isExact) => {
        const tokenizer = isExact ? exact : estimate;
        const chunks = cutAll(text, tokenizer, { maxTokens });
        expect(chunks.join('')).toBe(text);
        for (const chunk of chunks) {
          expect(chunk).not.toBe('');
          expect(tokenizer.count(chunk)).toBeLessThanOrEqual(maxTokens);
        }
      }),
    );
  });

  it('is cut the same however it is split into writes, and from any of its cuts on', () => {
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (text, sizes, which) => {
          const whole = cutAll(text, estimate);
          expect(cutAll(text, estimate, { sizes })).toEqual(whole);
          const from = which % (whole.length + 1);
          const start = whole.slice(0, from).join('').length;
          expect(cutAll(text, estimate, { start })).toEqual(whole.slice(from));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never parts a surrogate pair', () => {
    for (const text of ['🙂'.repeat(800), `${'a'.repeat(1_279)}😀${'b'.repeat(900)}`]) {
      for (const chunk of cutAll(text, exact)) expect(chunk.isWellFormed()).toBe(true);
    }
  });

  const firstLines = (text: string): readonly string[] =>
    cutAll(text, exact).map((chunk) => chunk.trim().split('\n')[0] ?? '');

  const sentences = (words: string): string =>
    [
      `The ${words} was checked in March.`,
      `Nobody had repaired the ${words} since.`,
      `A new ${words} costs 90 euros.`,
    ].join(' ');

  it('is cut before the headings of Markdown, which stay with their text', () => {
    const text = ['pump', 'roof', 'boat'].map((word) => `## The ${word}\n\n${sentences(word)}\n\n`).join('');
    expect(firstLines(text)).toEqual(['## The pump', '## The roof', '## The boat']);
  });

  it.each([
    ['§ 1', '§ 2', '§ 3'],
    ['Article 5', 'Article 6', 'Article 7'],
    ['3.1 Pumps', '3.2 Roofs', '3.3 Boats'],
    ['Section 1', 'Section 2', 'Section 3'],
    ['第一条', '第二条', '第三条'],
  ])('is cut at sections numbered as %s', (...marks) => {
    const text = marks.map((mark, index) => `${mark}\n${sentences(`pump number ${index}`)}\n`).join('');
    expect(firstLines(text)).toEqual(marks);
  });

  it('keeps a block of code whole where it fits', () => {
    const code =
      '```ts\nexport const add = (a: number, b: number): number => {\n  const sum = a + b;\n\n  return sum;\n};\n```\n';
    const text = `${sentences('pump')}\n\n${sentences('roof')}\n\n${code}\n${sentences('boat')}\n\n${sentences('oar')}\n`;
    expect(cutAll(text, exact).filter((chunk) => chunk.includes('```'))).toHaveLength(1);
  });

  it('parts a long block of code at its declarations', () => {
    const part = (name: string): string =>
      `function ${name}(value) {\n${Array.from({ length: 6 }, (_, line) => `  log(value, '${name}', ${line});\n`).join('')}}\n`;
    const names = ['alpha', 'beta', 'gamma', 'delta'];
    const text = `\`\`\`js\n${names.map(part).join('')}\`\`\`\n`;
    const later = firstLines(text).slice(1);
    expect(later.length).toBeGreaterThan(0);
    for (const line of later) expect(line).toMatch(/^function /u);
  });

  it('is cut between the turns of a transcript, not inside them', () => {
    const text = Array.from(
      { length: 12 },
      (_, turn) =>
        `${turn % 2 === 0 ? 'Ana' : 'Ben'}: I went to place ${turn} on Sunday. It was far. We took the ${turn % 3 === 0 ? 'bus' : 'ferry'}.\n`,
    ).join('');
    for (const line of firstLines(text)) expect(line).toMatch(/^(?:Ana|Ben): /u);
  });

  it('keeps what announces a list with the list', () => {
    const text = `${sentences('pump')}\nWhat to bring:\n- a rope\n- a lamp\n- dry socks\n`;
    const holder = cutAll(text, exact).find((chunk) => chunk.includes('What to bring'));
    expect(holder).toContain('- a rope');
  });

  it('is cut where its words change', () => {
    const tea = 'The tea grows on the hill. Green tea is picked in spring. Black tea is left to wither. ';
    const bikes =
      'A bicycle needs air in its tyres. The chain of the bicycle wants oil. Old tyres crack on a bicycle. ';
    const chunks = cutAll(`${tea}${tea}${bikes}${bikes}`, exact);
    for (const chunk of chunks) expect(/\btea\b/iu.test(chunk) && /bicycle/iu.test(chunk)).toBe(false);
  });
});
