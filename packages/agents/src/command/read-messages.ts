import { createHash } from 'node:crypto';
import {
  DEFAULT_THREAD,
  isRetentiveError,
  lines,
  type MessageInput,
  parseMessageInput,
  RetentiveError,
} from '@retentive/core';
import type { TextSource } from './read-file.ts';

/** One message of a file and the line it stands on, from 1. */
export interface NumberedMessage {
  readonly line: number;
  readonly message: MessageInput;
}

/**
 * Each line's key stands for the whole file up to it: running a file again, grown or renamed, finds what it brought
 * before, and the same line twice is two messages.
 */
const chainKey = (before: string, line: string): string =>
  createHash('sha256').update(before).update('\n').update(line).digest('base64url');

/** The same line in another thread is another message. */
const keyIn = (thread: string | undefined, key: string): string =>
  thread === undefined || thread === DEFAULT_THREAD ? `line:${key}` : `line:${chainKey(thread, key)}`;

const parseLine = (source: TextSource, number: number, line: string): MessageInput => {
  try {
    // Checked against the schema of messages right away.
    return parseMessageInput(JSON.parse(line) as unknown);
  } catch (cause) {
    const problem = isRetentiveError(cause) ? cause.message : 'the line is not JSON';
    throw new RetentiveError('FILE_INVALID', `${source.name} line ${number}: ${problem}`, {
      cause,
      details: { file: source.name, line: number },
    });
  }
};

/**
 * The messages of a JSON Lines file, one a line, empty lines left out. A message without an id or key of its own gets
 * a key from the file's text up to it and `thread`, which it gets unless it names one. @throws FILE_INVALID with file and line
 */
export async function* readMessages(
  source: TextSource,
  thread: string | undefined,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<NumberedMessage, void, undefined> {
  let key = '';
  let number = 0;
  for await (const line of lines(source.read(onBytes))) {
    number += 1;
    if (line.trim() === '') continue;
    key = chainKey(key, line);
    const message = parseLine(source, number, line);
    const keyed = message.id !== undefined || message.idempotencyKey !== undefined;
    const given = message.thread === undefined ? thread : undefined;
    yield {
      line: number,
      message: {
        ...message,
        ...(given === undefined ? {} : { thread: given }),
        ...(keyed ? {} : { idempotencyKey: keyIn(given, key) }),
      },
    };
  }
}
