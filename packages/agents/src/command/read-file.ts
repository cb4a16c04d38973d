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
    throw invalid(name, 'cannot be read', cause);
  }
}

/** Opens a file for reading as UTF-8. @throws FILE_NOT_FOUND, FILE_INVALID for a folder */
export const openTextFile = async (path: string, signal: AbortSignal): Promise<TextSource> => {
  let info: Awaited<ReturnType<typeof stat>>;
  try {
    info = await stat(path);
  } catch (cause) {
    throw new RetentiveError('FILE_NOT_FOUND', `there is no file ${path}`, {
      cause,
      details: { file: path },
    });
  }
  if (info.isDirectory()) throw invalid(path, 'is a folder, not a file');
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
