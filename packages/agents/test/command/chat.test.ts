import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import { runCommand } from '../../src/command/program.ts';
import { choice, openSseServer, type SseServer, streamed } from '../support/sse-server.ts';

let folder: string | undefined;
let server: SseServer | undefined;

afterEach(async () => {
  await server?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

it('stops the answer at the first Ctrl-C, and leaves at one while nothing is said', async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-chat-'));
  server = await openSseServer([
    streamed([choice({ content: 'An endless ' })], { open: true }),
    streamed([choice({ content: 'Done.' }), choice({}, 'stop')]),
  ]);
  const stdin = new PassThrough();
  let out = '';
  let interrupt = (): void => {};
  const stdout = {
    isTTY: true,
    write: (text: string) => {
      out += text;
    },
  };
  const running = runCommand(['chat', '--model', 'm', '--base-url', server.baseURL, '--data', folder], {
    stdin,
    stdout,
    stderr: stdout,
    env: { NO_COLOR: '1' },
    signal: new AbortController().signal,
    interrupts: {
      take: (listener) => {
        interrupt = listener;
        return () => {};
      },
    },
  });
  let ended: number | undefined;
  void running.then((code) => {
    ended = code;
  });
  stdin.write('Tell me.\n');
  await vi.waitFor(() => expect(out).toContain('An endless '), { timeout: 20_000 });
  interrupt();
  stdin.write('And now?\n');
  await vi.waitFor(() => expect(out).toContain('Done.'), { timeout: 20_000 });
  await vi.waitFor(() => expect(server?.dropped()).toBe(1));
  // The answer may still be on its way to the disk: what it takes is one more Ctrl-C.
  await vi.waitFor(() => {
    interrupt();
    expect(ended).toBe(0);
  });
  expect(server.requests[1]?.body).toMatchObject({
    messages: expect.arrayContaining([{ role: 'assistant', content: 'An endless  [broken off]' }]),
  });
});
