import { writeFile } from 'node:fs/promises';
import { createSeededRandom } from '@retentive/core';

// Files in the GGUF format, version 3.

const ALIGNMENT = 32;

/** Types of values, as the format numbers them. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const f32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const textOf = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const pair = (key: string, type: number, value: Buffer): Buffer =>
  Buffer.concat([textOf(key), u32(type), value]);
const list = (key: string, type: number, values: readonly Buffer[]): Buffer =>
  pair(key, ARRAY, Buffer.concat([u32(type), u64(values.length), ...values]));

/** A value of the head of a file, with its key. */
export type GgufPair = (key: string) => Buffer;

export const uint32 =
  (value: number): GgufPair =>
  (key) =>
    pair(key, UINT32, u32(value));
export const float32 =
  (value: number): GgufPair =>
  (key) =>
    pair(key, FLOAT32, f32(value));
export const bool =
  (value: boolean): GgufPair =>
  (key) =>
    pair(key, BOOL, Buffer.from([value ? 1 : 0]));
export const text =
  (value: string): GgufPair =>
  (key) =>
    pair(key, STRING, textOf(value));
export const texts =
  (values: readonly string[]): GgufPair =>
  (key) =>
    list(key, STRING, values.map(textOf));
export const floats =
  (values: readonly number[]): GgufPair =>
  (key) =>
    list(key, FLOAT32, values.map(f32));
export const integers =
  (values: readonly number[]): GgufPair =>
  (key) =>
    list(key, INT32, values.map(u32));

/** A tensor by name and shape; its numbers are by chance, or all the same. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill?: number;
}

/** Writes a file of such values and tensors: the same bytes for the same seed. */
export const writeGguf = async (
  path: string,
  metadata: Readonly<Record<string, GgufPair>>,
  tensors: readonly GgufTensor[],
  seed: number,
): Promise<void> => {
  const random = createSeededRandom(seed);
  const values = { ...metadata, 'general.alignment': uint32(ALIGNMENT) };
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, fill } of tensors) {
    // Numbers of 32 bits are type 0.
    infos.push(Buffer.concat([textOf(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]));
    const count = shape.reduce((product, size) => product * size, 1);
    const bytes = Buffer.alloc(Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT);
    for (let at = 0; at < count; at += 1) bytes.writeFloatLE(fill ?? (random.next() - 0.5) * 0.5, at * 4);
    data.push(bytes);
    offset += bytes.length;
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(Object.keys(values).length),
    ...Object.entries(values).map(([key, make]) => make(key)),
    ...infos,
  ]);
  const padding = Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT);
  await writeFile(path, Buffer.concat([head, padding, ...data]));
};
