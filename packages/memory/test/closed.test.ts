import { type ContextId, collect, type FactId, type MessageId, type OperationId } from '@retentive/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChunkWriter, Memory, ScopedMemory } from '../src/index.ts';
import { codeOf } from '../src/testing/journal-fixtures.ts';
import { inFolder, inProcess, type TestPlace } from './support/memories.ts';

const SCOPE = { tenant: 'acme', user: 'ana' };
const MESSAGE = 'm' as MessageId;

/** Every method there is, by name: a new one is a missing key here. */
type Calls<Port> = {
  readonly [Name in keyof Port as Port[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: () => unknown;
};

const callsOfMemory = (memory: Memory): Omit<Calls<Memory>, 'close'> => ({
  scope: () => memory.scope(SCOPE),
  resume: () => memory.resume(MESSAGE, 0),
  reembed: () => memory.reembed(),
  doctor: () => memory.doctor(),
  erase: () => memory.erase(SCOPE),
  sweep: () => memory.sweep(),
  jobs: () => memory.jobs(),
  retryJobs: () => memory.retryJobs(),
  stats: () => memory.stats(),
  backup: () => memory.backup('nowhere/'),
  changes: () => collect(memory.changes()),
  announce: () => memory.announce(undefined),
});

const callsOfScope = (ana: ScopedMemory): Calls<ScopedMemory> => ({
  observe: () => ana.observe({ role: 'user', content: 'late' }),
  ingest: () => ana.ingest({ role: 'user' }),
  ingestDocument: () => ana.ingestDocument({ title: 'late' }),
  resume: () => ana.resume(MESSAGE, 0),
  context: () => ana.context('kayak'),
  facts: () => ana.facts(),
  known: () => ana.known({ about: 'Ana', attribute: 'home' }),
  proposeFacts: () => ana.proposeFacts([]),
  episodes: () => ana.episodes(),
  timeline: () => ana.timeline({ about: 'kayak' }),
  consolidate: () => ana.consolidate(),
  changeFact: () => ana.changeFact({ kind: 'retract', id: 'f' as FactId }),
  entities: () => ana.entities(),
  mergeEntities: () => ana.mergeEntities('Ana', 'Anna'),
  splitEntities: () => ana.splitEntities('Ana', 'Anna'),
  undo: () => ana.undo('o' as OperationId),
  search: () => ana.search(''),
  pin: () => ana.pin(MESSAGE, true),
  retention: () => ana.retention(),
  forget: () => ana.forget(MESSAGE),
  export: () => collect(ana.export()),
  import: () => ana.import(() => ana.export()),
  messages: () => ana.messages(),
  notes: () => ana.notes(),
  examples: () => ana.examples(),
  remember: () => ana.remember({ outcome: 'good', input: 'kayak?', output: 'late' }),
  sentContext: () => ana.sentContext('c' as ContextId),
  importFrom: () => ana.importFrom(async function* () {}, { from: 'openai-jsonl' }),
});

const callsOfCore = ({ core }: ScopedMemory): Calls<ScopedMemory['core']> => ({
  blocks: () => core.blocks(),
  change: () => core.change({ type: 'append', line: 'late' }),
  versions: () => core.versions(),
});

const callsOfWriter = (writer: ChunkWriter): Omit<Calls<ChunkWriter>, 'tear'> => ({
  write: () => writer.write('late'),
  complete: () => writer.complete(),
});

const codesOf = async (calls: Readonly<Record<string, () => unknown>>): Promise<unknown> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(calls).map(
        async ([name, call]) => [name, await codeOf((async () => call())())] as const,
      ),
    ),
  );

describe.each([
  ['in this process', inProcess],
  ['in a folder', inFolder],
])('a memory %s', (_, placeOf) => {
  let place: TestPlace;
  let memory: Memory;
  let ana: ScopedMemory;
  let writer: ChunkWriter;
  let calls: Readonly<Record<string, () => unknown>>;

  beforeEach(async () => {
    place = await placeOf();
    memory = await place.open({ extractor: false });
    ana = memory.scope(SCOPE);
    await ana.observe({ role: 'user', content: 'The kayak is red.', id: MESSAGE });
    writer = ana.ingest({ role: 'assistant' });
    await writer.write('The ');
    calls = {
      ...callsOfMemory(memory),
      ...callsOfScope(ana),
      ...callsOfCore(ana),
      ...callsOfWriter(writer),
    };
  });
  afterEach(() => place.remove());

  const expectClosed = async (): Promise<void> =>
    expect(await codesOf(calls)).toEqual(
      Object.fromEntries(Object.keys(calls).map((name) => [name, 'STORE_CLOSED'])),
    );

  it('answers every method with STORE_CLOSED from its close on, which may be called again', async () => {
    const closed = memory.close();
    await expectClosed();
    await closed;
    await memory.close();
    await expectClosed();
    await writer.tear();
  });

  it('keeps nothing of what was called too late', async () => {
    await memory.close();
    await codesOf(calls);
    if (!('path' in place)) return;
    const again = await place.open({ extractor: false });
    expect((await again.scope(SCOPE).messages()).map(({ text, state }) => [text, state])).toEqual([
      ['The kayak is red.', 'complete'],
      ['The ', 'torn'],
    ]);
    expect(await again.scope(SCOPE).core.blocks()).toEqual([]);
    await again.close();
  });

  it('is closed for its own holder alone where others hold the folder too', async ({ skip }) => {
    if (!('path' in place)) return skip('memories in this process are not shared');
    const other = await place.open();
    await memory.close();
    await expectClosed();
    expect(await other.scope(SCOPE).messages()).toHaveLength(2);
    await other.close();
  });
});
