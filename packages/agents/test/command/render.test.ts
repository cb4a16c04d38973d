import { type Context, RetentiveError } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import { createColors } from 'picocolors';
import { beforeAll, expect, it } from 'vitest';
import { renderContext, renderWhy } from '../../src/command/render/render-context.ts';
import { renderChecks } from '../../src/command/render/render-doctor.ts';
import { describeError, exitCodeOf } from '../../src/command/render/render-error.ts';
import { renderIngest } from '../../src/command/render/render-ingest.ts';
import { createTerminal, printable } from '../../src/command/terminal.ts';

const plain = createColors(false);
const colored = createColors(true);
let context: Context;

beforeAll(async () => {
  const memory = await openMemory();
  const scope = memory.scope({ tenant: 'acme', user: 'ana' });
  const time = '2024-05-03T12:00:00Z';
  await scope.observe({
    role: 'user',
    speaker: 'Ana',
    time,
    content: 'My cat \u001b[31mMiso\u001b[0m is red.',
  });
  context = await scope.context('cat', { budget: { tokens: 200 } });
});

it('shows a context with how full it is, and nothing that moves the cursor', () => {
  const text = renderContext(context, plain);
  expect(text).toContain('Ana: My cat');
  expect(text).toMatch(/\d+ of 200 tokens, 1 items, gap 0\.0 %\n$/u);
  expect(text).not.toContain('\u001b');
});

it('says so when nothing fits', () => {
  expect(renderContext({ ...context, text: '' }, plain)).toBe(
    'Nothing in memory fits this query and budget.\n',
  );
});

it('shows tokens, score, its terms and the reason of each item', () => {
  const [head, row] = renderWhy(context, plain).split('\n');
  expect(head).toMatch(/#\s+tokens\s+score\s+score is made of\s+day\s+who\s+what\s+because/u);
  expect(row).toMatch(/1\s+\d+\s+[\d.]+\s+lexical [\d.]+.*2024-05-03\s+Ana\s+My cat/u);
});

it('shows checks, in colour only where colour is on', () => {
  const checks = [
    { check: 'node', ok: true, found: '20.20.2' },
    { check: 'journal', ok: false, found: '2 faults' },
  ];
  expect(renderChecks(checks, plain)).toMatch(/node\s+ok\s+20\.20\.2\njournal\s+FAULT\s+2 faults\n$/u);
  expect(renderChecks(checks, colored)).toContain(colored.red('FAULT'));
});

it('shows what was ingested', () => {
  const row = {
    file: 'a.jsonl',
    format: 'jsonl',
    bytes: 10,
    messages: 2,
    documents: 0,
    replayed: 1,
  } as const;
  expect(renderIngest([row], plain)).toMatch(/a\.jsonl\s+2\s+0\s+1\s+10\n$/u);
});

it('describes errors with code, message, hint and values', () => {
  const error = new RetentiveError('STORE_LOCKED', 'in use', { details: { owner: 1 } });
  expect(describeError(error)).toMatchObject({
    code: 'STORE_LOCKED',
    message: 'in use',
    hint: expect.stringContaining('--data'),
    details: { owner: 1 },
  });
  expect(describeError(new Error('odd'))).toEqual({ code: 'INTERNAL', message: 'odd' });
  expect(exitCodeOf(error)).toBe(1);
  expect(exitCodeOf(new RetentiveError('LABEL_INVALID', 'bad'))).toBe(2);
});

it('makes control characters visible and keeps lines', () => {
  expect(printable('a\u0007b\n\tc\u009b1m')).toBe('a�b\n\tc�1m');
});

const terminalWith = (isTTY: boolean, env: Record<string, string>, json = false) => {
  const out: string[] = [];
  const stream = { isTTY, write: (text: string) => out.push(text) };
  return { out, terminal: createTerminal({ stdout: stream, stderr: stream, json, env }) };
};

it.each([
  ['a terminal', true, {}, true],
  ['a pipe', false, {}, false],
  ['NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
])('uses colour as it should on %s', (_, isTTY, env, expected) => {
  const { terminal } = terminalWith(isTTY, env);
  expect(terminal.colors.red('x') !== 'x').toBe(expected);
});

it('writes either for people or JSON, never both', () => {
  const people = terminalWith(false, {});
  const json = terminalWith(false, {}, true);
  for (const { terminal } of [people, json]) {
    terminal.write('text');
    terminal.writeJson({ a: 1 });
  }
  expect(people.out).toEqual(['text']);
  expect(json.out).toEqual(['{"a":1}\n']);
});
