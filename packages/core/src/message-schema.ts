import * as z from 'zod';
import { type ErrorCode, RetentiveError } from './errors.ts';
import { parseMessageId } from './ids.ts';
import {
  type Content,
  type DocumentInput,
  type MessageHeaderInput,
  type MessageInput,
  ROLES,
  type TimeInput,
} from './message.ts';
import { parseLabel } from './scope.ts';

/** Limits of metadata: bytes as JSON, depth, keys in all. */
export const METADATA_LIMITS = { bytes: 8_192, depth: 4, keys: 64 } as const;

/** The thread of messages that name none. */
export const DEFAULT_THREAD = 'default';

const EARLIEST = Date.UTC(0, 0, 1) - 1_900 * 366 * 86_400_000;
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A moment in ms since epoch, from years 0 to 9999. Times in the future are allowed. @throws the given code */
export const parseTime = (name: string, value: TimeInput, code: ErrorCode = 'MESSAGE_INVALID'): number => {
  const time =
    typeof value === 'number' ? value : value instanceof Date ? value.getTime() : Date.parse(value);
  if (!Number.isFinite(time) || time < EARLIEST || time > LATEST) {
    const shown = value instanceof Date ? 'an invalid Date' : JSON.stringify(value);
    throw new RetentiveError(
      code,
      `${name} must be ms since epoch, an ISO 8601 string or a Date between the years 0 and 9999, got ${shown}`,
    );
  }
  return Math.trunc(time);
};

const parseTimeZone = (value: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new RetentiveError(
      'MESSAGE_INVALID',
      `timeZone must be an IANA name such as Europe/Lisbon, got "${value.slice(0, 64)}"`,
      { cause },
    );
  }
};

const measure = (value: unknown, depth: number): { readonly keys: number; readonly depth: number } => {
  if (typeof value !== 'object' || value === null) return { keys: 0, depth };
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  let deepest = depth + 1;
  if (deepest > METADATA_LIMITS.depth) return { keys, depth: deepest };
  for (const child of Object.values(value)) {
    const inner = measure(child, depth + 1);
    keys += inner.keys;
    deepest = Math.max(deepest, inner.depth);
  }
  return { keys, depth: deepest };
};

const metadataSchema = z.record(z.string(), z.json()).superRefine((value, context) => {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  const { keys, depth } = measure(value, 0);
  if (bytes > METADATA_LIMITS.bytes)
    context.addIssue(`metadata has ${bytes} bytes, the limit is ${METADATA_LIMITS.bytes}`);
  if (depth > METADATA_LIMITS.depth)
    context.addIssue(`metadata is deeper than the limit of ${METADATA_LIMITS.depth}`);
  if (keys > METADATA_LIMITS.keys)
    context.addIssue(`metadata has ${keys} keys, the limit is ${METADATA_LIMITS.keys}`);
});

const timeSchema = z.union([z.number(), z.string(), z.date()]);
const optionalText = z.string().min(1).optional();

const headerShape = {
  thread: z.string().optional(),
  role: z.enum(ROLES),
  speaker: z.string().optional(),
  id: z.string().optional(),
  idempotencyKey: z.string().min(1).max(256).optional(),
  time: timeSchema.optional(),
  timeZone: optionalText,
  metadata: metadataSchema.optional(),
  expiresAt: timeSchema.optional(),
  remember: z.boolean().optional(),
};

/** A content as JSON: a string, or parts. */
export const contentSchema = z.union([
  z.string(),
  z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text'), text: z.string() }),
        z.strictObject({
          type: z.enum(['image', 'audio', 'file']),
          uri: z.string().min(1).max(2_048),
          mediaType: z.string().min(1).max(128),
          caption: z.string().optional(),
        }),
      ]),
    )
    .max(256),
]);

/** A message header as JSON, for files and HTTP bodies. */
export const messageHeaderSchema = z.strictObject(headerShape);

/** A message as JSON, for files and HTTP bodies. */
export const messageSchema = z.strictObject({ ...headerShape, content: contentSchema });

/** A document header as JSON. */
export const documentSchema = z.strictObject({
  id: z.string().optional(),
  title: z.string().min(1).max(512),
  uri: z.string().min(1).max(2_048).optional(),
  mediaType: z.string().min(1).max(128).optional(),
  thread: z.string().optional(),
  idempotencyKey: headerShape.idempotencyKey,
  time: timeSchema.optional(),
  metadata: metadataSchema.optional(),
  expiresAt: timeSchema.optional(),
});

/** Checks `value` against a zod schema; the error names the field, what was wrong and nothing of the content. */
export const parseInput = <T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
  code: ErrorCode = 'MESSAGE_INVALID',
): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  throw new RetentiveError(
    code,
    `${what} is invalid: ${path === '' ? '' : `${path}: `}${issue?.message ?? 'unknown'}`,
    {
      details: { path },
    },
  );
};

const checkShared = (input: {
  readonly thread?: string | undefined;
  readonly speaker?: string | undefined;
  readonly id?: string | undefined;
  readonly time?: TimeInput | undefined;
  readonly expiresAt?: TimeInput | undefined;
  readonly timeZone?: string | undefined;
}): void => {
  if (input.thread !== undefined) parseLabel('thread', input.thread);
  if (input.speaker !== undefined) parseLabel('speaker', input.speaker);
  if (input.id !== undefined) parseMessageId(input.id);
  if (input.timeZone !== undefined) parseTimeZone(input.timeZone);
  const time = input.time === undefined ? undefined : parseTime('time', input.time);
  if (input.expiresAt === undefined) return;
  const expiresAt = parseTime('expiresAt', input.expiresAt);
  if (time !== undefined && expiresAt <= time) {
    throw new RetentiveError(
      'MESSAGE_INVALID',
      `expiresAt must lie after time, got ${expiresAt} against ${time}`,
    );
  }
};

/** Checks a header for `ingest`. @throws MESSAGE_INVALID, LABEL_INVALID */
export const parseMessageHeaderInput = (value: unknown): MessageHeaderInput => {
  const input = parseInput<MessageHeaderInput>(messageHeaderSchema, value, 'the message');
  checkShared(input);
  return input;
};

const isBlank = (content: Content): boolean =>
  typeof content === 'string'
    ? content.trim().length === 0
    : content.every((part) => part.type === 'text' && part.text.trim().length === 0);

/** Checks a message for `observe`; white space alone is no message. @throws MESSAGE_INVALID, LABEL_INVALID */
export const parseMessageInput = (value: unknown): MessageInput => {
  const input = parseInput<MessageInput>(messageSchema, value, 'the message');
  checkShared(input);
  if (isBlank(input.content)) {
    throw new RetentiveError(
      'MESSAGE_INVALID',
      'the message is empty: content needs a word, a picture or a file',
    );
  }
  return input;
};

/** Checks a document header. @throws MESSAGE_INVALID, LABEL_INVALID */
export const parseDocumentInput = (value: unknown): DocumentInput => {
  const input = parseInput<DocumentInput>(documentSchema, value, 'the document');
  checkShared(input);
  return input;
};
