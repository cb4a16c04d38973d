import type { Clock } from './clock.ts';
import { RetentiveError } from './errors.ts';
import type { Random } from './random.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type MessageId = Branded<'MessageId'>;
export type DocumentId = Branded<'DocumentId'>;
export type ChunkId = Branded<'ChunkId'>;
export type SessionId = Branded<'SessionId'>;
export type EpisodeId = Branded<'EpisodeId'>;
export type FactId = Branded<'FactId'>;
export type OperationId = Branded<'OperationId'>;
export type ContextId = Branded<'ContextId'>;
export type TurnId = Branded<'TurnId'>;
export type JobId = Branded<'JobId'>;

interface IdKinds {
  readonly message: MessageId;
  readonly document: DocumentId;
  readonly episode: EpisodeId;
  readonly fact: FactId;
  readonly operation: OperationId;
  readonly context: ContextId;
  readonly turn: TurnId;
  readonly job: JobId;
}

const PREFIXES = {
  message: 'msg',
  document: 'doc',
  episode: 'epi',
  fact: 'fac',
  operation: 'opn',
  context: 'ctx',
  turn: 'trn',
  job: 'job',
} as const satisfies Record<keyof IdKinds, string>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
/** Each reading of chance gives 30 bits, 6 digits. */
const CHANCE_READINGS = 3;
const DIGITS_PER_READING = 6;

/** Makes ids that sort by the time they were made: prefix, 10 digits of time, 18 of chance (90 bits). */
export interface IdSource {
  create<Kind extends keyof IdKinds>(kind: Kind): IdKinds[Kind];
}

/** An {@link IdSource} on the given clock and chance: the same two give the same ids. */
export const createIdSource = (clock: Clock, random: Random): IdSource => ({
  create<Kind extends keyof IdKinds>(kind: Kind): IdKinds[Kind] {
    let time = Math.max(0, Math.floor(clock.now()));
    let digits = '';
    for (let index = 0; index < TIME_DIGITS; index += 1) {
      digits = ALPHABET[time % 32] + digits;
      time = Math.floor(time / 32);
    }
    let chance = '';
    for (let reading = 0; reading < CHANCE_READINGS; reading += 1) {
      let bits = Math.floor(random.next() * 2 ** 30);
      for (let digit = 0; digit < DIGITS_PER_READING; digit += 1) {
        chance += ALPHABET[bits % 32];
        bits = Math.floor(bits / 32);
      }
    }
    return `${PREFIXES[kind]}_${digits}${chance}` as IdKinds[Kind];
  },
});

/** The longest id a caller may bring, in UTF-16 units. */
export const MAX_ID_LENGTH = 256;

/** Checks an id that a caller brings (1-256 characters, no control characters). @throws MESSAGE_INVALID */
export const parseMessageId = (value: string): MessageId => {
  if (value.length === 0 || value.length > MAX_ID_LENGTH || /\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw new RetentiveError(
      'MESSAGE_INVALID',
      `an id has 1 to ${MAX_ID_LENGTH} characters and no control characters, got ${value.length} characters`,
    );
  }
  return value as MessageId;
};

/** The id of piece `index` of a message or document: derived, so that a replay gives the same ids. */
export const chunkIdOf = (source: MessageId | DocumentId, index: number): ChunkId =>
  `${source}#${index}` as ChunkId;

/** What {@link chunkIdOf} was made of; of any other text, nothing that is the id of a chunk. */
export const splitChunkId = (id: string): readonly [source: MessageId | DocumentId, index: number] => {
  const at = id.lastIndexOf('#');
  return [id.slice(0, Math.max(at, 0)) as MessageId | DocumentId, at < 0 ? -1 : Number(id.slice(at + 1))];
};
