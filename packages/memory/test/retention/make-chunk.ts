import type { Chunk, ChunkId, MessageId, Role, SessionId } from '@retentive/core';

/** What a test says of a chunk; the rest is filled in. */
export interface ChunkSketch {
  readonly position: number;
  readonly text?: string;
  readonly tokens?: number;
  readonly role?: Role;
  readonly speaker?: string;
  readonly thread?: string;
  readonly session?: string;
  /** Default: a message of its own. */
  readonly source?: string;
  readonly index?: number;
  readonly time?: number;
}

/** A chunk for tests: 1 token for each 4 characters unless told. */
export const makeChunk = (sketch: ChunkSketch): Chunk => {
  const { position, text = `chunk ${position}`, thread = 'default', index = 0 } = sketch;
  const source = sketch.source ?? `m${position}`;
  return {
    id: `${source}#${index}` as ChunkId,
    source: { type: 'message', id: source as MessageId },
    index,
    offset: 0,
    text,
    tokens: sketch.tokens ?? Math.ceil(text.length / 4),
    thread,
    session: (sketch.session ?? `${thread}/1`) as SessionId,
    position,
    role: sketch.role ?? 'user',
    speaker: sketch.speaker ?? 'Anna',
    origin: 'user',
    time: sketch.time ?? position * 60_000,
  };
};
