import type { MessageSpan, SummaryPart } from './episode.ts';
import type { ContextId, DocumentId, EpisodeId, FactId, MessageId, OperationId } from './ids.ts';
import type { Origin } from './message.ts';

/** A half-open stretch of time [from, until) in ms since epoch; an absent end is open. */
export interface Interval {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** What a fact rests on: the words, and how far they can be trusted. */
export interface Evidence {
  readonly source: MessageId | DocumentId;
  /** UTF-16 offsets in the source's text; unlike chunks they never come to mean other words. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly origin: Origin;
  /** The words themselves, verbatim. */
  readonly quote?: string | undefined;
}

/** One way in which a fact is held: told in words, or derived from other facts. Each is enough. */
export interface FactSupport {
  /** What it was derived from, all of which hold; none where it was told. */
  readonly premises: readonly FactId[];
  /** 0 to 1: never more than that of a premise. */
  readonly trust: number;
}

/** One statement of semantic memory. */
export interface Fact {
  readonly id: FactId;
  readonly agent?: string | undefined;
  readonly text: string;
  readonly subject?: string | undefined;
  readonly attribute?: string | undefined;
  readonly value?: string | undefined;
  /** True for a statement that something is not so. */
  readonly negated: boolean;
  readonly entities: readonly string[];
  /** When it holds in the world. */
  readonly valid: Interval;
  /** When it was known here. */
  readonly recorded: Interval;
  readonly sources: readonly Evidence[];
  /** 0 to 1: the minimum along a derivation, the maximum over independent supports. */
  readonly trust: number;
  /** Facts it was derived from; when one falls, so does this, unless it has another support. None where it was told. */
  readonly premises: readonly FactId[];
  /** Every way in which it is held, where there is more than one. */
  readonly supports?: readonly FactSupport[] | undefined;
  /** Believed facts that cannot be true beside it; nothing told which of them is wrong. */
  readonly conflictsWith?: readonly FactId[] | undefined;
  /** `updated` when the record was wrong, `superseded` when the world changed, `retracted` when no longer held true. */
  readonly status: 'current' | 'updated' | 'superseded' | 'retracted';
  readonly replacedBy?: FactId | undefined;
  readonly expiresAt?: number | undefined;
}

/** What a writer proposes: a fact before it has an id, an interval of record or a status. */
export interface FactInput {
  readonly text: string;
  readonly subject?: string | undefined;
  readonly attribute?: string | undefined;
  readonly value?: string | undefined;
  readonly negated?: boolean | undefined;
  readonly entities?: readonly string[] | undefined;
  readonly valid?: Interval | undefined;
  readonly sources?: readonly Evidence[] | undefined;
  readonly trust?: number | undefined;
  readonly premises?: readonly FactId[] | undefined;
  readonly expiresAt?: number | undefined;
}

/** A small labelled block that is always in the context. */
export interface CoreBlock {
  readonly label: string;
  readonly lines: readonly string[];
  /** Counts up by one with each change. */
  readonly version: number;
  /** The most tokens the block may have. */
  readonly limit: number;
  readonly updatedAt: number;
}

/** What an operation does to a core block. */
export type BlockChange =
  | { readonly type: 'append'; readonly line: string }
  | { readonly type: 'replace'; readonly line: string; readonly by: string }
  | { readonly type: 'remove'; readonly line: string };

/** One version of a core block: the change that made it, why it was made, and what it rests on. */
export interface CoreVersion {
  readonly label: string;
  readonly version: number;
  readonly lines: readonly string[];
  readonly change: BlockChange;
  /** The operation that made it, for `undo`. */
  readonly operation: OperationId;
  /** The agent path that it was written at. */
  readonly agent?: string | undefined;
  readonly because: string;
  /** The words it came from, with their origin as the journal has it. Quotes of what the reader may not read are left out. */
  readonly sources: readonly Evidence[];
  /** Facts that the line was taken from. */
  readonly premises: readonly FactId[];
  readonly undoes?: OperationId | undefined;
  readonly recordedAt: number;
}

/** What an operation acts on. */
export type OperationTarget =
  | {
      readonly store: 'semantic';
      /** The fact that the operation makes; for `retract` and `skip`, the one it is about. */
      readonly id: FactId;
      /** Given for `add`, `update` and `supersede`. */
      readonly fact?: FactInput | undefined;
      /** The fact that an `update` corrects or a `supersede` ends. */
      readonly replaces?: FactId | undefined;
      /** Facts that it contradicts, and that stay beside it. */
      readonly conflictsWith?: readonly FactId[] | undefined;
    }
  | {
      readonly store: 'core';
      readonly label: string;
      readonly change: BlockChange;
      /** Facts that the line was taken from: when they are forgotten, so is it, unless it has other grounds. */
      readonly premises?: readonly FactId[] | undefined;
    }
  | {
      readonly store: 'episode';
      readonly id: EpisodeId;
      /** What an `add` closes as an episode: its messages with their times, in order. */
      readonly stretch?:
        | {
            readonly thread: string;
            readonly messages: readonly (readonly [message: MessageId, time: number])[];
            readonly title: readonly MessageSpan[];
          }
        | undefined;
      /** The summary that an `add` or `update` gives the episode. */
      readonly summary?: readonly SummaryPart[] | undefined;
      /** How much of the first, middle and last third of the episode the summary tells, 0..1. */
      readonly coverage?: readonly number[] | undefined;
    }
  | {
      readonly store: 'episodic';
      readonly episode?: EpisodeId | undefined;
      /** Empty for a `retract`. */
      readonly note: string;
      /** The operation that made the note which an `update` replaces or a `retract` takes back. */
      readonly replaces?: OperationId | undefined;
    }
  | {
      readonly store: 'examples';
      /** Absent for a `retract`. */
      readonly example?: ExampleInput | undefined;
      /** The operation that made the example which a `retract` takes back. */
      readonly replaces?: OperationId | undefined;
    };

/** How an answer turned out, to be shown beside later questions like it. */
export interface ExampleInput {
  readonly outcome: 'good' | 'bad';
  /** What was asked. */
  readonly input: string;
  /** What was answered. */
  readonly output: string;
  /** Why it was right or wrong. */
  readonly why?: string | undefined;
}

/** An outcome of a past turn: by the operation that made it. */
export interface Example extends ExampleInput {
  readonly id: OperationId;
  readonly agent?: string | undefined;
  /** The messages that it was taken from, if any were named. */
  readonly sources: readonly Evidence[];
  readonly recordedAt: number;
}

/** A note on what happened, beside the words themselves: by the operation that made it. */
export interface EpisodicNote {
  readonly id: OperationId;
  readonly agent?: string | undefined;
  readonly note: string;
  readonly because: string;
  readonly sources: readonly Evidence[];
  readonly recordedAt: number;
}

/** The only ways in which facts, core blocks and episode notes change. */
export type OperationKind = 'add' | 'update' | 'supersede' | 'retract' | 'skip';

/** One journaled, undoable change, with its reason. */
export interface Operation {
  readonly id: OperationId;
  readonly kind: OperationKind;
  /** The agent path that it is written at. */
  readonly agent?: string | undefined;
  readonly target: OperationTarget;
  readonly because: string;
  readonly sources: readonly Evidence[];
  /** The operation this one takes back. */
  readonly undoes?: OperationId | undefined;
}

/** A context that was sent to a model, as the journal keeps it. */
export interface SentContext {
  readonly id: ContextId;
  /**
   * In the order of the text: ids of chunks, with `@` and their offsets in the source; ids of facts, with `@` and the end of their interval where they had one;
   * `core:operation:lines:label` for a block, which had so many lines in the context after that operation; `example:`, `note:` and an
   * operation; `episode:operation:sentence:episode` for a sentence of the summary that the operation made.
   */
  readonly items: readonly string[];
  readonly renderer: string;
  /** SHA-256 of the text, base64url. */
  readonly hash: string;
}
