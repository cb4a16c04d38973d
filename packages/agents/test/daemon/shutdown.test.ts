import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRetentiveError } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import { expect, it } from 'vitest';
import { createDaemonClient, type DaemonScope } from '../../src/client/index.ts';
import { serve } from '../support/serve.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const TRIALS = process.env['RETENTIVE_TEST_LONG'] ? 50 : 3;
/** Trials at a time: a process each. */
const LANES = 3;
const WRITERS = 4;

/** Writes whole messages one after the other until the daemon is gone; notes what was acknowledged. */
const writeMessages = async (
  ana: DaemonScope,
  lane: number,
  acknowledged: Map<string, string>,
  onEach: () => void,
) => {
  for (let index = 0; ; index += 1) {
    const content = `Message ${index} of writer ${lane}.`;
    try {
      const { id } = await ana.observe({ role: 'user', content });
      acknowledged.set(id, content);
      onEach();
    } catch (error) {
      if (isRetentiveError(error, 'DAEMON_STOPPING') || isRetentiveError(error, 'DAEMON_UNREACHABLE')) return;
      throw error;
    }
  }
};

/** Streams one endless message; notes how much of it was acknowledged. */
const streamMessage = async (ana: DaemonScope, onEach: () => void) => {
  const seen = { id: '', offset: 0, error: undefined as unknown };
  let go = (): void => {};
  const text = async function* () {
    for (let index = 0; ; index += 1) {
      yield `Sentence ${index}. `;
      // Goes on when that is durable, as a model that is slower than the disk.
      await new Promise<void>((resolve) => {
        go = resolve;
      });
    }
  };
  try {
    for await (const { id, offset } of ana.ingest({ role: 'assistant' }, text())) {
      seen.id = id;
      seen.offset = offset;
      onEach();
      go();
    }
  } catch (error) {
    seen.error = error;
  }
  return seen;
};

const runTrial = async (trial: number): Promise<void> => {
  const data = await mkdtemp(join(tmpdir(), 'retentive-daemon-'));
  try {
    const { url, child, exit } = await serve(data);
    const ana = createDaemonClient({ baseURL: url }).scope(ANA);
    const acknowledged = new Map<string, string>();
    // Later in each trial, so that it is hit at other moments of its work.
    let left = 5 + trial * 7;
    const onEach = (): void => {
      left -= 1;
      if (left === 0) child.kill('SIGTERM');
    };
    const writers = Array.from({ length: WRITERS }, (_, lane) =>
      writeMessages(ana, lane, acknowledged, onEach),
    );
    const [streamed] = await Promise.all([streamMessage(ana, onEach), ...writers]);
    expect(await exit).toBe(0);
    expect(['DAEMON_STOPPING', 'DAEMON_UNREACHABLE']).toContain((streamed.error as { code?: string }).code);

    const memory = await openMemory({ path: data });
    try {
      const messages = new Map(
        (await memory.scope(ANA).messages()).map((message) => [message.id as string, message]),
      );
      for (const [id, content] of acknowledged) {
        expect(messages.get(id)).toMatchObject({ text: content, state: 'complete' });
      }
      if (streamed.offset > 0) {
        const message = messages.get(streamed.id);
        expect(message?.state).toBe('torn');
        expect(message?.text.length).toBeGreaterThanOrEqual(streamed.offset);
      }
      expect((await memory.doctor()).faults).toEqual([]);
    } finally {
      await memory.close();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
};

it(`loses nothing acknowledged and exits with 0 on SIGTERM under load, ${TRIALS} times`, {
  timeout: 110_000,
}, async () => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < TRIALS) {
      next += 1;
      await runTrial(next);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
});
