import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import {
  collect,
  DEFAULT_THREAD,
  type ErrorCode,
  isRetentiveError,
  parseLabel,
  RetentiveError,
} from '@retentive/core';
import type { Receipt, ScopedMemory } from '@retentive/memory';
import type { CommandContext } from './command-types.ts';
import { withScope } from './open-scope.ts';
import { openProgress } from './progress.ts';
import { openStdin, openTextFile, type TextSource } from './read-file.ts';
import { readMessages } from './read-messages.ts';
import { type FileReport, renderIngest } from './render/render-ingest.ts';

/** Options of the command `ingest`. */
export interface IngestOptions {
  /** Default: by the file's name; `jsonl` for stdin. */
  readonly format?: 'jsonl' | 'text' | undefined;
}

/** Messages on their way to the disk at a time: one disk sync serves them all. */
const IN_FLIGHT = 64;
/** Characters of a document written at a time. */
const PIECE = 65_536;

const FORMATS: Readonly<Record<string, FileReport['format']>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.txt': 'text',
  '.text': 'text',
  '.md': 'text',
  '.markdown': 'text',
};

/** Errors of a write that the file is to blame for. */
const FILE_FAULTS: readonly ErrorCode[] = ['IDEMPOTENCY_CONFLICT', 'MESSAGE_INVALID', 'OFFSET_INVALID'];

/** An error of the memory as a fault of the file at `place`, where it is one. */
const fileFault = (cause: unknown, place: string, details: { file: string; line?: number }): unknown =>
  isRetentiveError(cause) && FILE_FAULTS.includes(cause.code)
    ? new RetentiveError('FILE_INVALID', `${place}: ${cause.message}`, { cause, details })
    : cause;

type Counts = Pick<FileReport, 'messages' | 'documents' | 'replayed'>;

const formatOf = (file: string, wanted: IngestOptions['format']): FileReport['format'] => {
  const format = wanted ?? (file === '-' ? 'jsonl' : FORMATS[extname(file).toLowerCase()]);
  if (format !== undefined) return format;
  throw new RetentiveError(
    'FILE_INVALID',
    `${file} is neither ${Object.keys(FORMATS).join(', ')}: say what it is with --format jsonl or --format text`,
    { details: { file } },
  );
};

const ingestMessages = async (
  { options, signal }: CommandContext,
  scope: ScopedMemory,
  source: TextSource,
  onBytes: (bytes: number) => void,
): Promise<Counts> => {
  let messages = 0;
  let replayed = 0;
  let lastOfUser: Receipt | undefined;
  const inFlight: Promise<void>[] = [];
  const store = async ({
    line,
    message,
  }: {
    line: number;
    message: Parameters<ScopedMemory['observe']>[0];
  }) => {
    try {
      const receipt = await scope.observe(message, { signal });
      if (receipt.replayed) replayed += 1;
      else messages += 1;
      // Work on a scope is done in order, and only what users say is worked on.
      if (message.role === 'user') lastOfUser = receipt;
    } catch (cause) {
      throw fileFault(cause, `${source.name} line ${line}`, { file: source.name, line });
    }
  };
  try {
    for await (const numbered of readMessages(source, options.thread, onBytes)) {
      const stored = store(numbered);
      stored.catch(() => {});
      inFlight.push(stored);
      if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
    }
    await Promise.all(inFlight);
  } finally {
    // A fault further on does not drop what was read before it.
    await Promise.allSettled(inFlight);
  }
  await lastOfUser?.settled({ signal });
  return { messages, documents: 0, replayed };
};

/** The same text under another title or in another thread is another document. */
const documentKey = (content: string, title: string, thread: string): string =>
  `file:${createHash('sha256')
    .update(JSON.stringify([content, title, thread]))
    .digest('base64url')}`;

const ingestText = async (
  { options, signal }: CommandContext,
  scope: ScopedMemory,
  source: TextSource,
  onBytes: (bytes: number) => void,
): Promise<Counts> => {
  const title = source.bytes === undefined ? 'standard input' : basename(source.name);
  const thread = options.thread === undefined ? DEFAULT_THREAD : parseLabel('thread', options.thread);
  // The key comes first, so the file is read twice; stdin, which cannot be, is held in memory.
  const held = source.bytes === undefined ? await collect(source.read(onBytes)) : undefined;
  const hash = createHash('sha256');
  let blank = true;
  for await (const text of held ?? source.read()) {
    hash.update(text);
    blank &&= text.trim() === '';
  }
  if (blank) {
    throw new RetentiveError('FILE_INVALID', `${source.name} is empty`, { details: { file: source.name } });
  }
  const content = hash.digest('base64url');
  const writer = scope.ingestDocument({ title, thread, idempotencyKey: documentKey(content, title, thread) });
  const stored = createHash('sha256');
  try {
    for await (const text of held ?? source.read(onBytes)) {
      stored.update(text);
      for (let at = 0; at < text.length; at += PIECE)
        await writer.write(text.slice(at, at + PIECE), { signal });
    }
    if (stored.digest('base64url') !== content) {
      throw new RetentiveError('FILE_INVALID', `${source.name} changed while it was read`, {
        details: { file: source.name },
      });
    }
    await writer.complete({ signal });
  } catch (error) {
    await writer.tear().catch(() => {});
    throw fileFault(error, source.name, { file: source.name });
  }
  return { messages: 0, documents: writer.replayed ? 0 : 1, replayed: writer.replayed ? 1 : 0 };
};

/**
 * Stores files: JSON Lines as messages, text and Markdown as documents, `-` for stdin. Run again, it stores only what
 * is new. It ends when the facts in it were read. A faulty line stops it; what stands before that line stays. @throws FILE_INVALID, FILE_NOT_FOUND, STORE_*
 */
export const runIngest = async (
  context: CommandContext,
  files: readonly string[],
  options: IngestOptions,
): Promise<void> => {
  const { terminal, signal, stdin } = context;
  const planned = files.map((file) => ({ file, format: formatOf(file, options.format) }));
  const sources = await Promise.all(
    planned.map(async ({ file, format }) => ({
      format,
      source: file === '-' ? openStdin(stdin, signal) : await openTextFile(file, signal),
    })),
  );
  const reports: FileReport[] = [];
  await withScope(context, async ({ scope }) => {
    for (const { format, source } of sources) {
      const progress = await openProgress(terminal, source.name, source.bytes);
      let bytes = 0;
      const onBytes = (read: number): void => {
        bytes = read;
        progress.update(read);
      };
      try {
        const ingest = format === 'jsonl' ? ingestMessages : ingestText;
        reports.push({
          file: source.name,
          format,
          ...(await ingest(context, scope, source, onBytes)),
          bytes,
        });
      } finally {
        progress.stop();
      }
    }
  });
  terminal.write(renderIngest(reports, terminal.colors));
  terminal.writeJson({ files: reports });
};
