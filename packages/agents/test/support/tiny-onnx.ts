import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSeededRandom } from '@retentive/core';

// Models without layers, as folders that `@huggingface/transformers` reads: each token has its row of a table by chance. Protocol
// Buffers are written by hand: fields are a number and a type, then a number or bytes with their length.

const DIMENSIONS = 16;
const INT64 = 7;
const FLOAT = 1;
const OPSET = 13;
const IR_VERSION = 8;

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number): Buffer => Buffer.from([field * 8, ...varint(value)]);
const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(value.length)]), value]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const message = (field: number, ...parts: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(parts));

/** A name with its type: numbers of so many dimensions, each by name or by size. */
const valueInfo = (field: number, name: string, type: number, shape: readonly (string | number)[]): Buffer =>
  message(
    field,
    text(1, name),
    message(
      2,
      message(
        1,
        number(1, type),
        message(
          2,
          ...shape.map((size) => message(1, typeof size === 'string' ? text(2, size) : number(1, size))),
        ),
      ),
    ),
  );

const modelOf = (tokens: number, columns: number, output: string, seed: number): Buffer => {
  const random = createSeededRandom(seed);
  const table = Buffer.alloc(tokens * columns * 4);
  for (let at = 0; at < tokens * columns; at += 1) table.writeFloatLE(random.next() - 0.5, at * 4);
  const batch = ['batch', 'sequence'];
  const graph = message(
    7,
    message(1, text(1, 'table'), text(1, 'input_ids'), text(2, output), text(4, 'Gather')),
    text(2, 'tiny'),
    message(5, number(1, tokens), number(1, columns), number(2, FLOAT), text(8, 'table'), bytes(9, table)),
    valueInfo(11, 'input_ids', INT64, batch),
    valueInfo(11, 'attention_mask', INT64, batch),
    valueInfo(12, output, FLOAT, [...batch, columns]),
  );
  return Buffer.concat([number(1, IR_VERSION), graph, message(8, text(1, ''), number(2, OPSET))]);
};

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const VOCABULARY = [...SPECIAL, '.', ...LETTERS, ...LETTERS.map((letter) => `##${letter}`)];
const idOf = (token: string): number => VOCABULARY.indexOf(token);

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
    ),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
  },
};

/** What BPE over bytes writes for each: letters and signs as they are, others as letters from 256 on. */
const BYTE_LETTERS = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrinted = (byte > 32 && byte < 127) || (byte > 160 && byte < 173) || byte > 173;
    if (isPrinted) return String.fromCharCode(byte);
    next += 1;
    return String.fromCharCode(next - 1);
  });
})();

const byteTokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(BYTE_LETTERS.map((letter, byte) => [letter, byte])),
    merges: [],
  },
};

const write = async (
  place: string,
  json: Readonly<Record<string, unknown>>,
  model: Buffer,
): Promise<void> => {
  await mkdir(join(place, 'onnx'), { recursive: true });
  for (const [file, value] of Object.entries(json)) await writeFile(join(place, file), JSON.stringify(value));
  await writeFile(join(place, 'onnx', 'model.onnx'), model);
};

/** Writes a model that encodes sentences as `FOLDER/NAME`: the same bytes for the same seed. */
export const writeTinyOnnx = (folder: string, name: string, seed = 7): Promise<void> =>
  write(
    join(folder, name),
    {
      'config.json': {
        model_type: 'bert',
        architectures: ['BertModel'],
        hidden_size: DIMENSIONS,
        vocab_size: VOCABULARY.length,
      },
      'tokenizer.json': tokenizer,
      'tokenizer_config.json': {
        tokenizer_class: 'BertTokenizer',
        model_max_length: 128,
        pad_token: '[PAD]',
        unk_token: '[UNK]',
        cls_token: '[CLS]',
        sep_token: '[SEP]',
      },
    },
    modelOf(VOCABULARY.length, DIMENSIONS, 'last_hidden_state', seed),
  );

/** Writes a model that predicts the next byte from the last one. */
export const writeTinyCausalOnnx = (folder: string, name: string, seed = 7): Promise<void> =>
  write(
    join(folder, name),
    {
      'config.json': {
        model_type: 'gpt2',
        architectures: ['GPT2LMHeadModel'],
        n_embd: DIMENSIONS,
        n_head: 1,
        n_layer: 1,
        n_positions: 4_096,
        vocab_size: BYTE_LETTERS.length,
      },
      'tokenizer.json': byteTokenizer,
      'tokenizer_config.json': { tokenizer_class: 'GPT2Tokenizer', model_max_length: 4_096 },
    },
    modelOf(BYTE_LETTERS.length, BYTE_LETTERS.length, 'logits', seed),
  );
