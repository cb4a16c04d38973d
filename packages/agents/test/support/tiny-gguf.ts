import { bool, float32, floats, type GgufTensor, integers, text, texts, uint32, writeGguf } from './gguf.ts';

// Models of one layer with weights by chance.

const EMBEDDING = 32;
const FEED_FORWARD = 64;
const HEADS = 4;
const CONTEXT = 4_096;
const ENCODER_CONTEXT = 128;

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

const BYTES = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);
const PIECES = ['▁', ...LETTERS, '▁the', '▁a', 'er', 'in'];

const square: readonly number[] = [EMBEDDING, EMBEDDING];
const wide: readonly number[] = [EMBEDDING, FEED_FORWARD];
const norm = (name: string): GgufTensor => ({ name, shape: [EMBEDDING], fill: 1 });
const weights = (name: string, shape: readonly number[]): GgufTensor => ({ name, shape });

/** A llama, which predicts the next token: its vocabulary are all bytes and some letters. The same bytes for the same seed. */
export const writeTinyGguf = (path: string, seed = 7): Promise<void> => {
  const tokens = ['<unk>', '<s>', '</s>', ...BYTES, ...PIECES];
  return writeGguf(
    path,
    {
      'general.architecture': text('llama'),
      'general.name': text('tiny'),
      'llama.context_length': uint32(CONTEXT),
      'llama.embedding_length': uint32(EMBEDDING),
      'llama.block_count': uint32(1),
      'llama.feed_forward_length': uint32(FEED_FORWARD),
      'llama.attention.head_count': uint32(HEADS),
      'llama.attention.head_count_kv': uint32(HEADS),
      'llama.attention.layer_norm_rms_epsilon': float32(1e-5),
      'llama.rope.dimension_count': uint32(EMBEDDING / HEADS),
      'llama.vocab_size': uint32(tokens.length),
      'tokenizer.ggml.model': text('llama'),
      'tokenizer.ggml.tokens': texts(tokens),
      'tokenizer.ggml.scores': floats([
        0,
        0,
        0,
        ...BYTES.map(() => 0),
        ...PIECES.map((_, index) => -index - 1),
      ]),
      'tokenizer.ggml.token_type': integers([
        UNKNOWN,
        CONTROL,
        CONTROL,
        ...BYTES.map(() => BYTE),
        ...PIECES.map(() => NORMAL),
      ]),
      'tokenizer.ggml.unknown_token_id': uint32(0),
      'tokenizer.ggml.bos_token_id': uint32(1),
      'tokenizer.ggml.eos_token_id': uint32(2),
      'tokenizer.ggml.add_bos_token': bool(true),
    },
    [
      weights('token_embd.weight', [EMBEDDING, tokens.length]),
      norm('output_norm.weight'),
      weights('output.weight', [EMBEDDING, tokens.length]),
      norm('blk.0.attn_norm.weight'),
      weights('blk.0.attn_q.weight', square),
      weights('blk.0.attn_k.weight', square),
      weights('blk.0.attn_v.weight', square),
      weights('blk.0.attn_output.weight', square),
      norm('blk.0.ffn_norm.weight'),
      weights('blk.0.ffn_gate.weight', wide),
      weights('blk.0.ffn_up.weight', wide),
      weights('blk.0.ffn_down.weight', wide.toReversed()),
    ],
    seed,
  );
};

/** A BERT, which encodes sentences, with a mean over its tokens: letters at the beginning of words and within. */
export const writeTinyEncoder = (path: string, seed = 7): Promise<void> => {
  const tokens = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '▁.',
    ...LETTERS.map((letter) => `▁${letter}`),
    ...LETTERS,
  ];
  return writeGguf(
    path,
    {
      'general.architecture': text('bert'),
      'general.name': text('tiny encoder'),
      'bert.context_length': uint32(ENCODER_CONTEXT),
      'bert.embedding_length': uint32(EMBEDDING),
      'bert.block_count': uint32(1),
      'bert.feed_forward_length': uint32(FEED_FORWARD),
      'bert.attention.head_count': uint32(HEADS),
      'bert.attention.layer_norm_epsilon': float32(1e-12),
      'bert.attention.causal': bool(false),
      // 1 is the mean.
      'bert.pooling_type': uint32(1),
      'tokenizer.ggml.model': text('bert'),
      'tokenizer.ggml.tokens': texts(tokens),
      'tokenizer.ggml.scores': floats(tokens.map(() => 0)),
      'tokenizer.ggml.token_type': integers(tokens.map((_, index) => (index < 4 ? CONTROL : NORMAL))),
      'tokenizer.ggml.token_type_count': uint32(2),
      'tokenizer.ggml.padding_token_id': uint32(0),
      'tokenizer.ggml.unknown_token_id': uint32(1),
      'tokenizer.ggml.cls_token_id': uint32(2),
      'tokenizer.ggml.bos_token_id': uint32(2),
      'tokenizer.ggml.seperator_token_id': uint32(3),
      'tokenizer.ggml.eos_token_id': uint32(3),
    },
    [
      weights('token_embd.weight', [EMBEDDING, tokens.length]),
      weights('position_embd.weight', [EMBEDDING, ENCODER_CONTEXT]),
      weights('token_types.weight', [EMBEDDING, 2]),
      norm('token_embd_norm.weight'),
      weights('token_embd_norm.bias', [EMBEDDING]),
      ...['q', 'k', 'v', 'output'].flatMap((part) => [
        weights(`blk.0.attn_${part}.weight`, square),
        weights(`blk.0.attn_${part}.bias`, [EMBEDDING]),
      ]),
      norm('blk.0.attn_output_norm.weight'),
      weights('blk.0.attn_output_norm.bias', [EMBEDDING]),
      weights('blk.0.ffn_up.weight', wide),
      weights('blk.0.ffn_up.bias', [FEED_FORWARD]),
      weights('blk.0.ffn_down.weight', wide.toReversed()),
      weights('blk.0.ffn_down.bias', [EMBEDDING]),
      norm('blk.0.layer_output_norm.weight'),
      weights('blk.0.layer_output_norm.bias', [EMBEDDING]),
    ],
    seed,
  );
};
