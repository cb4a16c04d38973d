// Streams text into a memory on disk, in a process of its own: what it takes is the memory's, and should it run out of
// room, the measurement lives on to say so.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@retentive/core';
import { type ChunkWriter, openMemory, type ScopedMemory } from '@retentive/memory';
import { percentile } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { createGeneratedTalk } from '../store/generated-talk.ts';
import type { StreamNews } from './schemas.ts';

/** About what a model gives in a second. */
const PIECE_LENGTH = 256;
const PIECES = 400;
/** Every so many pieces one is asked for. */
const ASKED = 8;
const BURST = 256;
const BURSTS = 5;
/** The long stream: messages like pages, in pieces like reads of a file. */
const MESSAGE_LENGTH = 65_536;
const READ_LENGTH = 16_384;
const SAMPLES = 64;
const MEGABYTE = 1e6;

const taskSchema = z.strictObject({ mb: z.number().positive(), seed: z.int() });

const tell = (news: StreamNews): void => {
  process.send?.(news);
};

const tellTimes = (stage: string, times: readonly number[]): void => {
  tell({
    type: 'row',
    row: { stage, p50: percentile(times, 0.5) ?? null, p95: percentile(times, 0.95) ?? null },
  });
};

/** Text of `length` and a little more, of whole messages from `start` on; ASCII, so a character is a byte. */
const createText = (seed: number) => {
  const talk = createGeneratedTalk(seed);
  let next = 0;
  return (length: number): string => {
    let text = '';
    while (text.length < length) {
      text += `${talk.message(next)} `;
      next += 1;
    }
    return text;
  };
};

/** Writes until a chunk is closed and gives what is in it. */
const writeMarked = async (writer: ChunkWriter, marker: string, textOf: (length: number) => string) => {
  let text = `The word is ${marker}. `;
  for (;;) {
    const { chunks } = await writer.write(text);
    if (chunks.some((chunk) => chunk.text.includes(marker))) return;
    text = textOf(PIECE_LENGTH);
  }
};

const timeStages = async (scope: ScopedMemory, textOf: (length: number) => string): Promise<void> => {
  const writer = scope.ingest({ role: 'assistant' });
  await writer.write(textOf(PIECE_LENGTH));
  await scope.context('warm up');
  const durable: number[] = [];
  const retrievable: number[] = [];
  for (let index = 0; index < PIECES; index += 1) {
    const piece = textOf(PIECE_LENGTH);
    const start = systemClock.elapsed();
    await writer.write(piece);
    durable.push(systemClock.elapsed() - start);
    if (index % ASKED !== 0) continue;
    const marker = `qx${index}zz`;
    const begun = systemClock.elapsed();
    await writeMarked(writer, marker, textOf);
    const { text } = await scope.context(marker);
    if (!text.includes(marker)) throw new Error(`"${marker}" is durable and was not recalled`);
    retrievable.push(systemClock.elapsed() - begun);
  }
  tellTimes('durable', durable);
  tellTimes('retrievable', retrievable);
  const bursts: number[] = [];
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const pieces = Array.from({ length: BURST }, () => textOf(PIECE_LENGTH));
    const start = systemClock.elapsed();
    await Promise.all(pieces.map((piece) => writer.write(piece)));
    bursts.push(systemClock.elapsed() - start);
  }
  tellTimes(`back-pressure: ${BURST} writes not awaited, to the last durable`, bursts);
  await writer.complete();
};

const stream = async (scope: ScopedMemory, mb: number, textOf: (length: number) => string): Promise<void> => {
  const every = mb / SAMPLES;
  const start = systemClock.elapsed();
  let streamed = 0;
  let sampled = 0;
  while (streamed < mb) {
    const writer = scope.ingest({ role: 'user' });
    for (let length = 0; length < MESSAGE_LENGTH && streamed < mb; length += READ_LENGTH) {
      const text = textOf(READ_LENGTH);
      await writer.write(text);
      streamed += text.length / MEGABYTE;
    }
    await writer.complete();
    if (streamed < sampled + every && streamed < mb) continue;
    sampled = streamed;
    // With what waits to be collected out of the way, what is left is what is held.
    await globalThis.gc?.({ type: 'major', execution: 'async' });
    const seconds = (systemClock.elapsed() - start) / 1_000;
    tell({ type: 'sample', mb: streamed, rssMb: process.memoryUsage.rss() / MEGABYTE, seconds });
  }
};

process.once('message', async (message) => {
  const { mb, seed } = taskSchema.parse(message);
  const folder = await mkdtemp(join(tmpdir(), 'retentive-stream-'));
  try {
    const memory = await openMemory({ path: join(folder, 'data'), extractor: false });
    const textOf = createText(seed);
    try {
      await timeStages(memory.scope({ tenant: 'bench', user: 'stages' }), textOf);
      await stream(memory.scope({ tenant: 'bench', user: 'stream' }), mb, textOf);
    } finally {
      await memory.close();
    }
  } catch (error) {
    tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.disconnect();
  }
});
