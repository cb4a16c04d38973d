import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';
import { openO200kEncoder, type TokenEncoder } from '@retentive/core/tokenizer';
import { createNGramCounter, leastBytes } from './ngram-counter.ts';
import { nameNGramModel } from './ngram-file.ts';
import type { NGramModel } from './ngram-model.ts';
import { MAX_VOCABULARY } from './ngram-tables.ts';

/** Bytes of tables by default: room for 700,000 pairs and triples, what a few MB of talk have. */
const DEFAULT_MODEL_BYTES = 32 * 2 ** 20;

/** Options of {@link trainNGramModel}. */
export interface TrainOptions extends CallOptions {
  /** Cuts texts into tokens; default o200k_base. */
  readonly encoder?: TokenEncoder | undefined;
  /** The most bytes of tables, from 1 MB on; what is rarest is forgotten beyond it. Default 32 MiB. */
  readonly maxBytes?: number | undefined;
  /** Told from time to time how far it has come. */
  readonly onProgress?: ((progress: { readonly texts: number; readonly tokens: number }) => void) | undefined;
}

/** Tokens read in a row, some milliseconds' worth: then timers and signals get their turn. */
const TOKENS_PER_TURN = 8_192;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Trains a model of order 3 on texts: messages, lines or pages, each read by itself and at once. About 1 MB a second; memory stays
 * as it is however much is read. The same texts give the same model. @throws OPTION_INVALID, ABORTED
 */
export const trainNGramModel = async (
  texts: AsyncIterable<string> | Iterable<string>,
  options: TrainOptions = {},
): Promise<NGramModel> => {
  const { maxBytes = DEFAULT_MODEL_BYTES, onProgress, signal } = options;
  const encoder = options.encoder ?? (await openO200kEncoder());
  const least = leastBytes(encoder.size);
  if (encoder.size > MAX_VOCABULARY) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `${encoder.id} has ${encoder.size} tokens, the most is ${MAX_VOCABULARY}`,
    );
  }
  if (!Number.isFinite(maxBytes) || maxBytes < least) {
    throw new RetentiveError('OPTION_INVALID', `maxBytes must be at least ${least}, got ${maxBytes}`);
  }
  const counter = createNGramCounter(encoder.size, maxBytes);
  const { boundary } = encoder;
  let [read, tokens, paused] = [0, 0, 0];
  for await (const text of texts) {
    throwIfAborted(signal, 'the training');
    let [before, previous] = [boundary, boundary];
    const add = (token: number): void => {
      counter.add(before, previous, token);
      [before, previous] = [previous, token];
      tokens += 1;
    };
    encoder.encode(text, add);
    add(boundary);
    read += 1;
    if (tokens - paused < TOKENS_PER_TURN) continue;
    paused = tokens;
    onProgress?.({ texts: read, tokens });
    await nextTurn();
  }
  throwIfAborted(signal, 'the training');
  return nameNGramModel({
    encoder: encoder.id,
    vocabularySize: encoder.size,
    boundary,
    texts: read,
    tokens,
    ...counter.tables(),
  });
};
