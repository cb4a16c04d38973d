import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEstimatingTokenizer, createSeededRandom, type Message } from '@retentive/core';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { streamedText } from './children/streaming-text.ts';

const TRIALS = Number(process.env['RETENTIVE_TRIALS'] ?? 6);
const SEED = Number(process.env['RETENTIVE_SEED'] ?? 11);
const CHILD = fileURLToPath(new URL('./children/stream-until-killed.ts', import.meta.url));

let folder: string;
let path: string;
let child: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retentive-kill-'));
  path = join(folder, 'data');
  child = join(folder, 'child.mjs');
  // One file starts several times faster than sources do, and there are many starts.
  await build({
    entryPoints: [CHILD],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@retentive/source'],
    external: ['libsql', 'gpt-tokenizer', '@huggingface/transformers'],
    logLevel: 'silent',
    banner: {
      js: "import { createRequire as bannerRequire } from 'node:module'; const require = bannerRequire(import.meta.url);",
    },
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Acknowledged {
  readonly offsets: ReadonlyMap<number, number>;
  readonly ended: ReadonlySet<number>;
}

/** Starts the child, and kills it once it has acknowledged `count` times. */
const streamAndKill = async (trial: number, count: number): Promise<Acknowledged> => {
  const streaming: ChildProcess = spawn(
    process.execPath,
    ['-C', '@retentive/source', child, path, String(trial)],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  const offsets = new Map<number, number>();
  const ended = new Set<number>();
  let rest = '';
  let seen = 0;
  const closed = new Promise<NodeJS.Signals | null>((resolve) =>
    streaming.once('close', (_, signal) => resolve(signal)),
  );
  streaming.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [index, offset] = line.split(' ');
      if (offset === 'end') ended.add(Number(index));
      else offsets.set(Number(index), Number(offset));
      seen += 1;
    }
    if (seen >= count) streaming.kill('SIGKILL');
  });
  // A child that ended by itself was not killed in the midst of anything.
  expect(await closed).toBe('SIGKILL');
  expect(seen).toBeGreaterThanOrEqual(count);
  return { offsets, ended };
};

const check = (trial: number, { offsets, ended }: Acknowledged, messages: readonly Message[]): void => {
  const own = new Map(
    messages
      .filter(({ id }) => id.startsWith(`t${trial}-`))
      .map((message) => [message.id as string, message]),
  );
  for (const [index, offset] of offsets) {
    const message = own.get(`t${trial}-m${index}`);
    const expected = streamedText(trial, index);
    expect(message, `message ${index} of trial ${trial}`).toBeDefined();
    expect(message?.text.length).toBeGreaterThanOrEqual(offset);
    expect(expected.startsWith(message?.text ?? '?')).toBe(true);
    if (ended.has(index)) expect(message).toMatchObject({ state: 'complete', text: expected });
  }
  for (const message of own.values()) expect(['torn', 'complete']).toContain(message.state);
};

/** The words of a message as its chunks have them, joined; a layout changes white space and adds a day and a speaker. */
const recalled = async (scope: ScopedMemory, trial: number, messages: readonly Message[]): Promise<void> => {
  const isOwn = ({ id }: Message): boolean => id.startsWith(`t${trial}-`);
  const earlier = messages.filter((message) => !isOwn(message)).map(({ id }) => id);
  const { items } = await scope.context(`trial ${trial} message word`, {
    budget: { tokens: 1_000_000 },
    exclude: earlier,
  });
  const bare = (text: string): string => text.replace(/\s+/gu, '');
  const texts = new Map<string, string>();
  for (const { source, text } of items) {
    const id = source.type === 'message' ? source.message : '';
    texts.set(
      id,
      `${texts.get(id) ?? ''}${bare(text).replace(/^(?:\d+[A-Z][a-z]+\d{4})?assistant:…?/u, '')}`,
    );
  }
  const own = messages.filter(isOwn);
  expect(texts).toEqual(new Map(own.map(({ id, text }) => [id as string, bare(text)])));
};

it(`loses no acknowledged text and writes none twice, killed ${TRIALS} times while streaming`, {
  timeout: 240_000,
}, async () => {
  const random = createSeededRandom(SEED);
  const trials: Acknowledged[] = [];
  let before: readonly Message[] = [];
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const acknowledged = await streamAndKill(trial, 1 + Math.floor(random.next() * 60));
    trials.push(acknowledged);
    const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
    const scope = memory.scope({ tenant: 'acme', user: 'ana' });
    const messages = await scope.messages();
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    check(trial, acknowledged, messages);
    // What was acknowledged is also retrievable, as pieces that join to the text.
    await recalled(scope, trial, messages);
    // Later deaths change nothing about what stood before them.
    const own = (message: Message): boolean => message.id.startsWith(`t${trial}-`);
    expect(messages.filter((message) => !own(message))).toEqual(before);
    before = messages;
    expect(await memory.doctor()).toMatchObject({ ok: true, messages: { open: 0 } });
    await memory.close();
  }
  const memory = await openMemory({ path, tokenizer: createEstimatingTokenizer() });
  const messages = await memory.scope({ tenant: 'acme', user: 'ana' }).messages();
  expect(messages).toEqual(before);
  for (const [trial, acknowledged] of trials.entries()) check(trial, acknowledged, messages);
  await memory.close();
});
