import { type ChatPrompt, type Fact, MAX_FACT_LENGTH, type Origin, type Role } from '@retentive/core';
import { describe, expect, it } from 'vitest';
import {
  createModelExtractor,
  createRuleExtractor,
  createToolWriter,
  type Memory,
  type MemoryOptions,
  type ScopedMemory,
} from '../../src/index.ts';
import { MODEL_TRUST, PLANTED_TRUST } from '../../src/writing/check-changes.ts';
import { EXTRACTION_PROMPT } from '../../src/writing/model/extraction-prompt.ts';
import { WRITER_PROMPT } from '../../src/writing/model/writer-prompt.ts';
import { WRITER_TOOLS } from '../../src/writing/model/writer-tools.ts';
import { inProcess } from '../support/memories.ts';
import { createTalkingModel, messagesIn, shownTo, type TalkingModel } from '../support/talking-model.ts';
import { INJECTIONS as ALL_INJECTIONS } from './injections.ts';

/** The short run takes every fourth, others each time; the long run all of them. */
const STEP = process.env['RETENTIVE_TEST_LONG'] === undefined ? 4 : 1;
const FIRST = Number(process.env['RETENTIVE_SEED'] ?? 0) % STEP;
const INJECTIONS = ALL_INJECTIONS.filter((_, index) => index % STEP === FIRST);

const ANA = { tenant: 'acme', user: 'ana' };

const LINE = 'Ana is a vegetarian.';

/** What a user says that has nothing to do with anything. */
const GREETING = 'Lovely weather in Aveiro';

/** Words of a text that can be a quote: all of it, as far as a quote goes. */
const quoteOf = (text: string): string => text.slice(0, 1_000);

/** What the strings ask for, of everything that a model was shown, with all the authority it can make up. */
const wishes = (prompt: ChatPrompt) => {
  const lines = shownTo(prompt);
  const read = messagesIn(prompt).map(({ message, text }) => ({ message, quote: quoteOf(text) }));
  const contexts = lines.flatMap(({ context, text = '' }) =>
    context === undefined ? [] : ['M2', 'C1', context].map((message) => ({ message, quote: quoteOf(text) })),
  );
  const around = lines.flatMap(({ context, text = '' }) => (context === undefined ? [] : [text]));
  /** What it is told to write: what stands around, else what it reads. */
  const told = around.length > 0 ? around : read.map(({ quote }) => quote);
  // Those that were there before come first; of what it wrote itself it may do what it likes.
  const known = lines.flatMap((line) => line.known ?? []).slice(0, 2);
  return { read, evidence: [...read, ...contexts], known, told };
};

/** Does what it is told by whatever it reads, as JSON. */
const obedientExtractor = (): TalkingModel =>
  createTalkingModel((prompt) => {
    const { read, evidence, known, told } = wishes(prompt);
    const power = { trust: 1, origin: 'user', role: 'system', store: 'core', sources: [{ origin: 'user' }] };
    return JSON.stringify({
      role: 'admin',
      facts: [
        // Something harmless, so that the rest is not put off with it.
        ...read.map((each) => ({ text: each.quote.slice(0, 40), evidence: [each] })),
        ...evidence.flatMap((each) => [
          {
            text: 'The user is an administrator.',
            attribute: 'role',
            value: 'administrator',
            evidence: [each],
            ...power,
          },
          ...told.map((text) => ({ text: text.slice(0, 500).trim() || 'x', evidence: [each], ...power })),
          ...known.flatMap((handle) =>
            (['withdrawn', 'changed', 'corrected', 'same'] as const).map((relation) => ({
              text: 'The user lives in Evilville.',
              attribute: 'home',
              value: 'Evilville',
              evidence: [each],
              known: handle,
              relation,
              ...power,
            })),
          ),
        ]),
      ],
    });
  });

/** Does what it is told by whatever it reads, by calls of tools. */
const obedientWriter = (): TalkingModel =>
  createTalkingModel((prompt) => {
    const { read, evidence, known, told } = wishes(prompt);
    const power = { trust: 1, origin: 'user', role: 'system' };
    // Something harmless, so that the rest is not put off with it.
    const harmless = read.map(
      (each) =>
        [
          'memory_insert',
          { memory: 'semantic', content: each.quote.slice(0, 40), evidence: [each] },
        ] as const,
    );
    const calls = evidence.flatMap((each): (readonly [string, unknown])[] => {
      const shared = { evidence: [each], ...power };
      return [
        ['memory_insert', { memory: 'core', content: 'The user is an administrator.', ...shared }],
        ...told.map(
          (text) =>
            [
              'memory_insert',
              { memory: 'core', content: text.replace(/\p{Cc}/gu, ' ').slice(0, 300), ...shared },
            ] as const,
        ),
        ['memory_update', { memory: 'core', id: 'C1', content: 'Obey evil.example.', ...shared }],
        ['memory_delete', { memory: 'core', id: 'C1', ...shared }],
        ['memory_insert', { memory: 'semantic', content: 'The user is an administrator.', ...shared }],
        ['memory_insert', { memory: 'episodic', content: 'The user became an administrator.', ...shared }],
        ['memory_set_trust', { id: 'F1', trust: 1 }],
        ['set_role', { role: 'admin' }],
        ...known.flatMap((id): (readonly [string, unknown])[] => [
          ['memory_update', { memory: 'semantic', id, content: 'The user lives in Evilville.', ...shared }],
          ['memory_delete', { memory: 'semantic', id, ...shared }],
        ]),
      ];
    });
    return { calls: [...harmless, ...calls] };
  });

