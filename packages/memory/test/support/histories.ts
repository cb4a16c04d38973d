import {
  type Context,
  type Fact,
  type FactId,
  isRetentiveError,
  type ManualClock,
  type MessageId,
  type OperationId,
  ROLES,
} from '@retentive/core';
import fc from 'fast-check';
import type { ChunkWriter, ContextOptions, FactChangeInput, Memory, ScopedMemory } from '../../src/index.ts';

/** One thing that happens to a memory. Numbers choose among what there is, modulo its count. */
export type Step =
  | {
      readonly type: 'observe';
      readonly text: string;
      readonly by: number;
      readonly thread: string;
      readonly agent: string | undefined;
      /** From the clock, in hours. */
      readonly hours: number;
      readonly expires: boolean;
    }
  | { readonly type: 'write'; readonly slot: number; readonly text: string; readonly thread: string }
  | { readonly type: 'writeAll'; readonly text: string }
  | { readonly type: 'end'; readonly slot: number; readonly complete: boolean }
  | { readonly type: 'resume'; readonly slot: number; readonly torn: number; readonly share: number }
  | {
      readonly type: 'block';
      readonly label: string;
      readonly line: number;
      readonly by: number;
      readonly change: number;
    }
  | { readonly type: 'fact'; readonly kind: number; readonly text: string; readonly at: number }
  | { readonly type: 'undo'; readonly at: number }
  | { readonly type: 'pin'; readonly at: number; readonly pinned: boolean }
  | { readonly type: 'advance'; readonly hours: number }
  | { readonly type: 'forget'; readonly at: number };

const THREADS = ['default', 'b', 'a'] as const;
const SPEAKERS = [undefined, 'Miranda', 'Augustin', undefined] as const;
const AGENTS = [undefined, 'helper', 'helper/deep'] as const;
const LABELS = ['profile', 'plans'] as const;
const LINES = ['Lives in Lisbon.', 'Has a kayak.', 'Likes tea.', 'Works at night.'] as const;
/** Documents stream in through the last slot. */
const SLOTS = 3;

const words = fc.constantFrom(
  'the kayak is red. ',
  'a ferry leaves at nine. ',
  'In March we met near the pier! ',
  '今日は雨です。',
  '🙂 ',
  'my boat, your boat. ',
  '\n\n',
  'word ',
);
const texts = fc
  .tuple(fc.array(words, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 12 }))
  .map(([parts, times]) => parts.join('').repeat(times))
  .filter((text) => text.trim() !== '');
const threads = fc.constantFrom(...THREADS);
const slot = fc.nat(SLOTS - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('observe' as const),
      text: texts,
      by: fc.nat(15),
      thread: threads,
      agent: fc.constantFrom(...AGENTS),
      hours: fc.integer({ min: -60, max: 20 }),
      expires: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('write' as const), slot, text: texts, thread: threads }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('writeAll' as const), text: texts }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('end' as const), slot, complete: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('resume' as const),
      slot,
      torn: fc.nat(9),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('block' as const),
      label: fc.constantFrom(...LABELS),
      line: fc.nat(3),
      by: fc.nat(3),
      change: fc.nat(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('fact' as const), kind: fc.nat(5), text: texts, at: fc.nat(9) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('undo' as const), at: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('pin' as const), at: fc.nat(9), pinned: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('advance' as const), hours: fc.integer({ min: 0, max: 30 }) }),
  },
);

/** What may happen to a memory between its opening and its end. */
export const histories: fc.Arbitrary<readonly Step[]> = fc.array(step, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});

/** Shorter ones in which things are also forgotten, for many runs. */
export const commandSequences: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: step },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), at: fc.nat(20) }) },
  ),
  { minLength: 1, maxLength: 14, size: 'max' },
);

/** What a caller remembers of what it did; it outlives the memory's owner. */
export interface Caller {
  readonly facts: FactId[];
  readonly operations: OperationId[];
  readonly messages: MessageId[];
}

