import { expect, it } from 'vitest';
import * as z from 'zod';
import { defineTool } from '../src/define-tool.ts';

const input = z.object({ city: z.string().min(1).describe('Where.'), days: z.int().default(1) });
const weather = defineTool({
  name: 'weather',
  description: 'Tells the weather.',
  input,
  run: ({ city, days }) => ({ city, days }),
});

it('describes its input as JSON Schema', () => {
  expect(weather.parameters).toMatchObject({
    type: 'object',
    properties: { city: { type: 'string', description: 'Where.' }, days: { type: 'integer', default: 1 } },
    required: ['city'],
  });
  expect(weather.parameters).not.toHaveProperty('$schema');
});

it('runs on checked input and gives JSON', async () => {
  await expect(weather.run({ city: 'Lisbon' })).resolves.toBe('{"city":"Lisbon","days":1}');
});

it.each([
  ['a field of the wrong type', { city: 7 }, 'city'],
  ['a missing field', {}, 'city'],
  ['no object', 'Lisbon', 'input'],
])('names the field of %s', async (_, value, field) => {
  await expect(weather.run(value)).rejects.toMatchObject({
    code: 'TOOL_INPUT_INVALID',
    message: expect.stringContaining(field),
    details: { field },
  });
});

const running = (run: () => unknown) =>
  defineTool({ name: 'x', description: '', input: z.object({}), run }).run({});

it('keeps the cause when the work fails', async () => {
  const cause = new Error('no ink');
  await expect(running(() => Promise.reject(cause))).rejects.toMatchObject({ code: 'TOOL_FAILED', cause });
});

it('gives null for nothing, and fails on what is not JSON', async () => {
  await expect(running(() => undefined)).resolves.toBe('null');
  await expect(running(() => 1n)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
});

it('rejects with ABORTED when aborted', async () => {
  await expect(weather.run({ city: 'Lisbon' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
});

it.each(['', 'with space', 'x'.repeat(65)])('refuses the name %j', (name) => {
  const make = () => defineTool({ name, description: '', input, run: () => 1 });
  expect(make).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});

it('refuses input that is no object', () => {
  const make = () => defineTool({ name: 'x', description: '', input: z.string(), run: () => 1 });
  expect(make).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});
