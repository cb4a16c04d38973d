import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collect,
  createEstimatingTokenizer,
  createManualClock,
  createSeededRandom,
  type FactId,
  type ManualClock,
  type MessageId,
} from '@retentive/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Memory, openMemory, type ScopedMemory } from '../../src/index.ts';

const ANA = { tenant: 'acme', user: 'ana' };
const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

interface Bench {
  readonly memory: Memory;
  readonly ana: ScopedMemory;
  readonly clock: ManualClock;
}

const open = async (seed: number, path?: string): Promise<Bench> => {
  const clock = createManualClock(Date.UTC(2024, 0, seed));
  const memory = await openMemory({
    clock,
    random: createSeededRandom(seed),
    tokenizer: createEstimatingTokenizer(),
    ...(path === undefined ? {} : { path }),
  });
  return { memory, ana: memory.scope(ANA), clock };
};

/** Two memories for many histories, each under a user of its own: to open a memory takes longer than a history. */
const openPair = async (): Promise<{
  readonly next: () => { readonly from: Bench; readonly to: Bench };
  readonly close: () => Promise<unknown>;
}> => {
  const [from, to] = await Promise.all([open(1), open(9)]);
  let count = 0;
  return {
    next() {
      count += 1;
      const scope = { tenant: 'acme', user: `ana-${count}` };
      const under = (bench: Bench): Bench => ({ ...bench, ana: bench.memory.scope(scope) });
      return { from: under(from), to: under(to) };
    },
    close: () => Promise.all([from.memory.close(), to.memory.close()]),
  };
};

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'retentive-archive-'));
  folders.push(folder);
  return folder;
};

const textOf = async (scope: ScopedMemory): Promise<string> => (await collect(scope.export())).join('');

/** An archive as a file gives it: in pieces that know nothing of lines. */
const pieces = (text: string) =>
  async function* () {
    for (let at = 0; at < text.length; at += 777) yield text.slice(at, at + 777);
  };

/** What happens in a history; times move on between. */
type Step =
  | { readonly do: 'observe'; readonly text: string; readonly key?: string }
  | { readonly do: 'stream'; readonly texts: readonly string[]; readonly end: 'complete' | 'tear' }
  | { readonly do: 'resume'; readonly text: string; readonly end: 'complete' | 'tear' }
  | { readonly do: 'document'; readonly text: string }
  | { readonly do: 'line'; readonly line: string };

const text = fc.oneof(
  fc.lorem({ maxCount: 40 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((value) => `x${value}`),
);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record(
      { do: fc.constant('observe' as const), text, key: fc.constantFrom('a', 'b', 'c', 'd', 'e') },
      { requiredKeys: ['do', 'text'] },
    ),
    fc.record({
      do: fc.constant('stream' as const),
      texts: fc.array(text, { maxLength: 4 }),
      end: fc.constantFrom('complete' as const, 'tear' as const),
    }),
    fc.record({
      do: fc.constant('resume' as const),
      text,
      end: fc.constantFrom('complete' as const, 'tear' as const),
    }),
    fc.record({ do: fc.constant('document' as const), text }),
    fc.record({ do: fc.constant('line' as const), line: fc.lorem({ maxCount: 4 }) }),
  ),
  { maxLength: 14 },
);

/** A source that can be gone on with. */
interface Torn {
  readonly id: Parameters<ScopedMemory['resume']>[0];
  readonly offset: number;
}

/** Writes texts and ends the source; gives it when it was torn. */
const write = async (
  writer: ReturnType<ScopedMemory['ingest']>,
  texts: readonly string[],
  end: 'complete' | 'tear',
): Promise<readonly Torn[]> => {
  for (const piece of texts) await writer.write(piece);
  const { offset } = await writer[end]();
  // Without a word nothing was stored.
  return end === 'tear' && offset > 0 ? [{ id: writer.id, offset }] : [];
};

