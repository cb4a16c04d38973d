import { type Chunk, chunkIdOf } from '@retentive/core';
import type { SourceHeader } from '../journal/journal.ts';
import type { SourceRecord } from './scope-archive.ts';

const describe = (
  header: SourceHeader,
): Pick<Chunk, 'source' | 'role' | 'origin'> & Partial<Pick<Chunk, 'speaker' | 'timeZone'>> =>
  header.type === 'message'
    ? {
        source: { type: 'message', id: header.id },
        role: header.role,
        origin: header.origin,
        ...(header.speaker === undefined ? {} : { speaker: header.speaker }),
        ...(header.timeZone === undefined ? {} : { timeZone: header.timeZone }),
      }
    : {
        source: { type: 'document', id: header.id, title: header.title },
        role: 'user',
        origin: header.origin,
      };

/** A chunk: what is its own, and what all chunks of its source have. */
export const makeChunk = (
  { header, session }: SourceRecord,
  { index, offset, text, tokens, position }: Pick<Chunk, 'index' | 'offset' | 'text' | 'tokens' | 'position'>,
): Chunk => ({
  id: chunkIdOf(header.id, index),
  ...describe(header),
  index,
  offset,
  text,
  tokens,
  thread: header.thread,
  session,
  position,
  time: header.time,
  ...(header.agent === undefined ? {} : { agent: header.agent }),
  ...(header.expiresAt === undefined ? {} : { expiresAt: header.expiresAt }),
});
