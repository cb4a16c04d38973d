import { writeFile } from 'node:fs/promises';
import { createSeededRandom } from '@retentive/core';

// A llama of one layer with weights by chance, in the GGUF format, version 3: its bytes are a vocabulary of all bytes and some letters.

const EMBEDDING = 32;
const FEED_FORWARD = 64;
const HEADS = 4;
const CONTEXT = 4_096;
const ALIGNMENT = 32;

/** Types of values, as the format numbers them. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;

const PIECES = ['▁', ...'abcdefghijklmnopqrstuvwxyz', '▁the', '▁a', 'er', 'in'];
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly scores: readonly number[];
  readonly types: readonly number[];
}

const vocabulary = (): Vocabulary => {
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  return {
    tokens: ['<unk>', '<s>', '</s>', ...bytes, ...PIECES],
    scores: [0, 0, 0, ...bytes.map(() => 0), ...PIECES.map((_, index) => -index - 1)],
    types: [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE), ...PIECES.map(() => NORMAL)],
  };
};

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
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const pair = (key: string, type: number, value: Buffer): Buffer =>
  Buffer.concat([text(key), u32(type), value]);
const list = (key: string, type: number, values: readonly Buffer[]): Buffer =>
  pair(key, ARRAY, Buffer.concat([u32(type), u64(values.length), ...values]));

/** Writes such a model: the same bytes for the same seed. */
export const writeTinyGguf = async (path: string, seed = 7): Promise<void> => {
  const random = createSeededRandom(seed);
  const { tokens, scores, types } = vocabulary();
  const metadata = [
    pair('general.architecture', STRING, text('llama')),
    pair('general.name', STRING, text('tiny')),
    pair('general.alignment', UINT32, u32(ALIGNMENT)),
    pair('llama.context_length', UINT32, u32(CONTEXT)),
    pair('llama.embedding_length', UINT32, u32(EMBEDDING)),
    pair('llama.block_count', UINT32, u32(1)),
    pair('llama.feed_forward_length', UINT32, u32(FEED_FORWARD)),
    pair('llama.attention.head_count', UINT32, u32(HEADS)),
    pair('llama.attention.head_count_kv', UINT32, u32(HEADS)),
    pair('llama.attention.layer_norm_rms_epsilon', FLOAT32, f32(1e-5)),
    pair('llama.rope.dimension_count', UINT32, u32(EMBEDDING / HEADS)),
    pair('llama.vocab_size', UINT32, u32(tokens.length)),
    pair('tokenizer.ggml.model', STRING, text('llama')),
    list('tokenizer.ggml.tokens', STRING, tokens.map(text)),
    list('tokenizer.ggml.scores', FLOAT32, scores.map(f32)),
    list('tokenizer.ggml.token_type', INT32, types.map(u32)),
    pair('tokenizer.ggml.unknown_token_id', UINT32, u32(0)),
    pair('tokenizer.ggml.bos_token_id', UINT32, u32(1)),
    pair('tokenizer.ggml.eos_token_id', UINT32, u32(2)),
    pair('tokenizer.ggml.add_bos_token', BOOL, Buffer.from([1])),
  ];
  const square: readonly number[] = [EMBEDDING, EMBEDDING];
  const shapes: readonly (readonly [name: string, shape: readonly number[]])[] = [
    ['token_embd.weight', [EMBEDDING, tokens.length]],
    ['output_norm.weight', [EMBEDDING]],
    ['output.weight', [EMBEDDING, tokens.length]],
    ['blk.0.attn_norm.weight', [EMBEDDING]],
    ['blk.0.attn_q.weight', square],
    ['blk.0.attn_k.weight', square],
    ['blk.0.attn_v.weight', square],
    ['blk.0.attn_output.weight', square],
    ['blk.0.ffn_norm.weight', [EMBEDDING]],
    ['blk.0.ffn_gate.weight', [EMBEDDING, FEED_FORWARD]],
    ['blk.0.ffn_up.weight', [EMBEDDING, FEED_FORWARD]],
    ['blk.0.ffn_down.weight', [FEED_FORWARD, EMBEDDING]],
  ];
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [name, shape] of shapes) {
    // Numbers of 32 bits are type 0.
    infos.push(Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]));
    const count = shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(count);
    for (let at = 0; at < count; at += 1) values[at] = shape.length === 1 ? 1 : (random.next() - 0.5) * 0.5;
    const bytes = Buffer.alloc(Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT);
    for (const [at, value] of values.entries()) bytes.writeFloatLE(value, at * 4);
    data.push(bytes);
    offset += bytes.length;
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(shapes.length),
    u64(metadata.length),
    ...metadata,
    ...infos,
  ]);
  const padding = Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT);
  await writeFile(path, Buffer.concat([head, padding, ...data]));
};
