import type {
  CallOptions,
  EpisodeId,
  FactId,
  Interval,
  MessageId,
  Operation,
  TimeInput,
} from '@retentive/core';

/** Which episodes to read. */
export interface EpisodesOptions extends CallOptions {
  readonly thread?: string | undefined;
  /** Only what reaches into the time from here on. */
  readonly from?: TimeInput | undefined;
  /** Only what began before. */
  readonly to?: TimeInput | undefined;
  /** Words that are all said in it, or names of who takes part. */
  readonly about?: string | undefined;
  /** Valid time: only what had begun by then. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: as it was known here then. It reads the journal anew. Default now. */
  readonly knownAt?: TimeInput | undefined;
  /** The newest so many; default 100. */
  readonly limit?: number | undefined;
}

/** What to put in order. */
export interface TimelineOptions extends CallOptions {
  /** A name, a thing, or words that are said of it. */
  readonly about: string;
  readonly thread?: string | undefined;
  readonly asOf?: TimeInput | undefined;
  readonly knownAt?: TimeInput | undefined;
  /** The latest so many items; default 1,000. `count` and `span` are of all. */
  readonly limit?: number | undefined;
}

/** Something that was said of a moment. */
export interface TimelineItem {
  /** A sentence as it was said, or the text of a fact. */
  readonly text: string;
  /** When it was or will be: the time that the sentence names, else when it was said. */
  readonly when: Interval;
  /** True where the sentence names its time. */
  readonly isDated: boolean;
  readonly speaker?: string | undefined;
  /** Every message that says it. */
  readonly sources: readonly MessageId[];
  readonly fact?: FactId | undefined;
  readonly episode?: EpisodeId | undefined;
}

/** What was said about something, in order of when it was: order, how often and how long apart. */
export interface Timeline {
  readonly about: string;
  /** By when they were; of one moment in the order they were said. What two messages say alike is one item. At most `limit`. */
  readonly items: readonly TimelineItem[];
  /** Of all items, however many are given. */
  readonly count: number;
  /** From the first of all items to the last, ms. */
  readonly span: number;
  /** From each item to the next, ms: one fewer than items. */
  readonly gaps: readonly number[];
}

/** How much one run of consolidation may do. */
export interface ConsolidateOptions extends CallOptions {
  /** Says what would be written, and writes nothing and asks no model. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Most operations, about: what belongs together is written together. Default 100. */
  readonly limit?: number | undefined;
  /** Begins nothing more after so many ms. Default: as long as it takes. */
  readonly ms?: number | undefined;
  /** Most calls of the model that summarises; default 8. Without such a model there are none. */
  readonly modelCalls?: number | undefined;
}

/** What a run of consolidation wrote, or would write. */
export interface ConsolidateReport {
  readonly dryRun: boolean;
  /** In the order they were journaled. A dry run knows those that need no model. */
  readonly operations: readonly Operation[];
  /** Calls that were made; of a dry run, those that wait to be made. */
  readonly modelCalls: number;
  /** Calls that failed, or whose answer had another shape. They are made again by another run. */
  readonly failedCalls: number;
  /** As the provider counts them. */
  readonly tokens: { readonly input: number; readonly output: number };
  /** False where there is more to do than this run was allowed, or could. */
  readonly done: boolean;
}