const take = async (ana: ScopedMemory, step: Step, torn: Torn[]): Promise<readonly Torn[]> => {
  switch (step.do) {
    case 'observe': {
      const key = step.key === undefined ? {} : { idempotencyKey: step.key };
      // A key that was used for another text is part of life.
      const receipt = await ana.observe({ role: 'user', content: step.text, ...key }).catch(() => undefined);
      await receipt?.settled();
      return [];
    }
    case 'line':
      await ana.core.change({ type: 'append', line: step.line });
      return [];
    case 'stream':
      return write(ana.ingest({ role: 'assistant' }), step.texts, step.end);
    case 'document':
      return write(ana.ingestDocument({ title: 'A page' }), [step.text], 'complete');
    case 'resume': {
      const last = torn.pop();
      return last === undefined ? [] : write(await ana.resume(last.id, last.offset), [step.text], step.end);
    }
  }
};

const live = async ({ ana, clock }: Bench, history: readonly Step[]): Promise<void> => {
  const torn: Torn[] = [];
  for (const step of history) {
    clock.advance(1_000);
    torn.push(...(await take(ana, step, torn)));
  }
};

/** What a caller sees of a memory. */
const view = async (scope: ScopedMemory): Promise<unknown> => ({
  messages: await scope.messages(),
  blocks: await scope.core.blocks(),
  facts: await scope.facts(),
  context: await scope
    .context('lorem ipsum dolor', { budget: { tokens: 400 }, now: 0 })
    .then(({ text: found }) => found),
});

