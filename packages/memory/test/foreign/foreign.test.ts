import { readFile } from 'node:fs/promises';
import {
  createEstimatingTokenizer,
  createManualClock,
  createSeededRandom,
  type FactId,
  type MessageId,
} from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ForeignFormat, type Memory, openMemory, type ScopedMemory } from '../../src/index.ts';
import { codeOf } from '../../src/testing/journal-fixtures.ts';

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

/** Text as a file gives it: in pieces that know nothing of its structure. */
const inPieces = (text: string, size = 61) =>
  async function* () {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  };

let memory: Memory;
let ana: ScopedMemory;
beforeEach(async () => {
  const clock = createManualClock(Date.UTC(2025, 11, 1));
  memory = await openMemory({ clock, random: createSeededRandom(3), tokenizer: createEstimatingTokenizer() });
  ana = memory.scope({ tenant: 'acme', user: 'ana' });
});
afterEach(() => memory.close());

const said = async (): Promise<readonly unknown[]> =>
  (await ana.messages()).map(({ role, text, thread, time }) => [
    role,
    text,
    thread,
    new Date(time).toISOString(),
  ]);

const NOW = '2025-12-01T00:00:00.000Z';

describe('importFrom', () => {
  it('takes the branch of each conversation of ChatGPT that it ended on, with ids and times', async () => {
    const report = await ana.importFrom(inPieces(await fixture('chatgpt.json')), { from: 'chatgpt' });
    expect(report).toMatchObject({ messages: 2, replayed: 0, skipped: 5 });
    expect(report.skips).toEqual([
      { at: 'conversation 1, message 2', reason: 'not-said' },
      { at: 'conversation 1, message 4', reason: 'not-said' },
      { at: 'conversation 1, message 5', reason: 'not-said' },
      { at: 'conversation 1, other message 1', reason: 'other-branch' },
      { at: 'conversation 3', reason: 'invalid', detail: expect.stringContaining('mapping') },
    ]);
    expect(await said()).toEqual([
      ['user', 'My cat is called Miso.\nHe is grey.', 'chatgpt-c-1', '2024-05-03T12:00:01.500Z'],
      ['assistant', 'A fine name.', 'chatgpt-c-1', '2024-05-03T12:00:10.000Z'],
    ]);
    expect((await ana.messages())[0]).toMatchObject({
      id: 'chatgpt-m2',
      metadata: { importedFrom: 'chatgpt', title: 'A cat' },
    });
  });

  it('takes conversations of JSON Lines of OpenAI, and leaves faulty lines out', async () => {
    const report = await ana.importFrom(inPieces(await fixture('openai.jsonl')), { from: 'openai-jsonl' });
    expect(report).toMatchObject({ messages: 6, skipped: 5 });
    expect(report.skips.map(({ at, reason }) => [at, reason])).toEqual([
      ['line 1, message 1', 'not-said'],
      ['line 3, message 2', 'empty'],
      ['line 4', 'invalid'],
      ['line 5', 'invalid'],
      ['line 6, message 1', 'invalid'],
    ]);
    const messages = await ana.messages();
    expect(messages.map(({ role, text, speaker }) => [role, text, speaker])).toEqual([
      ['user', 'I like tea.', 'Ana'],
      ['assistant', 'Noted.', undefined],
      ['user', 'And rain.', undefined],
      ['tool', 'ok', undefined],
      ['assistant', 'Yes.', undefined],
      ['user', 'I like tea.', undefined],
    ]);
    expect(new Set(messages.map(({ thread }) => thread)).size).toBe(3);
  });

  it('takes LangChain’s stored messages, by session, and messages as they serialise themselves', async () => {
    const report = await ana.importFrom(inPieces(await fixture('langchain.json')), { from: 'langchain' });
    expect(report.skips.map(({ at, reason }) => [at, reason])).toEqual([
      ['message 3', 'not-said'],
      ['message 5', 'empty'],
      ['message 6', 'invalid'],
      ['message 9', 'invalid'],
    ]);
    expect(await said()).toEqual([
      ['user', 'I like tea.', 'langchain', NOW],
      ['assistant', 'Noted.', 'langchain', NOW],
      ['user', 'And rain.', 'langchain', NOW],
      ['user', 'In a session.', 's1', NOW],
      ['assistant', 'As text.', 's1', NOW],
    ]);
    const rows = '{"session_id":1,"message":{"type":"human","data":{"content":"One."}}}\n'.repeat(2);
    expect(await ana.importFrom(inPieces(rows), { from: 'langchain', thread: 't' })).toMatchObject({
      messages: 2,
    });
    expect(await ana.messages({ thread: 't' })).toHaveLength(2);
  });

  it('takes what was said and what is known of the person from an agent file of Letta', async () => {
    const report = await ana.importFrom(inPieces(await fixture('letta.af')), { from: 'letta' });
    expect(report).toMatchObject({ messages: 3, lines: 2, skipped: 6 });
    const thread = expect.stringMatching(/^letta-/u) as unknown;
    expect(await said()).toEqual([
      ['user', 'I live in Porto.', thread, '2025-10-31T22:57:00.000Z'],
      ['assistant', 'Porto is lovely.', thread, '2025-10-31T22:57:02.000Z'],
      ['user', 'And I like tea.', thread, '2025-10-31T22:58:00.000Z'],
    ]);
    expect(await ana.core.blocks()).toMatchObject([
      { label: 'profile', lines: ['First name: Ana', 'Likes tea'] },
    ]);
  });

  it('takes memories of Mem0 as facts of one user, recorded when they were', async () => {
    const report = await ana.importFrom(inPieces(await fixture('mem0.json')), { from: 'mem0' });
    expect(report).toMatchObject({ facts: 2, skipped: 3 });
    expect(report.skips.map(({ reason }) => reason)).toEqual(['other-user', 'empty', 'invalid']);
    expect((await ana.facts()).map(({ text, recorded }) => [text, recorded.from])).toEqual([
      ['Likes tea', Date.UTC(2024, 4, 4, 12, 0, 0, 123)],
      ['Ana lives in Porto', Date.UTC(2024, 4, 3, 19)],
    ]);
    const ben = memory.scope({ tenant: 'acme', user: 'ben' });
    await ben.importFrom(inPieces(await fixture('mem0.json')), { from: 'mem0', sourceUser: 'ben' });
    expect((await ben.facts()).map(({ text }) => text)).toEqual(['Likes coffee']);
    expect((await memory.doctor()).faults).toEqual([]);
  });

  it.each([
    ['chatgpt', 'chatgpt.json'],
    ['openai-jsonl', 'openai.jsonl'],
    ['langchain', 'langchain.json'],
    ['letta', 'letta.af'],
    ['mem0', 'mem0.json'],
  ] as const)('says of %s before what it will do, and does nothing the second time', async (from, name) => {
    const open = inPieces(await fixture(name), 7);
    const dry = await ana.importFrom(open, { from, dryRun: true });
    expect([await ana.messages(), await ana.facts(), await ana.core.blocks()]).toEqual([[], [], []]);
    const { messages, facts, lines, skips, skipped } = await ana.importFrom(open, { from });
    expect(dry).toEqual({ from, dryRun: true, messages, facts, lines, replayed: 0, skips, skipped });
    const before = [await ana.messages(), await ana.facts(), await ana.core.blocks()];
    const again = { messages: 0, facts: 0, lines: 0, replayed: messages + facts + lines, skips };
    expect(await ana.importFrom(open, { from, dryRun: true })).toMatchObject(again);
    expect(await ana.importFrom(open, { from })).toMatchObject(again);
    expect([await ana.messages(), await ana.facts(), await ana.core.blocks()]).toEqual(before);
  });

  it('goes on where a file has grown, and leaves out what was forgotten here', async () => {
    const text = await fixture('openai.jsonl');
    const [first = ''] = text.split('\n');
    await ana.importFrom(inPieces(first), { from: 'openai-jsonl' });
    await ana.forget((await ana.messages())[1]?.id as MessageId);
    const report = await ana.importFrom(inPieces(text), { from: 'openai-jsonl' });
    expect(report).toMatchObject({ messages: 4, replayed: 1 });
    expect(report.skips[1]).toEqual({ at: 'line 1, message 3', reason: 'forgotten' });
    await ana.importFrom(inPieces(await fixture('mem0.json')), { from: 'mem0' });
    await ana.forget((await ana.facts()).find(({ text: words }) => words === 'Likes tea')?.id as FactId);
    const facts = await ana.importFrom(inPieces(await fixture('mem0.json')), { from: 'mem0' });
    expect(facts).toMatchObject({ facts: 0, replayed: 1 });
    expect(facts.skips[0]).toEqual({ at: 'memory 2', reason: 'forgotten' });
  });

  it.each<readonly [string, ForeignFormat, string]>([
    ['nothing', 'chatgpt', ''],
    ['no JSON', 'chatgpt', 'hello'],
    ['a cut-off list', 'chatgpt', '[{"id":"c","mapping":{'],
    ['a cut-off string', 'mem0', '{"results":[{"memory":"abc'],
    ['an element that is no JSON', 'langchain', '[{"type":"human"},{oops}]'],
    ['brackets that do not match', 'letta', '{"agents":[}]'],
    ['depth without end', 'mem0', '['.repeat(100_000)],
    ['text behind its end', 'chatgpt', '[] hello'],
  ])('refuses %s with one error, and takes in nothing', async (_, from, text) => {
    expect(await codeOf(ana.importFrom(inPieces(text), { from }))).toBe('FILE_INVALID');
    expect(await ana.messages()).toEqual([]);
  });

  it('takes hostile values for what they are', async () => {
    const hostile = [
      '{"__proto__":{"polluted":true},"id":"c","mapping":{}}',
      '{"id":"c","mapping":{"__proto__":{"parent":"x"}},"current_node":"__proto__"}',
      'null',
      '[[[]]]',
      `{"id":"c","current_node":"n","mapping":{"n":{"message":{"id":"m","author":{"role":"user"},"content":{"content_type":"text","parts":["hi"]},"create_time":1e300}}}}`,
      `{"id":"${'c'.repeat(400)}","current_node":"n","mapping":{"n":{"message":{"id":"m2","author":{"role":"user"},"content":{"content_type":"text","parts":["hi"]}}}}}`,
    ];
    const report = await ana.importFrom(inPieces(`[${hostile.join(',')}]`), { from: 'chatgpt' });
    expect(report.skips.map(({ reason }) => reason)).toEqual(['invalid', 'invalid', 'invalid', 'invalid']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await ana.messages()).toEqual([]);
    expect(await codeOf(ana.importFrom(inPieces('[]'), { from: 'other' as ForeignFormat }))).toBe(
      'OPTION_INVALID',
    );
    const controller = new AbortController();
    controller.abort();
    const { signal } = controller;
    expect(await codeOf(ana.importFrom(inPieces('[]'), { from: 'chatgpt', signal }))).toBe('ABORTED');
  });
});
