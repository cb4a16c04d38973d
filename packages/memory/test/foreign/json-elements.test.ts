import { collect } from '@retentive/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonElements } from '../../src/foreign/json-elements.ts';

const cut = (text: string, sizes: readonly number[]) =>
  async function* () {
    let at = 0;
    for (let turn = 0; at < text.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      yield text.slice(at, at + size);
      at += size;
    }
  };

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
const spacing = fc.constantFrom(undefined, 1, '\t');
const values = (text: string, by: readonly number[], ...lists: readonly string[]) =>
  collect(jsonElements(cut(text, by)(), new Set(lists)));

it('gives the elements of a list as JSON.parse does, wherever the text is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), sizes, spacing, async (list, by, space) => {
      const text = JSON.stringify(list, undefined, space);
      const found = await values(text, by);
      expect(found.map(({ value }) => value)).toEqual(JSON.parse(text));
      expect(found.map(({ number }) => number)).toEqual(list.map((_, index) => index + 1));
    }),
  );
});

it('gives the named lists of objects, one after the other, and other objects whole', async () => {
  const tricky = fc.constantFrom('a', 'it"s ]', '\\', '{[', ',:');
  const object = fc.record({
    before: fc.jsonValue(),
    named: fc.option(fc.array(fc.oneof(fc.jsonValue(), tricky)), { nil: 7 }),
    other: fc.record({ named: fc.array(fc.jsonValue()) }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { maxLength: 4, minLength: 1 }),
      sizes,
      spacing,
      async (objects, by, space) => {
        const text = objects.map((one) => JSON.stringify(one, undefined, space)).join('\n');
        const found = await values(text, by, 'named');
        const expected = objects.flatMap((one) => (Array.isArray(one.named) ? one.named : [one]));
        expect(found.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(expected)));
      },
    ),
  );
});

it('never gives more than was read, and no error but its own, whatever the text', async () => {
  const text = fc.string({
    unit: fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '\\', '1', ' ', 'a', '\n'),
  });
  await fc.assert(
    fc.asyncProperty(text, sizes, async (mess, by) => {
      const whole = await values(mess, [mess.length + 1], 'a').catch((error: unknown) => error);
      const pieces = await values(mess, by, 'a').catch((error: unknown) => error);
      if (Array.isArray(whole)) expect(pieces).toEqual(whole);
      else expect(pieces).toMatchObject({ code: 'FILE_INVALID', message: (whole as Error).message });
    }),
    { numRuns: 1_000 },
  );
});
