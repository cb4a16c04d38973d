import { RetentiveError, type Tokenizer } from '@retentive/core';
import { CERTAIN_AFTER_UNITS, type Chunker, createChunker } from '../chunking/chunker.ts';
import type { SourceView } from '../episodic/episodic-types.ts';
import type { Cut, EntryBody, SourceId } from '../journal/journal.ts';

/** A stored source that is being sent again, from some offset on. */
export interface StoredSource {
  readonly id: SourceId;
  readonly view: SourceView;
  /** How far what was sent agrees with what is stored. */
  readonly position: number;
  /** What of `text` lies beyond the stored end. @throws OFFSET_INVALID where it differs before */
  beyond(text: string): string;
  /** Counts `text` as sent. */
  advance(text: string): void;
}

/** Begins to compare with a stored source. @throws MESSAGE_NOT_FOUND, OFFSET_INVALID */
export const createStoredSource = (
  id: SourceId,
  view: SourceView | undefined,
  offset: number,
): StoredSource => {
  if (view === undefined) {
    throw new RetentiveError('MESSAGE_NOT_FOUND', `no message or document "${id}" in this scope`);
  }
  const { length, text: stored } = view;
  if (!Number.isInteger(offset) || offset < 0 || offset > length) {
    throw new RetentiveError(
      'OFFSET_INVALID',
      `offset must be a whole number from 0 to the durable length ${length}, got ${offset}`,
      { details: { offset, length } },
    );
  }
  let position = offset;
  return {
    id,
    view,
    get position() {
      return position;
    },
    beyond(text) {
      const overlap = Math.min(text.length, length - position);
      if (!stored.startsWith(text.slice(0, overlap), position)) {
        throw new RetentiveError(
          'OFFSET_INVALID',
          `the text sent again differs from what is stored from offset ${position} on`,
          { details: { offset: position, length } },
        );
      }
      return text.slice(overlap);
    },
    advance(text) {
      position = Math.min(length, position + text.length);
    },
  };
};

/** How a torn source is opened again: the entry that says so, and a chunker that goes on after its certain chunks. */
export interface Reopening {
  readonly entries: readonly EntryBody[];
  readonly cuts: readonly Cut[];
  readonly chunker: Chunker;
}

/**
 * Chunks that were cut only because the source was torn are given up; those that any continuation would have too are
 * kept, whatever version has cut them: enough text follows their beginning. New rules begin after them.
 */
export const reopenSource = ({ id, view }: StoredSource, tokenizer: Tokenizer): Reopening => {
  const { text, cuts: known, header } = view;
  let keep = 0;
  let start = 0;
  for (const [end] of known) {
    if (start + CERTAIN_AFTER_UNITS >= text.length) break;
    start = end;
    keep += 1;
  }
  const chunker = createChunker({ tokenizer, kind: header.type, start });
  const cuts = chunker.push(text.slice(start));
  return { entries: view.state === 'torn' ? [{ kind: 'resumed', id, keep }] : [], cuts, chunker };
};
