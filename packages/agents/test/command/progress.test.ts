import { expect, it } from 'vitest';
import { openProgress } from '../../src/command/progress.ts';
import { createTerminal } from '../../src/command/terminal.ts';

const MEGABYTE = 1_048_576;

const watch = async (total: number | undefined, steps: readonly number[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  const terminal = createTerminal({ stdout: stream, stderr: stream, json: false, env: {} });
  const progress = await openProgress(terminal, 'talk.jsonl', total);
  for (const step of steps) progress.update(step);
  progress.stop();
  return lines;
};

it('says how far it is in plain lines, one for every ten per cent', async () => {
  const steps = Array.from({ length: 100 }, (_, index) => ((index + 1) * MEGABYTE) / 100);
  const lines = await watch(MEGABYTE, steps);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('talk.jsonl: 10 %\n');
  expect(lines.at(-1)).toBe('talk.jsonl: 100 %\n');
});

it('skips steps that went by at once', async () => {
  expect(await watch(MEGABYTE, [MEGABYTE / 2, MEGABYTE])).toEqual([
    'talk.jsonl: 50 %\n',
    'talk.jsonl: 100 %\n',
  ]);
});

it('is silent for small files and where the size is unknown', async () => {
  expect(await watch(1_000, [500, 1_000])).toEqual([]);
  expect(await watch(undefined, [500, 1_000])).toEqual([]);
});
