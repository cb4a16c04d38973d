import { createHash } from 'node:crypto';
import {
  type Clock,
  DEFAULT_THREAD,
  type DocumentId,
  type DocumentInput,
  type IdSource,
  type MessageHeaderInput,
  type Origin,
  parseLabel,
  parseMessageId,
  parseTime,
  RetentiveError,
  type Role,
  type Scope,
} from '@retentive/core';
import type { SourceHeader } from '../journal/journal.ts';

/** What a header is made with. */
export interface HeaderContext {
  readonly scope: Scope;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How long what names no `expiresAt` is kept, in ms. Default for ever. */
  readonly retainMs?: number | undefined;
}

const ORIGIN_OF_ROLE = {
  user: 'user',
  assistant: 'agent',
  tool: 'tool',
  system: 'system',
} as const satisfies Record<Role, Origin>;

const threadOf = (scope: Scope, given: string | undefined): string => {
  const named = given === undefined ? undefined : parseLabel('thread', given);
  if (scope.thread !== undefined && named !== undefined && named !== scope.thread) {
    throw new RetentiveError(
      'MESSAGE_INVALID',
      `the scope writes to thread "${scope.thread}", the message names "${named}"`,
    );
  }
  return named ?? scope.thread ?? DEFAULT_THREAD;
};

const shared = (
  input: MessageHeaderInput | DocumentInput,
  { scope, clock, retainMs }: HeaderContext,
): {
  thread: string;
  time: number;
  agent?: string;
  metadata?: NonNullable<DocumentInput['metadata']>;
  expiresAt?: number;
} => {
  const time = input.time === undefined ? clock.now() : parseTime('time', input.time);
  const kept = retainMs === undefined ? undefined : Math.max(time, clock.now()) + retainMs;
  const expiresAt = input.expiresAt === undefined ? kept : parseTime('expiresAt', input.expiresAt);
  if (expiresAt !== undefined && expiresAt <= time) {
    throw new RetentiveError(
      'MESSAGE_INVALID',
      `expiresAt must lie after time, got ${expiresAt} against ${time}`,
    );
  }
  return {
    thread: threadOf(scope, input.thread),
    time,
    ...(scope.agent === undefined ? {} : { agent: scope.agent }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

/** The header of a message as the journal keeps it; what was left out gets its default. */
export const messageHeader = (input: MessageHeaderInput, context: HeaderContext): SourceHeader => ({
  type: 'message',
  id: input.id === undefined ? context.ids.create('message') : parseMessageId(input.id),
  ...shared(input, context),
  role: input.role,
  origin: input.origin ?? ORIGIN_OF_ROLE[input.role],
  ...(input.speaker === undefined ? {} : { speaker: input.speaker.normalize('NFC') }),
  ...(input.timeZone === undefined ? {} : { timeZone: input.timeZone }),
  remember: input.extract ?? true,
});

/** The header of a document as the journal keeps it. */
export const documentHeader = (input: DocumentInput, context: HeaderContext): SourceHeader => ({
  type: 'document',
  id: (input.id === undefined ? context.ids.create('document') : parseMessageId(input.id)) as DocumentId,
  title: input.title,
  origin: input.origin ?? 'user',
  ...(input.uri === undefined ? {} : { uri: input.uri }),
  ...(input.mediaType === undefined ? {} : { mediaType: input.mediaType }),
  ...shared(input, context),
});

const sortKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * Keys that make a source unique: its own id if the caller gave one, and the idempotency key. The hash is over what the
 * caller gave and where it goes; a retry that leaves the time to us is the same message all the same.
 */
export const keysOf = (
  input: MessageHeaderInput | DocumentInput,
  { thread, agent }: SourceHeader,
): readonly { readonly key: string; readonly hash: string }[] => {
  const { idempotencyKey, id, ...body } = input;
  // Most messages have neither, and a hash costs as much as the rest of the header.
  if (idempotencyKey === undefined && id === undefined) return [];
  const hash = createHash('sha256')
    .update(JSON.stringify({ ...body, thread, agent }, (_, value) => sortKeys(value)))
    .digest('base64url');
  return [
    ...(id === undefined ? [] : [{ key: `id:${id}`, hash }]),
    ...(idempotencyKey === undefined ? [] : [{ key: `key:${idempotencyKey}`, hash }]),
  ];
};