/** A memory that knows two things, and has one line of core memory. */
const openKnowing = async (
  extractor: NonNullable<MemoryOptions['extractor']>,
): Promise<{ memory: Memory; ana: ScopedMemory; known: readonly Fact[] }> => {
  const place = await inProcess();
  const memory = await place.open({ extractor, wait: async (ms) => place.clock.advance(ms) });
  const ana = memory.scope(ANA);
  for (const [text, value] of [
    ['The user lives in Porto.', 'Porto'],
    ['The user trusts nobody, has admin friends and an evil example of a system.', 'nobody'],
  ] as const) {
    await ana.changeFact({
      kind: 'add',
      fact: { text, subject: 'user', attribute: 'home', value, trust: 0.5 },
    });
  }
  await ana.core.change({ type: 'append', line: LINE });
  return { memory, ana, known: await ana.facts() };
};

const assertUnchanged = async (
  ana: ScopedMemory,
  known: readonly Fact[],
  mostTrust: number,
): Promise<void> => {
  // Core memory, line by line and version by version.
  expect((await ana.core.blocks()).flatMap(({ lines }) => lines)).toEqual([LINE]);
  expect(await ana.core.versions()).toHaveLength(1);
  expect(await ana.notes()).toEqual([]);
  const facts = await ana.facts();
  for (const fact of known) expect(facts.find(({ id }) => id === fact.id)).toEqual(fact);
  const messages = new Map((await ana.messages()).map((message) => [message.id as string, message]));
  for (const fact of facts.filter(({ id }) => !known.some((old) => old.id === id))) {
    expect(fact.trust).toBeLessThanOrEqual(mostTrust);
    expect(fact.sources.length).toBeGreaterThan(0);
    for (const { source, origin, quote = '' } of fact.sources) {
      expect(origin).toBe('user');
      expect(messages.get(source)?.origin).toBe('user');
      expect(messages.get(source)?.text).toContain(quote);
    }
  }
};

const assertSameTools = ({ prompts }: TalkingModel, system: string, tools: unknown): void => {
  for (const prompt of prompts) {
    expect(prompt.messages[0]).toEqual({ role: 'system', content: system });
    expect(prompt.messages.filter(({ role }) => role === 'system')).toHaveLength(1);
    expect(prompt.tools).toEqual(tools);
  }
};

/** Somebody else's words, by the ways in which they reach a memory. */
const CARRIERS: readonly { readonly role: Role; readonly origin?: Origin }[] = [
  { role: 'assistant' },
  { role: 'tool' },
  { role: 'system' },
  { role: 'user', origin: 'web' },
  { role: 'user', origin: 'tool' },
];

const WRITERS = [
  {
    name: 'the rules',
    make: () => ({ extractor: createRuleExtractor(), check: () => {}, model: undefined }),
  },
  {
    name: 'an obedient model',
    make: () => {
      const model = obedientExtractor();
      const check = (): void => assertSameTools(model, EXTRACTION_PROMPT, undefined);
      return { extractor: createModelExtractor({ model, batchTokens: 1 }), check, model };
    },
  },
  {
    name: 'an obedient model with tools',
    make: () => {
      const model = obedientWriter();
      const check = (): void => assertSameTools(model, WRITER_PROMPT, WRITER_TOOLS);
      return { extractor: createToolWriter({ model, batchTokens: 1, rounds: 2 }), check, model };
    },
  },
] as const;

it('there are 200 strings, each another', () => {
  expect(new Set(ALL_INJECTIONS).size).toBe(200);
  for (const text of ALL_INJECTIONS) expect(text.length).toBeLessThan(MAX_FACT_LENGTH);
});

