import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { endianness } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';
import * as z from 'zod';
import { createSnapshotFiles } from '../../index/vectors/snapshot-files.ts';
import { createNGramModel, type NGramModel } from './ngram-model.ts';
import {
  CONTEXT_VALUES,
  CONTEXT_WIDTH,
  MAX_VOCABULARY,
  type NGramTables,
  SYMBOL_WIDTH,
} from './ngram-tables.ts';
import { VALUE } from './row-table.ts';

// magic | version | SHA-256 of the rest | bytes of the header | header, JSON, filled up with spaces | numbers of 32 bits
const MAGIC = Buffer.from('RTVNGRAM', 'latin1');
const VERSION = 1;
const VERSION_AT = MAGIC.length;
const DIGEST_AT = VERSION_AT + 4;
const HEADER_LENGTH_AT = DIGEST_AT + 32;
const HEADER_AT = HEADER_LENGTH_AT + 4;

/** The digest in a model's name, in hexadecimal digits. */
const NAME_DIGITS = 16;

/** A file of the journal: where it lies, a data folder is. */
const JOURNAL_FILE = 'journal.db';

const places = z
  .int()
  .min(2)
  .max(2 ** 28);
const headerSchema = z.object({
  encoder: z.string().min(1),
  vocabularySize: z.int().min(1).max(MAX_VOCABULARY),
  boundary: z.int().min(0),
  texts: z.int().min(0),
  tokens: z.int().min(0),
  symbolPlaces: places,
  contextPlaces: places,
});

/** Arrays as the bytes of a file; numbers stand there with the least byte first. */
const bytesOf = (numbers: Uint32Array): Buffer => {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
};

const headerOf = ({
  encoder,
  vocabularySize,
  boundary,
  texts,
  tokens,
  symbols,
  contexts,
}: NGramTables): Buffer => {
  const json = JSON.stringify({
    encoder,
    vocabularySize,
    boundary,
    texts,
    tokens,
    symbolPlaces: symbols.length / SYMBOL_WIDTH,
    contextPlaces: contexts.length / CONTEXT_WIDTH,
  } satisfies z.infer<typeof headerSchema>);
  const bytes = Buffer.from(json);
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4, ' ')]);
};

/** Everything that the digest covers. */
const bodyOf = (tables: NGramTables): readonly Buffer[] => {
  const header = headerOf(tables);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const { root, countsOfCounts, counts, symbols, contexts } = tables;
  return [length, header, ...[root, countsOfCounts, counts, symbols, contexts].map(bytesOf)];
};

const digestOf = (body: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const block of body) hash.update(block);
  return hash.digest();
};

const nameOf = (digest: Buffer): string => digest.toString('hex').slice(0, NAME_DIGITS);

/** The model of what was counted, named by it. */
export const nameNGramModel = (tables: NGramTables): NGramModel =>
  createNGramModel(tables, nameOf(digestOf(bodyOf(tables))));

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** @throws OPTION_INVALID in a data folder: `erase` takes scopes out of their files and knows nothing of this one */
const assertOutside = async (path: string): Promise<void> => {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (await isThere(join(folder, JOURNAL_FILE))) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `${path} lies in the data folder ${folder}, where erase would miss it: keep the model elsewhere`,
        { details: { path, folder } },
      );
    }
    if (folder === dirname(folder)) return;
  }
};

/**
 * Saves a model as a file, private to its user (0600), whole or not at all. It holds what it was trained on, three tokens at a
 * time: it is the caller's to keep and to delete, outside of any data folder. @throws OPTION_INVALID, STORE_WRITE_FAILED, ABORTED
 */
export const saveNGramModel = async (
  model: NGramModel,
  path: string,
  { signal }: CallOptions = {},
): Promise<void> => {
  throwIfAborted(signal, 'the saving of a model');
  await assertOutside(path);
  const body = bodyOf(model.tables);
  const head = Buffer.alloc(HEADER_LENGTH_AT);
  MAGIC.copy(head);
  head.writeUInt32LE(VERSION, VERSION_AT);
  digestOf(body).copy(head, DIGEST_AT);
  try {
    await createSnapshotFiles().replace(path, [head, ...body]);
  } catch (cause) {
    throw new RetentiveError('STORE_WRITE_FAILED', `the model cannot be written to ${path}`, {
      cause,
      retryable: true,
      details: { file: path },
    });
  }
};