describe('an archive', () => {
  it('makes the same memory and the same archive again, and nothing the second time', async () => {
    const pair = await openPair();
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const { from, to } = pair.next();
        await live(from, history);
        const archive = await textOf(from.ana);
        const report = await to.ana.import(pieces(archive));
        expect(report).toMatchObject({
          dryRun: false,
          from: { tenant: 'acme', user: from.ana.scope.user },
          imported: report.entries,
          known: 0,
          torn: 0,
        });
        expect(await textOf(to.ana)).toBe(archive);
        expect(await view(to.ana)).toEqual(await view(from.ana));
        expect(await to.ana.import(pieces(archive))).toMatchObject({ imported: 0, known: report.entries });
        expect(await textOf(to.ana)).toBe(archive);
      }),
      { numRuns: 60, seed: 11 },
    );
    // Once, for all of them: it compares every scope that is in use.
    expect((await pair.next().to.memory.doctor()).faults).toEqual([]);
    await pair.close();
  });

  it('adds what is new to a memory that has the beginning', async () => {
    const pair = await openPair();
    await fc.assert(
      fc.asyncProperty(steps, steps, async (first, second) => {
        const { from, to } = pair.next();
        await live(from, first);
        const early = await textOf(from.ana);
        await live(from, second);
        const late = await textOf(from.ana);
        await to.ana.import(pieces(early));
        await to.ana.import(pieces(late));
        expect(await textOf(to.ana)).toBe(late);
      }),
      { numRuns: 30, seed: 12 },
    );
    await pair.close();
  });

  it('goes to disk and back', async () => {
    const from = await open(1, await newFolder());
    await live(from, [
      { do: 'observe', text: 'My cat is called Miso.', key: 'k' },
      { do: 'stream', texts: ['One sentence. ', 'Another one.'], end: 'tear' },
      { do: 'resume', text: ' A third.', end: 'complete' },
      { do: 'line', line: 'Speaks Portuguese.' },
    ]);
    const archive = await textOf(from.ana);
    const path = await newFolder();
    const to = await open(9, path);
    await to.ana.import(pieces(archive));
    await to.memory.close();
    const again = await open(9, path);
    expect(await textOf(again.ana)).toBe(archive);
    expect(await view(again.ana)).toEqual(await view(from.ana));
    await Promise.all([from.memory.close(), again.memory.close()]);
  });

  it('keeps the keys under which messages were sent', async () => {
    const from = await open(1);
    const sent = await from.ana.observe({ role: 'user', content: 'One.', idempotencyKey: 'k' });
    const named = await from.ana.observe({ role: 'user', content: 'Two.', id: 'm-2' });
    const to = await open(9);
    await to.ana.import(pieces(await textOf(from.ana)));
    const again = await to.ana.observe({ role: 'user', content: 'One.', idempotencyKey: 'k' });
    expect(again).toMatchObject({ id: sent.id, replayed: true });
    expect(await to.ana.observe({ role: 'user', content: 'Two.', id: 'm-2' })).toMatchObject({
      id: named.id,
      replayed: true,
    });
    await expect(
      to.ana.observe({ role: 'user', content: 'Three.', idempotencyKey: 'k' }),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('tears what was still streaming, and goes on with it when a later archive has more', async () => {
    const from = await open(1);
    const writer = from.ana.ingest({ role: 'assistant' });
    await writer.write('One sentence. Another ');
    const early = await textOf(from.ana);
    await writer.write('one. A third');
    await writer.complete();
    const late = await textOf(from.ana);
    const to = await open(9);
    expect(await to.ana.import(pieces(early))).toMatchObject({ torn: 1 });
    expect(await to.ana.messages()).toMatchObject([{ state: 'torn', text: 'One sentence. Another ' }]);
    expect(await to.ana.import(pieces(late))).toMatchObject({ torn: 0 });
    expect(await to.ana.messages()).toEqual(await from.ana.messages());
    expect((await to.memory.doctor()).faults).toEqual([]);
    expect(await to.ana.import(pieces(late))).toMatchObject({ imported: 0 });
  });

  it('leaves what is here already, and adds to it', async () => {
    const from = await open(1);
    await from.ana.observe({ role: 'user', content: 'From there.' });
    const to = await open(9);
    await to.ana.observe({ role: 'user', content: 'From here.' });
    await to.ana.import(pieces(await textOf(from.ana)));
    expect((await to.ana.messages()).map((message) => message.text)).toEqual(['From here.', 'From there.']);
  });

  it('writes nothing in a dry run', async () => {
    const from = await open(1);
    await live(from, [
      { do: 'observe', text: 'One.' },
      { do: 'document', text: 'A page of text.' },
    ]);
    const to = await open(9);
    const report = await to.ana.import(pieces(await textOf(from.ana)), { dryRun: true });
    expect(report).toEqual({
      dryRun: true,
      from: ANA,
      entries: 5,
      imported: 5,
      known: 0,
      forgotten: 0,
      sources: 2,
      torn: 0,
    });
    expect(await to.ana.messages()).toEqual([]);
  });

  it('takes facts along, and does not find them again', async () => {
    const from = await open(1);
    await (await from.ana.observe({ role: 'user', content: 'My cat is called Miso.' })).settled();
    expect(await from.ana.facts()).not.toEqual([]);
    const to = await open(9);
    await to.ana.import(pieces(await textOf(from.ana)));
    expect(await to.ana.facts()).toEqual(await from.ana.facts());
    expect(await textOf(to.ana)).toBe(await textOf(from.ana));
  });

  it('does the work that an archive queues, and once when a later archive has done it too', async () => {
    const from = await open(1);
    const receipt = await from.ana.observe({ role: 'user', content: 'My cat is called Miso.' });
    const early = await textOf(from.ana);
    expect(early).not.toContain('"operation"');
    await receipt.settled();
    const to = await open(9);
    await to.ana.import(pieces(early));
    await expect.poll(() => to.ana.facts()).toHaveLength(1);
    await to.ana.import(pieces(await textOf(from.ana)));
    expect(await to.ana.facts()).toHaveLength(1);
    expect((await to.memory.doctor()).faults).toEqual([]);
  });

  it('has nothing of what was forgotten', async () => {
    const from = await open(1);
    const receipt = await from.ana.observe({ role: 'user', content: 'My cat is called Miso.' });
    await receipt.settled();
    await from.ana.observe({ role: 'assistant', content: 'Noted.' });
    await from.ana.forget(receipt.id);
    const archive = await textOf(from.ana);
    expect(archive).not.toContain('Miso');
    expect(archive).not.toContain(receipt.id);
    const to = await open(9);
    await to.ana.import(pieces(archive));
    expect(await to.ana.messages()).toEqual(await from.ana.messages());
  });

  it("takes another scope's jobs under ids of its own", async () => {
    const from = await open(1);
    await from.ana.observe({ role: 'user', content: 'My cat is called Miso.' });
    const ben = from.memory.scope({ tenant: 'acme', user: 'ben' });
    await ben.import(pieces(await textOf(from.ana)), { rescope: true });
    await expect.poll(() => ben.facts()).toHaveLength(1);
    await expect.poll(() => from.ana.facts()).toHaveLength(1);
  });

  it('shows a fact once where another scope did the work that the first archive had queued', async () => {
    const from = await open(1);
    const cat = await from.ana.observe({ role: 'user', content: 'My cat is called Miso.' });
    const early = await textOf(from.ana);
    await cat.settled();
    const home = await from.ana.observe({ role: 'user', content: 'I live in Porto.' });
    await home.settled();
    await (await from.ana.observe({ role: 'user', content: 'I moved to Lisbon.' })).settled();
    const to = await open(9);
    const ben = to.memory.scope({ tenant: 'acme', user: 'ben' });
    await ben.import(pieces(early), { rescope: true });
    await expect.poll(() => ben.facts()).toHaveLength(1);
    const late = await textOf(from.ana);
    await ben.import(pieces(late), { rescope: true });
    const told = (scope: ScopedMemory) => scope.facts().then((facts) => facts.map((fact) => fact.text));
    expect(await told(ben)).toEqual(await told(from.ana));
    expect(await ben.import(pieces(late), { rescope: true })).toMatchObject({ imported: 0 });
    expect((await to.memory.doctor()).faults).toEqual([]);
  });

  it('brings nothing back that was forgotten since, unless told to', async () => {
    const from = await open(1);
    const said = async (content: string, id: string) =>
      (await from.ana.observe({ role: 'user', content, id })).settled();
    await said('I like tea.', 'a');
    await said('I really like tea!', 'b');
    await said('My cat is called Miso.', 'c');
    await said('I like rain.', 'd');
    await from.ana.pin('c' as MessageId, true);
    const archive = await textOf(from.ana);
    const seen = (scope: ScopedMemory) =>
      scope.facts().then((facts) => facts.map(({ text: words, sources }) => [words, sources.length]));
    await from.ana.forget('a' as MessageId);
    await from.ana.forget('c' as MessageId);
    const rain = (await from.ana.facts()).find((fact) => fact.text.includes('rain'));
    await from.ana.forget(rain?.id as FactId);
    const before = await textOf(from.ana);
    const report = await from.ana.import(pieces(archive));
    expect(report).toMatchObject({ imported: 0, sources: 0 });
    expect(report.forgotten).toBeGreaterThan(8);
    expect(await textOf(from.ana)).toBe(before);
    expect(await from.ana.import(pieces(archive), { restoreForgotten: true })).toMatchObject({
      sources: 2,
      forgotten: 0,
    });
    expect((await from.ana.messages()).map(({ id }) => String(id)).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(await seen(from.ana)).toContainEqual(['The user likes rain.', 1]);
    expect((await from.memory.doctor()).faults).toEqual([]);
  });

  it('stays behind the walls of its scope unless told otherwise', async () => {
    const from = await open(1);
    await from.ana.observe({ role: 'user', content: 'One.' });
    const archive = await textOf(from.ana);
    const ben = from.memory.scope({ tenant: 'acme', user: 'ben' });
    expect(await textOf(ben)).not.toContain('One.');
    await expect(ben.import(pieces(archive))).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(await ben.import(pieces(archive), { rescope: true })).toMatchObject({
      from: ANA,
      sources: 1,
      known: 0,
    });
    expect(await ben.messages()).toMatchObject([{ text: 'One.' }]);
  });

  it('refuses a message that went another way here, and writes nothing', async () => {
    const from = await open(1);
    const to = await open(9);
    await from.ana.observe({ role: 'assistant', content: 'First.' });
    await from.ana.observe({ role: 'assistant', content: 'There.', id: 'm' });
    await to.ana.observe({ role: 'user', content: 'Here.', id: 'm' });
    await expect(to.ana.import(pieces(await textOf(from.ana)))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
      details: { line: 3 },
    });
    expect(await to.ana.messages()).toHaveLength(1);
  });
});

/** An archive with other entries and a right checksum. */
const forge = (...entries: readonly unknown[]): string => {
  const header = { archive: 'retentive', version: 1, scope: ANA };
  const body = [header, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${body}${JSON.stringify({ end: true, entries: entries.length, sha256 })}\n`;
};

const source = (more: object = {}, header: object = {}): object => ({
  at: 1,
  body: {
    kind: 'source',
    source: {
      type: 'message',
      id: 'm',
      thread: 't',
      role: 'user',
      origin: 'user',
      time: 1,
      remember: true,
      ...header,
    },
    state: 'open',
    text: 'abc',
    cuts: [],
    ...more,
  },
});

describe('a faulty archive', () => {
  let to: Bench;
  beforeAll(async () => {
    to = await open(9);
  });
  afterAll(() => to.memory.close());

  const refused = async (archive: string): Promise<unknown> => {
    const error: unknown = await to.ana.import(pieces(archive)).catch((thrown: unknown) => thrown);
    expect(await to.ana.messages()).toEqual([]);
    return error;
  };

  it('is refused wherever it is cut or a byte of it is changed, with nothing written', async () => {
    const from = await open(1);
    await live(from, [
      { do: 'observe', text: 'My cat is called Miso.', key: 'k' },
      { do: 'stream', texts: ['One sentence. ', 'Another one.'], end: 'tear' },
      { do: 'line', line: 'Speaks Portuguese.' },
    ]);
    const archive = await textOf(from.ana);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: archive.length - 2 }),
        fc.constantFrom('cut', 'flip', 'drop'),
        async (at, fault) => {
          const damaged =
            fault === 'cut'
              ? archive.slice(0, at)
              : fault === 'drop'
                ? archive.slice(0, at) + archive.slice(at + 1)
                : archive.slice(0, at) +
                  String.fromCharCode(archive.charCodeAt(at) ^ 1) +
                  archive.slice(at + 1);
          expect(await refused(damaged)).toMatchObject({
            code: expect.stringMatching(/^(FILE_INVALID|OPTION_INVALID|STORE_VERSION_UNSUPPORTED)$/u),
          });
        },
      ),
      { numRuns: 200, seed: 13 },
    );
  });

  it.each([
    ['nothing', '', 1],
    ['other JSON', '{}\n', 1],
    ['no JSON', 'hello\n', 1],
    ['a missing end', forge().split('\n')[0] ?? '', 2],
    ['lines behind the end', `${forge()}{}\n`, 3],
    ['an unknown kind', forge({ at: 1, body: { kind: 'spell' } }), 2],
    ['a time that is none', forge({ ...source(), at: 'now' }), 2],
    ['an unknown role', forge(source({}, { role: 'king' })), 2],
    ['cuts beyond the text', forge(source({ cuts: [[4, 1]] })), 2],
    [
      'cuts that fall',
      forge(
        source({
          cuts: [
            [2, 1],
            [1, 1],
          ],
        }),
      ),
      2,
    ],
    ['a source twice', forge(source(), { ...source(), at: 2 }), 3],
    [
      'text of an unknown message',
      forge({ at: 1, body: { kind: 'text', id: 'n', offset: 0, text: 'a', cuts: [] } }),
      2,
    ],
    [
      'text with a gap',
      forge(source(), { at: 2, body: { kind: 'text', id: 'm', offset: 9, text: 'a', cuts: [] } }),
      3,
    ],
    [
      'keys of no source',
      forge({ at: 1, body: { kind: 'access', items: [] }, keys: [{ key: 'k', hash: 'h' }] }),
      2,
    ],
    [
      'an operation without a target',
      forge({ at: 1, body: { kind: 'operation', operation: { id: 'o', kind: 'add' } } }),
      2,
    ],
  ])('is refused for %s, with its line', async (_, archive, line) => {
    expect(await refused(archive)).toMatchObject({ code: 'FILE_INVALID', details: { line } });
  });

  it('is refused when it is of a newer version', async () => {
    const archive = forge().replace('"version":1', '"version":2');
    expect(await refused(archive)).toMatchObject({
      code: 'STORE_VERSION_UNSUPPORTED',
      details: { version: 2, supported: 1 },
    });
  });
});
