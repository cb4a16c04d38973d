import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSeededRandom } from '@retentive/core';

// An encoder without layers, as a folder that `@huggingface/transformers` reads: each token has its row of a table by chance. Protocol
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

const modelOf = (tokens: number, seed: number): Buffer => {
  const random = createSeededRandom(seed);
  const table = Buffer.alloc(tokens * DIMENSIONS * 4);
  for (let at = 0; at < tokens * DIMENSIONS; at += 1) table.writeFloatLE(random.next() - 0.5, at * 4);
  const batch = ['batch', 'sequence'];
  const graph = message(
    7,
    message(1, text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather')),
    text(2, 'tiny'),
    message(5, number(1, tokens), number(1, DIMENSIONS), number(2, FLOAT), text(8, 'table'), bytes(9, table)),
    valueInfo(11, 'input_ids', INT64, batch),
    valueInfo(11, 'attention_mask', INT64, batch),
    valueInfo(12, 'last_hidden_state', FLOAT, [...batch, DIMENSIONS]),
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

/** Writes such a model as `FOLDER/NAME`: the same bytes for the same seed. */
export const writeTinyOnnx = async (folder: string, name: string, seed = 7): Promise<void> => {
  const place = join(folder, name);
  await mkdir(join(place, 'onnx'), { recursive: true });
  const config = { model_type: 'bert', architectures: ['BertModel'], hidden_size: DIMENSIONS };
  const files: Readonly<Record<string, unknown>> = {
    'config.json': { ...config, vocab_size: VOCABULARY.length },
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      model_max_length: 128,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
    },
  };
  for (const [file, value] of Object.entries(files)) {
    await writeFile(join(place, file), JSON.stringify(value));
  }
  await writeFile(join(place, 'onnx', 'model.onnx'), modelOf(VOCABULARY.length, seed));
};