const damaged = (path: string, what: string, cause?: unknown): RetentiveError =>
  new RetentiveError('FILE_INVALID', `${path} is no model of n-grams: ${what}; train it again`, {
    cause,
    details: { file: path },
  });

const readFileAt = async (path: string): Promise<Buffer> => {
  try {
    return await createSnapshotFiles().read(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new RetentiveError('FILE_NOT_FOUND', `there is no file ${path}`, { cause });
    }
    throw new RetentiveError('STORE_READ_FAILED', `the file ${path} cannot be read`, {
      cause,
      retryable: true,
      details: { file: path },
    });
  }
};

/** Copies, so that the numbers are aligned and the file's bytes can go. */
const numbersAt = (bytes: Buffer, start: number, length: number): Uint32Array => {
  const numbers = new Uint32Array(length);
  const copy = Buffer.from(numbers.buffer);
  bytes.copy(copy, 0, start, start + length * 4);
  if (endianness() === 'BE') copy.swap32();
  return numbers;
};

/** A table that is full would be searched for ever. */
const hasRoom = (rows: Uint32Array, width: number): boolean => {
  const count = rows.length / width;
  if ((count & (count - 1)) !== 0) return false;
  for (let row = VALUE; row < rows.length; row += width) if (rows[row] === 0) return true;
  return false;
};

/**
 * Opens the model that a file holds. @throws FILE_NOT_FOUND, STORE_READ_FAILED, FILE_INVALID when it is damaged or something else,
 * STORE_VERSION_UNSUPPORTED when a newer version wrote it, ABORTED
 */
export const openNGramModel = async (path: string, { signal }: CallOptions = {}): Promise<NGramModel> => {
  throwIfAborted(signal, 'the opening of a model');
  const bytes = await readFileAt(path);
  throwIfAborted(signal, 'the opening of a model');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged(path, 'it begins otherwise');
  if (bytes.length < HEADER_AT) throw damaged(path, 'it is cut');
  const version = bytes.readUInt32LE(VERSION_AT);
  if (version !== VERSION) {
    throw new RetentiveError(
      'STORE_VERSION_UNSUPPORTED',
      `${path} is a model of version ${version}, and this program knows ${VERSION}: update it, or train the model again`,
      { details: { file: path, version, known: VERSION } },
    );
  }
  const digest = digestOf([bytes.subarray(HEADER_LENGTH_AT)]);
  if (!digest.equals(bytes.subarray(DIGEST_AT, HEADER_LENGTH_AT)))
    throw damaged(path, 'its checksum is wrong');
  return createNGramModel(readTables(path, bytes), nameOf(digest));
};

/** Tables of a file whose checksum is right: what is wrong here was written so. */
const readTables = (path: string, bytes: Buffer): NGramTables => {
  const numbersFrom = HEADER_AT + bytes.readUInt32LE(HEADER_LENGTH_AT);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8', HEADER_AT, numbersFrom));
  } catch (cause) {
    throw damaged(path, 'its header cannot be read', cause);
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) throw damaged(path, 'its header has wrong fields', parsed.error);
  const { symbolPlaces, contextPlaces, ...header } = parsed.data;
  const lengths = [
    CONTEXT_VALUES,
    3 * CONTEXT_VALUES,
    header.vocabularySize,
    symbolPlaces * SYMBOL_WIDTH,
    contextPlaces * CONTEXT_WIDTH,
  ] as const;
  const expected = numbersFrom + 4 * lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length !== expected) throw damaged(path, 'its length is wrong');
  let at = numbersFrom;
  const [root, countsOfCounts, counts, symbols, contexts] = lengths.map((length) => {
    const numbers = numbersAt(bytes, at, length);
    at += length * 4;
    return numbers;
  }) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  if (!hasRoom(symbols, SYMBOL_WIDTH) || !hasRoom(contexts, CONTEXT_WIDTH)) {
    throw damaged(path, 'its tables are full');
  }
  return { ...header, root, countsOfCounts, counts, symbols, contexts };
};
