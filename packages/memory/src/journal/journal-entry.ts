import type {
  Content,
  DocumentHeader,
  DocumentId,
  JobId,
  MessageHeader,
  MessageId,
  ModelCost,
  Operation,
  SentContext,
} from '@retentive/core';

/** The two walls of a scope. */
export interface ScopeKey {
  readonly tenant: string;
  readonly user: string;
}

/** The id of something whose text is streamed in. */
export type SourceId = MessageId | DocumentId;

/** What is known of a source before its text. */
export type SourceHeader =
  | ({ readonly type: 'message' } & MessageHeader)
  | ({ readonly type: 'document' } & DocumentHeader);

/** Where a chunk ends, as UTF-16 offset in its source, and its tokens. Chunking happens once, at the journal's door. */
export type Cut = readonly [end: number, tokens: number];

/** How a piece of background work stands. `dead` ones wait for a person. */
export interface JobRecord {
  readonly id: JobId;
  /** What is to be done, with the version of the worker, such as `extract:rules-1`. */
  readonly type: string;
  readonly source: SourceId;
  readonly state: 'queued' | 'done' | 'dead';
  /** Tries so far. */
  readonly attempts: number;
  /** Not before this moment, ms since epoch. */
  readonly runAfter?: number | undefined;
  readonly error?: string | undefined;
  /** What the work could not do, such as `extraction:language`. */
  readonly degraded?: readonly string[] | undefined;
  /** What this try asked of a model, for all the messages that were read together: it stands at the first of them. */
  readonly cost?: JobCost | undefined;
}

/** What reading messages cost, and how much came of it. */
export interface JobCost extends ModelCost {
  readonly messages: number;
  readonly operations: number;
}

/** What an entry says happened. */
export type EntryBody =
  /** A source begins; one that is `complete` at once carries all its text. */
  | {
      readonly kind: 'source';
      readonly source: SourceHeader;
      readonly state: 'open' | 'complete';
      readonly text: string;
      readonly cuts: readonly Cut[];
      /** Kept where the content was not plain text. */
      readonly parts?: Exclude<Content, string> | undefined;
    }
  /** More text of an open source, from `offset` on; `cuts` are the chunks that it closes. */
  | {
      readonly kind: 'text';
      readonly id: SourceId;
      readonly offset: number;
      readonly text: string;
      readonly cuts: readonly Cut[];
    }
  /** The source ends; the last cuts close what was pending. */
  | {
      readonly kind: 'closed';
      readonly id: SourceId;
      readonly state: 'complete' | 'torn';
      /** Durable length that the writer knows of: one that another writer has overtaken cannot end the source. */
      readonly length: number;
      readonly cuts: readonly Cut[];
    }
  /** A torn source goes on; its chunks after `keep` cuts are open again. */
  | { readonly kind: 'resumed'; readonly id: SourceId; readonly keep: number }
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** Background work on a source: queued with what caused it, ended in the same batch as its effects. */
  | { readonly kind: 'job'; readonly job: JobRecord }
  /** Keeps a source in the working set whatever its score, or lets go of it. */
  | { readonly kind: 'pin'; readonly id: SourceId; readonly pinned: boolean }
  | { readonly kind: 'context'; readonly context: SentContext }
  | { readonly kind: 'access'; readonly items: readonly string[] }
  /**
   * What a model gave for an input, told by its hash: replays and retries read it here instead of asking again. One about a
   * `source` is filed under it, read with it and erased with it.
   */
  | {
      readonly kind: 'output';
      readonly producer: string;
      readonly input: string;
      readonly output: string;
      readonly source?: SourceId | undefined;
    }
  /** Entries were taken out for good; written by `erase` alone. */
  | {
      readonly kind: 'forgotten';
      /** What was asked to be forgotten. */
      readonly ids: readonly string[];
      /** The entries that are gone. */
      readonly sequences: readonly SequenceRange[];
      /** Entries that were given another body, in their old place. */
      readonly replaced: readonly number[];
    };

/** Sequences from the first to the last, both included. */
export type SequenceRange = readonly [first: number, last: number];

/** One entry of the journal. Sequences start at 1 and grow; the only gaps are what was erased. */
export interface JournalEntry {
  readonly sequence: number;
  readonly scope: ScopeKey;
  /** Ms since epoch, by the clock of the journal. */
  readonly recordedAt: number;
  readonly body: EntryBody;
}
