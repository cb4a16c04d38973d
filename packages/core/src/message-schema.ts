import * as z from 'zod';
import { type ErrorCode, RetentiveError } from './errors.ts';
import { parseMessageId } from './ids.ts';
import {
  type Content,
  type DocumentInput,
  type MessageHeaderInput,
  type MessageInput,
  type Metadata,
  ORIGINS,
  ROLES,
  type TimeInput,
} from './message.ts';
import { parseLabel } from './scope.ts';

/** Limits of metadata: bytes as JSON, depth, keys in all. */
export const METADATA_LIMITS = { bytes: 8_192, depth: 4, keys: 64 } as const;

/** The thread of messages that name none. */
export const DEFAULT_THREAD = 'default';

const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

const isoDate = z.iso.date();
const isoMoment = z.iso.datetime({ offset: true, local: true });

/** ISO 8601 only, since what else `Date` reads depends on the machine; without an offset it means UTC. */
const parseIso = (text: string): number => {
  if (isoDate.safeParse(text).success) return Date.parse(text);
  if (!isoMoment.safeParse(text).success) return Number.NaN;
  return Date.parse(/(?:Z|[+-]\d{2}:?\d{2})$/u.test(text) ? text : `${text}Z`);
};

/**
 * A moment in ms since epoch, from years 0 to 9999. Text is ISO 8601, without an offset in UTC. Times in the future are
 * allowed. @throws the given code
 */
export const parseTime = (name: string, value: TimeInput, code: ErrorCode = 'MESSAGE_INVALID'): number => {
  const time = typeof value === 'number' ? value : value instanceof Date ? value.getTime() : parseIso(value);
  if (!Number.isFinite(time) || time < EARLIEST || time > LATEST) {
    const shown = value instanceof Date ? 'an invalid Date' : JSON.stringify(value)?.slice(0, 64);
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

interface Measure {
  keys: number;
  problem: string | undefined;
}

/** Looks at most one level below the limit, so that deep or circular values end here too. */
const measure = (value: unknown, depth: number, found: Measure): void => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) found.problem ??= `metadata holds ${value}, which JSON cannot`;
    return;
  }
  if (typeof value !== 'object') {
    found.problem ??= `metadata holds a ${typeof value}, which JSON cannot`;
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    found.problem ??= 'metadata holds an object that is not plain';
    return;
  }
  if (depth === METADATA_LIMITS.depth) {
    found.problem ??= `metadata is deeper than the limit of ${METADATA_LIMITS.depth}`;
    return;
  }
  const children: readonly unknown[] = Object.values(value);
  if (!Array.isArray(value)) found.keys += children.length;
  for (const child of children) {
    if (found.problem !== undefined) return;
    measure(child, depth + 1, found);
  }
};

const metadataProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'metadata must be an object';
  const found: Measure = { keys: 0, problem: undefined };
  measure(value, 0, found);
  if (found.problem !== undefined) return found.problem;
  if (found.keys > METADATA_LIMITS.keys)
    return `metadata has ${found.keys} keys, the limit is ${METADATA_LIMITS.keys}`;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > METADATA_LIMITS.bytes
    ? `metadata has ${bytes} bytes, the limit is ${METADATA_LIMITS.bytes}`
    : undefined;
};

const metadataSchema = z.custom<Metadata>().superRefine((value, context) => {
  const problem = metadataProblem(value);
  if (problem !== undefined) context.addIssue(problem);
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
  origin: z.enum(ORIGINS).optional(),
  remember: z.boolean().optional(),
  extract: z.boolean().optional(),
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
  origin: headerShape.origin,
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