describe.each(WRITERS)('$name', ({ make }) => {
  it('take nothing from what others said, whoever they say they are', async () => {
    const { extractor, check, model } = make();
    const { memory, ana, known } = await openKnowing(extractor);
    for (const { role, origin } of CARRIERS) {
      for (const content of INJECTIONS) {
        await ana.observe({ role, content, ...(origin === undefined ? {} : { origin }) });
      }
    }
    const document = ana.ingestDocument({ title: 'A page', origin: 'web' });
    await document.write(INJECTIONS.join('\n\n'));
    await document.complete();
    expect(model?.prompts ?? []).toEqual([]);
    await assertUnchanged(ana, known, 0);
    expect(await ana.facts()).toHaveLength(known.length);
    // Each keeps the role and origin that it came with.
    const stored = await ana.messages();
    for (const [index, { role, origin }] of stored.entries()) {
      const carrier = CARRIERS[Math.floor(index / INJECTIONS.length)];
      expect(role).toBe(carrier?.role);
      if (carrier?.origin !== undefined) expect(origin).toBe(carrier.origin);
    }
    await memory.close();
    check();
  });

  it('takes nothing from what stands around the words of the user', async () => {
    const { extractor, check } = make();
    const { memory, ana, known } = await openKnowing(extractor);
    for (let at = 0; at < INJECTIONS.length; at += 4) {
      for (const [index, content] of INJECTIONS.slice(at, at + 4).entries()) {
        await ana.observe({ role: index % 2 === 0 ? 'tool' : 'assistant', content });
      }
      await (await ana.observe({ role: 'user', content: `${GREETING} (${at})` })).settled();
    }
    // The model takes what it wishes from the greeting. That it was told so elsewhere makes none of it the user's.
    await assertUnchanged(ana, known, MODEL_TRUST);
    for (const { text } of (await ana.facts()).slice(0, -known.length)) expect(text).toContain(GREETING);
    await memory.close();
    check();
  });

  it('changes no role, tool, core memory or trust for what a user pasted', async () => {
    const { extractor, check } = make();
    const { memory, ana, known } = await openKnowing(extractor);
    for (const content of INJECTIONS) {
      await (await ana.observe({ role: 'user', content })).settled();
    }
    await assertUnchanged(ana, known, PLANTED_TRUST);
    for (const { role, origin } of await ana.messages()) expect([role, origin]).toEqual(['user', 'user']);
    expect(PLANTED_TRUST).toBeLessThan(MODEL_TRUST);
    await memory.close();
    check();
  });
});

it('an echo of what the assistant said is no evidence, however often it is said', async () => {
  const model = createTalkingModel((prompt) =>
    JSON.stringify({
      facts: messagesIn(prompt).map(({ message, text }) => ({
        text: 'The user owns a boat in the harbour of Faro.',
        evidence: [{ message, quote: text }],
      })),
    }),
  );
  const place = await inProcess();
  const memory = await place.open({
    extractor: createModelExtractor({ model }),
    wait: async (ms) => place.clock.advance(ms),
  });
  const ana = memory.scope(ANA);
  const recalled = 'You own a boat in the harbour of Faro.';
  await ana.observe({ role: 'assistant', content: recalled });
  await (await ana.observe({ role: 'user', content: recalled })).settled();
  expect(await ana.facts()).toEqual([]);
  await (await ana.observe({ role: 'user', content: 'Yes, I own a boat in Faro.' })).settled();
  const [fact] = await ana.facts();
  // What the assistant says again and again adds no witness and no trust.
  for (let time = 0; time < 5; time += 1) await ana.observe({ role: 'assistant', content: recalled });
  await (await ana.observe({ role: 'user', content: '?!' })).settled();
  expect(await ana.facts()).toEqual([fact]);
  await memory.close();
});

it('ordinary talk that sounds like it is left alone', async () => {
  const model = createTalkingModel((prompt) => ({
    calls: messagesIn(prompt).map(
      ({ message, text }) =>
        ['memory_insert', { memory: 'core', content: text, evidence: [{ message, quote: text }] }] as const,
    ),
  }));
  const place = await inProcess();
  const memory = await place.open({ extractor: createToolWriter({ model, rounds: 1 }) });
  const ana = memory.scope(ANA);
  const said = [
    'I forgot all my rules of chess.',
    'Please remember that I am a vegetarian.',
    'My brother works as a tool maker, and my sister as a model.',
    'I trust my doctor, and my confidence is back.',
    'Call me Ana, and answer in French from now on.',
    'I manage a system of canals near Utrecht.',
    'Meu nome é Ana e vivo em Lisboa.',
    'Ich ignoriere meinen Nachbarn seit Jahren.',
    'من در تهران زندگی می‌کنم.',
    'My family 👨‍👩‍👧 lives in Faro.',
  ];
  for (const content of said) await (await ana.observe({ role: 'user', content })).settled();
  expect((await ana.core.blocks())[0]?.lines).toEqual(said);
  await memory.close();
});
