import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isRetentiveError, RetentiveError } from '@retentive/core';

/** A file as a stream of text, or stdin. */
export interface TextSource {
  readonly name: string;
  /** Undefined for stdin. */
  readonly bytes: number | undefined;
  /** The text from the start. `onBytes` hears how many bytes were read. @throws FILE_INVALID, FILE_NOT_FOUND, ABORTED */
  read(onBytes?: (bytes: number) => void): AsyncIterable<string>;
}

/** The code of an error of the file system, such as `ENOENT`. */
export const systemCode = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;

/** What the file system says of an error, for the end of a message. */
export const systemReason = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

const invalid = (name: string, problem: string, cause?: unknown): RetentiveError =>
  new RetentiveError('FILE_INVALID', `${name} ${problem}`, { cause, details: { file: name } });

async function* decode(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const text = (chunk?: Uint8Array): string => {
    let decoded: string;
    try {
      decoded = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw invalid(name, `is not UTF-8 text, near byte ${bytes}`, cause);
    }
    if (decoded.includes('\u0000')) throw invalid(name, `is a binary file: a zero byte near byte ${bytes}`);
    return decoded;
  };
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) throw new RetentiveError('ABORTED', `reading ${name} was aborted`);
      const decoded = text(chunk);
      bytes += chunk.byteLength;
      onBytes?.(bytes);
      if (decoded !== '') yield decoded;
    }
    const rest = text();
    if (rest !== '') yield rest;
  } catch (cause) {
    if (isRetentiveError(cause)) throw cause;
    throw invalid(name, `cannot be read: ${systemReason(cause)}`, cause);
  }
}

/** Opens a file for reading as UTF-8. @throws FILE_NOT_FOUND, FILE_INVALID for a folder, a pipe and what may not be read */
export const openTextFile = async (path: string, signal: AbortSignal): Promise<TextSource> => {
  let info: Awaited<ReturnType<typeof stat>>;
  try {
    info = await stat(path);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw invalid(path, `cannot be read: ${systemReason(cause)}`, cause);
    throw new RetentiveError('FILE_NOT_FOUND', `there is no file ${path}`, {
      cause,
      details: { file: path },
    });
  }
  if (info.isDirectory()) throw invalid(path, 'is a folder, not a file');
  // Text is read twice, which a pipe or a device cannot be.
  if (!info.isFile()) throw invalid(path, 'is not a regular file: give its text on standard input, as -');
  return {
    name: path,
    bytes: info.size,
    read: (onBytes) => decode(path, createReadStream(path), signal, onBytes),
  };
};

/** Standard input as a text source; it can be read once. */
export const openStdin = (stdin: Readable, signal: AbortSignal): TextSource => ({
  name: '-',
  bytes: undefined,
  read: (onBytes) => decode('standard input', stdin, signal, onBytes),
});
