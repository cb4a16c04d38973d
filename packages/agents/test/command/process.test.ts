import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShell, type Shell } from './shell.ts';

// The command as a process of its own, from source; what it does is tested in command.test.ts.

let shell: Shell;

beforeAll(async () => {
  shell = await openShell();
  await shell.put('talk.jsonl', '{"role":"user","speaker":"Ana","content":"My cat is called Miso."}\n');
});

afterAll(() => shell.close());

it('ingests, answers and talks, without colour in a pipe', async () => {
  expect(await shell.spawn(['ingest', 'talk.jsonl'])).toMatchObject({ code: 0, stderr: '' });
  const asked = await shell.spawn(['ask', 'What is the cat called?'], { env: { CI: '1' } });
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(asked.stdout).toMatch(/^My cat is called Miso\. \[1\]\n\n\[1\] Ana, /u);
  expect(asked.stdout).not.toContain('\u001b');
  const talked = await shell.spawn(['chat'], { stdin: 'What is the cat called?\n', env: { NO_COLOR: '1' } });
  expect(talked).toMatchObject({ code: 0, stdout: expect.stringContaining('My cat is called Miso. [1]') });
});

it('exits with 2 on wrong usage, with one line and a hint on stderr', async () => {
  const { code, stdout, stderr } = await shell.spawn(['ask']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe("error OPTION_INVALID: missing required argument 'question'\nSee: retentive help\n");
});

it('exits with 1 on failure, with one JSON document on stdout', async () => {
  const { code, stdout } = await shell.spawn(['ingest', 'missing.jsonl', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'FILE_NOT_FOUND', details: { file: 'missing.jsonl' } },
  });
});
