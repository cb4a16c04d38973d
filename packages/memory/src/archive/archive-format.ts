import { createHash, type Hash } from 'node:crypto';
import { lines, RetentiveError, throwIfAborted } from '@retentive/core';
import * as z from 'zod';
import type { EntryBody, SourceKey } from '../journal/journal.ts';
import { ARCHIVE_VERSION, type OpenArchive } from './archive-types.ts';
import { bodySchema } from './entry-schema.ts';

// An archive is JSON Lines in UTF-8, each line ended by `\n`:
//   {"archive":"retentive","version":1,"scope":{"tenant":"acme","user":"ana"}}
//   {"at":1717200000000,"body":{"kind":"source",...},"keys":[{"key":"key:k","hash":"..."}]}      one for each entry, in order
//   {"end":true,"entries":1,"sha256":"<of every line before this one, line ends included, in hexadecimal>"}
// It holds the entries of one scope as its journal has them, and no sequences: the same history has the same archive,
// byte for byte, wherever it was imported. The count stands at the end because an export reads the journal once.

/** Most characters of a line: far above any entry, low enough to refuse a file that is no archive. */
const MAX_LINE = 256 * 1_048_576;

const headerSchema = z.looseObject({
  archive: z.literal('retentive'),
  version: z.int().min(1),
  scope: z.looseObject({ tenant: z.string().min(1), user: z.string().min(1) }),
});

const entrySchema = z.strictObject({
  at: z.int(),
  body: bodySchema,
  keys: z.array(z.strictObject({ key: z.string().min(1), hash: z.string() })).optional(),
});

const trailerSchema = z.strictObject({
  end: z.literal(true),
  entries: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});

/** The first line of an archive. */
export type ArchiveHeader = z.infer<typeof headerSchema>;

/** An entry of an archive and the line it stands on, from 1. */
export interface ArchivedEntry {
  readonly line: number;
  readonly at: number;
  readonly body: EntryBody;
  readonly keys: readonly SourceKey[];
}

/** An error of one line. */
export const lineError = (line: number, problem: string, cause?: unknown): RetentiveError =>
  new RetentiveError('FILE_INVALID', `line ${line} of the archive ${problem}`, {
    details: { line },
    ...(cause === undefined ? {} : { cause }),
  });

/** Joins lines to an archive: adds line ends, and the trailer at the end. */
export const createArchiveWriter = (): {
  readonly line: (value: unknown) => string;
  readonly end: (entries: number) => string;
} => {
  const hash = createHash('sha256');
  return {
    line(value) {
      const text = `${JSON.stringify(value)}\n`;
      hash.update(text);
      return text;
    },
    end: (entries) => `${JSON.stringify({ end: true, entries, sha256: hash.digest('hex') })}\n`,
  };
};

const parseJson = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw lineError(line, 'is not JSON', cause);
  }
};

const parseLine = <T>(schema: z.ZodType<T>, value: unknown, line: number, what: string): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw lineError(line, `is no ${what}: ${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'unknown'}`);
};

const parseHeader = (text: string): ArchiveHeader => {
  const header = parseLine(headerSchema, parseJson(text, 1), 1, 'header of an archive');
  if (header.version <= ARCHIVE_VERSION) return header;
  throw new RetentiveError(
    'STORE_VERSION_UNSUPPORTED',
    `the archive has version ${header.version}; this release reads up to ${ARCHIVE_VERSION}: use a newer one`,
    { details: { version: header.version, supported: ARCHIVE_VERSION } },
  );
};

/** The entry as it was written: zod sorts fields, and the same entry must give the same bytes again. */
const parseEntry = (value: unknown, line: number): ArchivedEntry => {
  const { at, keys = [] } = parseLine(entrySchema, value, line, 'entry');
  const { body } = value as { readonly body: EntryBody };
  if (keys.length > 0 && body.kind !== 'source') throw lineError(line, 'has keys, but begins no source');
  return { line, at, body, keys };
};

const checkTrailer = (value: unknown, line: number, hash: Hash): void => {
  const { entries, sha256 } = parseLine(trailerSchema, value, line, 'end of an archive');
  if (entries !== line - 2) throw lineError(line, `counts ${entries} entries, there are ${line - 2}`);
  if (sha256 !== hash.digest('hex')) throw lineError(line, 'has another checksum than the lines before it');
};

const isTrailer = (value: unknown): boolean => typeof value === 'object' && value !== null && 'end' in value;

/**
 * Reads an archive: `onHeader` is given its first line, then the entries come. What was read is known to be whole only
 * when the iteration has ended. @throws FILE_INVALID with the line, STORE_VERSION_UNSUPPORTED
 */
export async function* readArchive(
  open: OpenArchive,
  onHeader: (header: ArchiveHeader) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<ArchivedEntry, void, undefined> {
  const hash = createHash('sha256');
  let line = 0;
  let ended = false;
  for await (const text of lines(open())) {
    throwIfAborted(signal, 'the import');
    line += 1;
    if (text.length > MAX_LINE)
      throw lineError(line, `has ${text.length} characters, the limit is ${MAX_LINE}`);
    if (ended) throw lineError(line, 'stands behind the end');
    if (line === 1) onHeader(parseHeader(text));
    else {
      const value = parseJson(text, line);
      if (isTrailer(value)) {
        checkTrailer(value, line, hash);
        ended = true;
        continue;
      }
      yield parseEntry(value, line);
    }
    hash.update(text).update('\n');
  }
  if (!ended) throw lineError(line + 1, 'is missing: the archive is cut off');
}