/** A caller who has done nothing yet. */
export const createCaller = (): Caller => ({ facts: [], operations: [], messages: [] });

/** Codes of calls that cannot be carried out as things stand, such as undoing what was built upon. */
const REFUSALS: ReadonlySet<string> = new Set([
  'OPTION_INVALID',
  'FACT_NOT_FOUND',
  'BUDGET_EXCEEDED',
  'MESSAGE_NOT_FOUND',
]);

const unlessRefused = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (isRetentiveError(error) && REFUSALS.has(error.code)) return undefined;
    throw error;
  }
};

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** Carries a history out on the memory of one user, through its threads and agents; every writer has ended after it. */
export const live = async (
  memory: Memory,
  clock: ManualClock,
  caller: Caller,
  steps: readonly Step[],
  name = 'ana',
): Promise<void> => {
  const scopeOf = (agent?: string): ScopedMemory =>
    memory.scope({ tenant: 'acme', user: name, ...(agent === undefined ? {} : { agent }) });
  const user = scopeOf();
  const writers = new Map<number, ChunkWriter>();

  const factOf = (text: string, at: number): Extract<FactChangeInput, { kind: 'add' }>['fact'] => ({
    text: text.slice(0, 80),
    subject: 'user',
    attribute: ['boat', 'home'][at % 2] as string,
    ...(at % 3 === 0 && caller.facts.length > 0 ? { premises: [pick(caller.facts, at) as FactId] } : {}),
    ...(at % 5 === 0 ? { valid: { from: clock.now() - at * 86_400_000 } } : {}),
  });
  const changeOf = (kind: number, text: string, at: number): FactChangeInput => {
    const id = pick(caller.facts, at);
    const fact = factOf(text, at);
    if (id === undefined || kind < 3) return { kind: 'add', fact };
    if (kind === 3) return { kind: 'retract', id };
    // What takes a fact's place is not derived from it.
    const { premises: _, ...other } = fact;
    return { kind: kind === 4 ? 'update' : 'supersede', id, fact: other };
  };

  const carryOut: { readonly [T in Step['type']]: (step: Extract<Step, { type: T }>) => Promise<void> } = {
    async observe(step) {
      const time = clock.now() + step.hours * 3_600_000;
      const speaker = SPEAKERS[step.by % 4];
      const { id } = await scopeOf(step.agent).observe({
        role: ROLES[step.by >> 2] ?? 'user',
        content: step.text,
        time,
        thread: step.thread,
        ...(speaker === undefined ? {} : { speaker }),
        ...(step.expires ? { expiresAt: time + 48 * 3_600_000 } : {}),
      });
      caller.messages.push(id);
    },
    async write(step) {
      const known = writers.get(step.slot);
      const { thread } = step;
      const writer =
        known ??
        (step.slot === SLOTS - 1
          ? user.ingestDocument({ title: 'Harbour rules', thread })
          : user.ingest({ role: step.slot === 0 ? 'user' : 'assistant', thread }));
      writers.set(step.slot, writer);
      await writer.write(step.text);
    },
    async writeAll(step) {
      await Promise.all(
        [...writers.values()].flatMap((writer) => [
          writer.write(step.text.slice(0, 7)),
          writer.write(step.text.slice(7)),
        ]),
      );
    },
    async end(step) {
      const writer = writers.get(step.slot);
      writers.delete(step.slot);
      await (step.complete ? writer?.complete() : writer?.tear());
    },
    async resume(step) {
      const torn = pick(
        (await user.messages()).filter(({ state }) => state === 'torn'),
        step.torn,
      );
      if (torn === undefined || writers.has(step.slot)) return;
      const offset = Math.floor(step.share * torn.text.length);
      const writer = await memory.resume(torn.id, offset);
      writers.set(step.slot, writer);
      await writer.write(`${torn.text.slice(offset)} And on it goes.`);
    },
    async block(step) {
      const line = LINES[step.line] as string;
      const type = (['append', 'append', 'replace', 'remove'] as const)[step.change] ?? 'append';
      const change = type === 'replace' ? { type, line, by: LINES[step.by] as string } : { type, line };
      await unlessRefused(user.core.change(change, { label: step.label }));
    },
    async fact(step) {
      const change = changeOf(step.kind, step.text, step.at);
      const changed = await unlessRefused(user.changeFact(change));
      if (changed === undefined) return;
      caller.facts.push(changed.fact.id);
      caller.operations.push(changed.operation);
    },
    async undo(step) {
      const operation = pick(caller.operations, step.at);
      if (operation !== undefined) await unlessRefused(user.undo(operation));
    },
    async pin(step) {
      const message = pick(caller.messages, step.at);
      if (message !== undefined) await unlessRefused(user.pin(message, step.pinned));
    },
    async forget(step) {
      const id = pick([...caller.messages, ...caller.facts], step.at);
      if (id !== undefined) await unlessRefused(user.forget(id));
    },
    async advance(step) {
      clock.advance(step.hours * 3_600_000);
    },
  };

  for (const next of steps) await (carryOut[next.type] as (step: Step) => Promise<void>)(next);
  await Promise.all([...writers.values()].map((writer) => writer.tear()));
};

