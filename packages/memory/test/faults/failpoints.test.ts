import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createEstimatingTokenizer } from '@retentive/core';
import { afterAll, expect, it } from 'vitest';
import { type Memory, openMemory } from '../../src/index.ts';
import { createTestRoot, startChildWith } from '../journal/support.ts';
import { type Failpoint, failpointEnvironment } from '../support/failpoints.ts';

/** Passages of each point at which the process is killed, one after the other over the same folder. */
const PASSAGES = Math.min(6, Math.max(1, Math.floor(Number(process.env['RETENTIVE_TRIALS'] ?? 10) / 20)));

const root = createTestRoot();
afterAll(root.remove);

const open = (path: string): Promise<Memory> =>
  openMemory({ path, capacity: 60, extractor: false, tokenizer: createEstimatingTokenizer() });

const readAll = async (memory: Memory): Promise<unknown> => {
  const ana = memory.scope({ tenant: 'acme', user: 'ana' });
  const { text } = await ana.context('kayak at the pier', { archive: true, now: 0, access: false });
  return {
    text,
    messages: await ana.messages(),
    found: (await ana.search('kayak at the pier')).map((hit) => hit.kind === 'chunk' && hit.chunk.id),
    retention: await ana.retention(),
    doctor: await memory.doctor(),
  };
};

const points: readonly Failpoint['point'][] = ['schema', 'append', 'erase', 'cut', 'archive', 'snapshot'];
const places = points.flatMap((point) =>
  (['before', 'after'] as const).map((when) => [when, point] as const),
);
/** Each point once in the short run, from one side or the other. */
const chosen = places.filter((_, index) => PASSAGES > 1 || index % 4 === 0 || index % 4 === 3);

it.each(chosen)(
  'has everything that was acknowledged, and equal projections, when it is killed %s %s',
  { timeout: 60_000 + PASSAGES * 20_000 },
  async (when, point) => {
    const path = root.next();
    const said = new Set<string>();
    const tried = new Set<string>();
    let forgotten = '';
    for (let at = 1; at <= PASSAGES; at += 1) {
      const failpoint: Failpoint = { point, when, at, action: 'kill', lasting: false };
      const first = at * 100;
      const target = `m${first + 3}`;
      for (let index = 0; index < 16; index += 1) tried.add(`m${first + index}`);
      const child = startChildWith(
        { environment: failpointEnvironment(failpoint) },
        new URL('./children/live.ts', import.meta.url),
        path,
        String(first),
        target,
      );
      for await (const line of child.lines) {
        const [what, id = ''] = line.split(' ');
        if (what === 'said') said.add(id);
        if (what === 'forgot') forgotten = id;
      }
      const [, signal] = await child.exited;
      if (at === 1) expect([signal, child.errors()]).toEqual(['SIGKILL', '']);

      let memory = await open(path);
      const before = await readAll(memory);
      const ids = (before as { messages: readonly { id: string }[] }).messages.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(tried).toContain(id);
      // The erasure that the kill came into the middle of may stand either way.
      const mayBeGone = new Set(Array.from({ length: at }, (_, index) => `m${(index + 1) * 100 + 3}`));
      for (const id of said) if (!mayBeGone.has(id)) expect(ids).toContain(id);
      if (forgotten !== '') expect(ids).not.toContain(forgotten);
      expect(before).toMatchObject({ doctor: { ok: true } });
      await memory.close();

      for (const projection of ['archive', 'vectors']) {
        rmSync(join(path, projection), { recursive: true, force: true });
      }
      memory = await open(path);
      expect(await readAll(memory)).toEqual(before);
      await memory.close();
    }
  },
);
