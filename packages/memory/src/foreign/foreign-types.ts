import type { CallOptions, FactInput, MessageInput } from '@retentive/core';

/** What other programs export, and `importFrom` reads. */
export const FOREIGN_FORMATS = ['mem0', 'langchain', 'letta', 'chatgpt', 'openai-jsonl'] as const;

/** One of {@link FOREIGN_FORMATS}. */
export type ForeignFormat = (typeof FOREIGN_FORMATS)[number];

/** Why something of a file was not taken in. */
export type SkipReason =
  /** Instructions or state of the program it comes from, or what a tool was asked. */
  | 'not-said'
  /** Without a word: a picture, say. */
  | 'empty'
  /** Of an answer or question that was thrown away for another. */
  | 'other-branch'
  /** Another user's than the first, or the one who was asked for. */
  | 'other-user'
  /** Of no shape that the format has. `detail` says what is wrong with it. */
  | 'invalid'
  /** Its id stands for something else here. */
  | 'conflict'
  /** It was forgotten here. */
  | 'forgotten'
  /** The block of core memory has no room for it. */
  | 'no-room';

/** Something that was not taken in. */
export interface Skipped {
  /** Where it stands, such as `line 3` or `conversation 2, message 5`; counted from 1. */
  readonly at: string;
  readonly reason: SkipReason;
  /** What is wrong; nothing of the content. */
  readonly detail?: string | undefined;
}

/** Options of `importFrom`. */
export interface ForeignImportOptions extends CallOptions {
  readonly from: ForeignFormat;
  /** Checks everything and writes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Takes everything into this thread. Default: a thread for each conversation. */
  readonly thread?: string | undefined;
  /** Of a file with several users only this one's. Default: the first one's. */
  readonly sourceUser?: string | undefined;
}

/** What `importFrom` did, or under `dryRun` would do. */
export interface ForeignImportReport {
  readonly from: ForeignFormat;
  readonly dryRun: boolean;
  /** Taken in now. */
  readonly messages: number;
  readonly facts: number;
  /** Lines of core memory. */
  readonly lines: number;
  /** Here already, from an import before. */
  readonly replayed: number;
  /** How many were not taken in. */
  readonly skipped: number;
  /** The first thousand of them. */
  readonly skips: readonly Skipped[];
}

/** One thing that a reader found, in its order. */
export type ForeignItem =
  | { readonly type: 'message'; readonly at: string; readonly message: MessageInput }
  /** `key` is unique in the source. */
  | {
      readonly type: 'fact';
      readonly at: string;
      readonly key: string;
      readonly fact: FactInput;
      /** When it was recorded there, ms since epoch. */
      readonly recordedAt: number | undefined;
    }
  | { readonly type: 'line'; readonly at: string; readonly label: string; readonly line: string }
  | ({ readonly type: 'skip' } & Skipped);

/** Reads one format. @throws FILE_INVALID for what is none of it at all */
export type ForeignReader = (
  pieces: AsyncIterable<string>,
  options: Pick<ForeignImportOptions, 'thread' | 'sourceUser'>,
) => AsyncGenerator<ForeignItem, void, undefined>;
