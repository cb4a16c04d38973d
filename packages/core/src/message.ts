import type { ChunkId, DocumentId, MessageId, SessionId } from './ids.ts';

/** Who speaks, as models name it. */
export type Role = 'user' | 'assistant' | 'tool' | 'system';

/** Every {@link Role}. */
export const ROLES = ['user', 'assistant', 'tool', 'system'] as const satisfies readonly Role[];

/** Text of a message. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** A reference to something that is not text. The caption is indexed; the bytes are never stored. */
export interface MediaPart {
  readonly type: 'image' | 'audio' | 'file';
  readonly uri: string;
  readonly mediaType: string;
  readonly caption?: string | undefined;
}

/** One part of a message. */
export type ContentPart = TextPart | MediaPart;

/** What a message says: plain text, or parts. */
export type Content = string | readonly ContentPart[];

/** A JSON value, as metadata holds it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Free data that travels with a message: at most 8 KiB as JSON, depth 4, 64 keys. */
export type Metadata = Readonly<Record<string, JsonValue>>;

/** A moment as callers may give it: ms since epoch, an ISO 8601 string, or a Date. */
export type TimeInput = number | string | Date;

/** What message and stream inputs share. */
export interface MessageHeaderInput {
  /** Default `default`. */
  readonly thread?: string | undefined;
  readonly role: Role;
  /** Names the person where several take part. */
  readonly speaker?: string | undefined;
  /** Given by the caller or made; unique in the scope's tenant and user. */
  readonly id?: string | undefined;
  /** The same key again returns the first message with `replayed: true`; with another body `IDEMPOTENCY_CONFLICT`. */
  readonly idempotencyKey?: string | undefined;
  /** When it was said; default now. */
  readonly time?: TimeInput | undefined;
  /** IANA zone of the speaker, such as `Europe/Lisbon`; default UTC. */
  readonly timeZone?: string | undefined;
  readonly metadata?: Metadata | undefined;
  /** When the message is to be forgotten; must lie after `time`. */
  readonly expiresAt?: TimeInput | undefined;
  /** Where the words come from; default by role. Words of `web` and `tool` are data, never evidence of the user. */
  readonly origin?: Origin | undefined;
  /** False: nothing of it is stored. The call is answered, and what would have been made of it is not. Default true. */
  readonly remember?: boolean | undefined;
  /** False keeps the words out of extraction of facts. Default true. */
  readonly extract?: boolean | undefined;
}

/** One utterance, as given to `observe`. */
export interface MessageInput extends MessageHeaderInput {
  readonly content: Content;
}

/** Where the words came from: what a person or agent said is evidence, what was recalled or fetched is only data. */
export type Origin = 'user' | 'agent' | 'tool' | 'web' | 'system';

/** Every {@link Origin}. */
export const ORIGINS = ['user', 'agent', 'tool', 'web', 'system'] as const satisfies readonly Origin[];

/** What is known of a message before its text. Times are ms since epoch. */
export interface MessageHeader {
  readonly id: MessageId;
  readonly thread: string;
  readonly agent?: string | undefined;
  readonly role: Role;
  readonly speaker?: string | undefined;
  readonly origin: Origin;
  readonly time: number;
  readonly timeZone?: string | undefined;
  readonly metadata?: Metadata | undefined;
  readonly expiresAt?: number | undefined;
  /** Whether facts are extracted from it. */
  readonly remember: boolean;
}

/** How a message stands: `open` while it streams, then `complete` or `torn` for good (a torn one may be resumed). */
export type MessageState = 'open' | 'complete' | 'torn';

/** A stored message. `text` is all its text and captions; `parts` keeps references. */
export interface Message extends MessageHeader {
  readonly state: MessageState;
  readonly text: string;
  readonly parts?: readonly ContentPart[] | undefined;
}

/** A long text without a speaker, ingested in pieces. */
export interface DocumentInput {
  readonly id?: string | undefined;
  readonly title: string;
  readonly uri?: string | undefined;
  readonly mediaType?: string | undefined;
  /** Default `user`: the user's own paper. A fetched page is `web`. */
  readonly origin?: Origin | undefined;
  readonly thread?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly time?: TimeInput | undefined;
  readonly metadata?: Metadata | undefined;
  readonly expiresAt?: TimeInput | undefined;
}

/** What is known of a document before its text. */
export interface DocumentHeader {
  readonly id: DocumentId;
  readonly title: string;
  readonly uri?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly origin: Origin;
  readonly thread: string;
  readonly agent?: string | undefined;
  readonly time: number;
  readonly metadata?: Metadata | undefined;
  readonly expiresAt?: number | undefined;
}

/**
 * A piece of one message or document, at most 256 tokens, not split inside a sentence unless the sentence is longer.
 * The chunks of a source, in order of `index`, join to its text.
 */
export interface Chunk {
  readonly id: ChunkId;
  readonly source:
    | { readonly type: 'message'; readonly id: MessageId }
    | { readonly type: 'document'; readonly id: DocumentId; readonly title: string };
  readonly index: number;
  /** UTF-16 offset of the first character in the source's text. */
  readonly offset: number;
  readonly text: string;
  readonly tokens: number;
  readonly thread: string;
  readonly agent?: string | undefined;
  readonly session: SessionId;
  /** Place in the scope's stream: grows by one a chunk, in the order of the journal. */
  readonly position: number;
  readonly role: Role;
  readonly speaker?: string | undefined;
  readonly origin: Origin;
  readonly time: number;
  readonly timeZone?: string | undefined;
  readonly expiresAt?: number | undefined;
}

/** All text of a message, captions included, in order, parts joined by a line break. */
export const contentText = (content: Content): string =>
  typeof content === 'string'
    ? content
    : content
        .map((part) =>
          part.type === 'text'
            ? part.text
            : part.caption === undefined
              ? ''
              : `[${part.type}: ${part.caption}]`,
        )
        .filter((text) => text.length > 0)
        .join('\n');
