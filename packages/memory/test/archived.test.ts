import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageId } from '@retentive/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory, ScopedMemory } from '../src/index.ts';
import { createCaller, histories, live, readEverything } from './support/histories.ts';
import { inFolder, inProcess } from './support/memories.ts';
import { say, textOf } from './support/say.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
/** Room for some ten of the messages below. */
const CAPACITY = 120;
const FILLERS = 60;

let place: Awaited<ReturnType<typeof inFolder>>;
let memory: Memory;
let ana: ScopedMemory;

const open = async (): Promise<void> => {
  memory = await place.open({ capacity: CAPACITY, extractor: false });
  ana = memory.scope(SCOPE);
};

const reopen = async (): Promise<void> => {
  await memory.close();
  await open();
};

/** Says it, and then so much else that it leaves the working set. */
const bury = async (content: string): Promise<MessageId> => {
  await say(ana, 'A first word, which stays.');
  const { id } = await say(ana, content);
  for (let index = 0; index < FILLERS; index += 1) {
    place.clock.advance(60_000);
    await say(ana, `I bought ${index} apples in Porto with Maria on Monday ${index}.`);
  }
  return id;
};

const archived = async (query: string): Promise<string> =>
  // Who looks does not use: what is used comes back.
  (await ana.context(query, { archive: true, access: false })).text;
const archiveFiles = (): Promise<readonly string[]> => readdir(join(place.path, 'archive'));

beforeEach(async () => {
  place = await inFolder();
  await open();
});
afterEach(async () => {
  await memory.close();
  await place.remove();
});