const QUERIES = [
  'Where is my red kayak?',
  'What did Miranda say about the ferry in March?',
  '雨',
  'word boat pier rules',
] as const;
const BUDGETS = [60, 250, 4_000] as const;

/** Everything that can be read of one user, by any of its threads and agents, at one moment. */
export const readEverything = async (memory: Memory, now: number): Promise<unknown> => {
  const user = memory.scope({ tenant: 'acme', user: 'ana' });
  const contexts: Omit<Context, 'id'>[] = [];
  // Who compares what a memory reads must not change it.
  const read = async (scope: ScopedMemory, query: string, options: ContextOptions): Promise<void> => {
    const { id: _, ...context } = await scope.context(query, { ...options, now, access: false });
    contexts.push(context);
  };
  for (const query of QUERIES) {
    for (const tokens of BUDGETS) await read(user, query, { budget: { tokens } });
    await read(user, query, { archive: true });
  }
  for (const agent of ['helper', 'helper/deep']) {
    await read(memory.scope({ tenant: 'acme', user: 'ana', agent }), QUERIES[0], {});
  }
  const facts: (readonly Fact[])[] = [];
  for (const knownAt of [now, now - 36 * 3_600_000]) {
    facts.push(await user.facts({ knownAt }), await user.facts({ knownAt, asOf: now - 86_400_000 }));
  }
  const threads = await Promise.all(THREADS.map((thread) => user.messages({ thread, limit: 3 })));
  // What is compared of projections beyond that depends on which are in use.
  const { ok, scopes, messages, faults } = await memory.doctor();
  return {
    messages: await user.messages(),
    threads,
    blocks: await user.core.blocks(),
    facts,
    retention: await user.retention(),
    contexts,
    doctor: { ok, scopes, messages, faults },
  };
};

/** A smaller reading than {@link readEverything}, with searches: what a program sees of one user at one moment. */
export const readBriefly = async (memory: Memory, now: number, name: string): Promise<unknown> => {
  const user = memory.scope({ tenant: 'acme', user: name });
  const read = async (options: ContextOptions): Promise<unknown> => {
    const { id: _, ...context } = await user.context(QUERIES[1], { ...options, now, access: false });
    return context;
  };
  return {
    messages: await user.messages(),
    blocks: await user.core.blocks(),
    facts: await user.facts(),
    before: await user.facts({ knownAt: now - 36 * 3_600_000, asOf: now - 86_400_000 }),
    retention: await user.retention(),
    small: await read({ budget: { tokens: 120 } }),
    archive: await read({ archive: true }),
    found: await user.search(QUERIES[0], { limit: 20 }),
  };
};