describe('what left the working set', () => {
  it('is found where the archive is asked, by its words and those around it', async () => {
    await bury('a kayak, quite red');
    expect((await ana.context('kayak', { access: false })).text).not.toContain('kayak');
    expect(await archived('kayak')).toContain('Ana: a kayak, quite red');
    expect((await ana.search('red kayak')).map(textOf)).toContain('a kayak, quite red');
    expect(await archived('Which one was it, the quite red one?')).toContain('a kayak, quite red');
  });

  it('stands among the messages, word for word', async () => {
    const id = await bury('a kayak, quite red');
    const all = await ana.messages();
    expect(all).toHaveLength(FILLERS + 2);
    expect(all[1]).toMatchObject({ id, text: 'a kayak, quite red' });
    expect((await ana.messages({ limit: FILLERS + 1 }))[0]?.id).toBe(id);
  });

  it('is the same after reopening, and when its file is lost, cut or no database', async () => {
    await bury('a kayak, quite red');
    const before = { text: await archived('red kayak'), hits: await ana.search('red kayak') };
    const damages: (() => Promise<unknown>)[] = [
      async () => {},
      () => rm(join(place.path, 'archive'), { recursive: true }),
      async () => {
        for (const name of await archiveFiles())
          await writeFile(join(place.path, 'archive', name), 'garbage');
      },
    ];
    for (const damage of damages) {
      await memory.close();
      await damage();
      await open();
      expect({ text: await archived('red kayak'), hits: await ana.search('red kayak') }).toEqual(before);
    }
  });

  it('is not taken from the file of a journal that went on without it', async () => {
    await say(ana, 'a kayak, quite red');
    await memory.close();
    const early = `${place.path}-early`;
    await cp(place.path, early, { recursive: true });
    await open();
    await bury('a canoe, quite green');
    expect(await archived('canoe')).toContain('canoe');
    await memory.close();
    // The journal of before, beside an archive of after.
    await cp(join(early, 'journal.db'), join(place.path, 'journal.db'));
    for (const suffix of ['-wal', '-shm']) await rm(join(place.path, `journal.db${suffix}`), { force: true });
    await rm(early, { recursive: true });
    await open();
    expect((await ana.search('canoe')).map(textOf).join()).not.toContain('canoe');
    expect(await archived('kayak')).toContain('kayak');
  });

  it('comes back when it is pinned, and may leave again when it is let go of', async () => {
    const id = await bury('a kayak, quite red');
    await ana.pin(id, true);
    expect((await ana.context('kayak', { access: false })).text).toContain('a kayak, quite red');
    await reopen();
    expect((await ana.context('kayak', { access: false })).text).toContain('a kayak, quite red');
    await ana.pin(id, false);
    for (let index = 0; index < FILLERS; index += 1)
      await say(ana, `I met Maria in Porto on Monday ${index}.`);
    expect((await ana.context('kayak', { access: false })).text).not.toContain('kayak');
    expect(await archived('kayak')).toContain('a kayak, quite red');
  });

  it('is gone for good when it is forgotten, from every file', async () => {
    const id = await bury('a Zanzicanary kayak');
    await say(ana, 'a green canoe');
    expect(await archived('zanzicanary')).toContain('Zanzicanary');
    const files = () =>
      readdirSync(place.path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .filter(({ parentPath, name }) =>
          /zanzicanari|zanzicanary/iu.test(readFileSync(join(parentPath, name), 'latin1')),
        );
    expect(files()).not.toEqual([]);
    await ana.forget(id);
    expect(files()).toEqual([]);
    expect(await archived('zanzicanary')).not.toContain('Zanzicanary');
    expect(await archived('canoe')).toContain('a green canoe');
    await reopen();
    expect(await archived('zanzicanary')).not.toContain('Zanzicanary');
    expect(files()).toEqual([]);
  });

  it('is gone with its user, and what a killed erasure left is removed at the next opening', async () => {
    await bury('a kayak, quite red');
    expect(await archived('kayak')).toContain('kayak');
    const [name = ''] = await archiveFiles();
    await cp(join(place.path, 'archive'), `${place.path}-left`, { recursive: true });
    await memory.erase(SCOPE);
    expect(await archiveFiles()).toEqual([]);
    expect(await archived('kayak')).not.toContain('kayak');
    await memory.close();
    // As if the process had died between the journal and the files.
    await cp(`${place.path}-left`, join(place.path, 'archive'), { recursive: true });
    await rm(`${place.path}-left`, { recursive: true });
    expect(await archiveFiles()).toContain(name);
    await open();
    expect(await archiveFiles()).toEqual([]);
  });

  it('is found in its own thread, however much of another one has the same words', async () => {
    await say(ana, 'zebra, once and never again', { thread: 'b' });
    for (let index = 0; index < 260; index += 1) await say(ana, `zebra zebra ${index}`, { thread: 'a' });
    await say(ana, 'I bought apples in Porto with Maria on Monday.', { thread: 'a' });
    const { items } = await ana.context('zebra', { archive: true, thread: 'b', access: false });
    expect(items).toHaveLength(1);
  });

  it('is found by the one word that it has among many that nobody ever said', async () => {
    await bury('a kayak, quite red');
    expect(
      await archived('Please kindly enlighten whoever wonders whether somebody recollects a nebulous kayak'),
    ).toContain('a kayak, quite red');
  });

  it('lends no words of later days to earlier ones', async () => {
    await bury('my first word of this');
    const before = place.clock.now();
    place.clock.advance(60_000);
    await bury('zebra');
    const { items } = await ana.context('zebra', { archive: true, asOf: before, access: false });
    expect(items).toEqual([]);
  });

  it('is not taken from the file of a journal that was restored and went on otherwise', async () => {
    for (let index = 0; index < 30; index += 1)
      await say(ana, `I bought ${index} apples in Porto with Maria.`);
    await memory.close();
    await cp(place.path, `${place.path}-early`, { recursive: true });
    await open();
    await bury('a canoe, quite green');
    await ana.search('canoe');
    await memory.close();
    await rm(place.path, { recursive: true });
    await cp(`${place.path}-early`, place.path, { recursive: true });
    await rm(`${place.path}-early`, { recursive: true });
    const late = join(place.path, 'archive');
    await open();
    place.clock.advance(3_600_000);
    await bury('a ferry, quite blue');
    await bury('a raft, quite grey');
    const texts = (await ana.messages()).map(({ text }) => text);
    await memory.close();
    expect((await readdir(late)).filter((name) => name.endsWith('.db'))).toHaveLength(1);
    await open();
    expect((await ana.messages()).map(({ text }) => text)).toEqual(texts);
    expect(texts.join()).not.toContain('canoe');
  });

  it('leaves alone what stands in its folder and is not its own', async () => {
    const strange = join(place.path, 'uploads', 'd41d8cd98f00b204e9800998ecf8427e.png');
    await mkdir(join(place.path, 'uploads'));
    await writeFile(strange, 'a picture');
    await mkdir(join(place.path, 'vectors'), { recursive: true });
    const other = join(place.path, 'vectors', 'd41d8cd98f00b204e9800998ecf8427e.png');
    await writeFile(other, 'a picture');
    await reopen();
    expect(readFileSync(strange, 'utf8') + readFileSync(other, 'utf8')).toBe('a picturea picture');
  });

  it('is nobody else’s', async () => {
    await bury('a kayak, quite red');
    const ben = memory.scope({ tenant: 'acme', user: 'ben' });
    expect((await ben.context('kayak', { archive: true })).text).toBe('');
    expect(await ben.search('kayak')).toEqual([]);
  });

  it('is resumed and sent again like anything else', async () => {
    const writer = ana.ingest({ role: 'user', speaker: 'Ana', idempotencyKey: 'k1' });
    await writer.write('a kayak, quite red');
    await writer.tear();
    await bury('filler');
    const again = ana.ingest({ role: 'user', speaker: 'Ana', idempotencyKey: 'k1' });
    await again.write('a kayak, quite red and quite long');
    await again.complete();
    expect(again.id).toBe(writer.id);
    expect(await archived('kayak')).toContain('a kayak, quite red and quite long');
    await expect(memory.resume(writer.id, 0)).rejects.toMatchObject({ code: 'MESSAGE_CLOSED' });
  });
});

it('reads in a folder as in a process, with the archive and over a loss of it', async () => {
  await fc.assert(
    fc.asyncProperty(histories, histories, fc.boolean(), async (first, second, spans) => {
      const [folder, twin] = [await inFolder(), await inProcess()];
      const options = { extractor: false, capacity: 200, retention: { spans } } as const;
      const [callerA, callerB] = [createCaller(), createCaller()];
      let stored = await folder.open(options);
      const other = await twin.open(options);
      for (const history of [first, second]) {
        await live(stored, folder.clock, callerA, history);
        await live(other, twin.clock, callerB, history);
        const { doctor: _a, ...a } = (await readEverything(stored, folder.clock.now())) as {
          doctor: unknown;
        };
        const { doctor: _b, ...b } = (await readEverything(other, twin.clock.now())) as { doctor: unknown };
        expect(a).toEqual(b);
        await stored.close();
        await rm(join(folder.path, 'archive'), { recursive: true, force: true });
        stored = await folder.open(options);
      }
      await stored.close();
      await other.close();
      await folder.remove();
    }),
    { numRuns: Number(process.env['RETENTIVE_TRIALS'] ?? 4), interruptAfterTimeLimit: 30_000 },
  );
}, 60_000);
