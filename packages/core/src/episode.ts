import type { Interval } from './fact.ts';
import type { EpisodeId, MessageId } from './ids.ts';

/** Words of a message by their place: UTF-16 offsets in its text. They go with the message. */
export type MessageSpan = readonly [message: MessageId, start: number, end: number];

/** A sentence of a summary as the journal keeps it: words of a message, or a model's words with the messages that say so. */
export type SummaryPart =
  | { readonly span: MessageSpan }
  | { readonly text: string; readonly sources: readonly MessageId[] };

/** One sentence of a summary, with who said it, when, and where that stands. */
export interface SummarySentence {
  readonly text: string;
  /** True for words of a message as they were said; false for a model's. */
  readonly verbatim: boolean;
  readonly sources: readonly MessageId[];
  /** Of the first source: its speaker, or its role where nobody is named. */
  readonly speaker: string;
  /** Of the first source, ms since epoch. */
  readonly time: number;
}

/** A stretch of a session about one thing. */
export interface Episode {
  readonly id: EpisodeId;
  readonly thread: string;
  readonly agent?: string | undefined;
  /** `open` while its session may go on: where it ends, and so its id and summary, may still change. */
  readonly state: 'open' | 'closed';
  /** From its first message to just after its last one. */
  readonly interval: Interval;
  /** Who takes part: speakers, and roles where nobody is named. In order of their first words. */
  readonly participants: readonly string[];
  /** Every message of it, in the order they were said. */
  readonly messages: readonly MessageId[];
  /** A few words that tell it from others. */
  readonly title: string;
  readonly summary: readonly SummarySentence[];
  /** Tokens of the summary's sentences, and of what was said. */
  readonly tokens: { readonly summary: number; readonly messages: number };
  /** How much of the information in the first, middle and last third of its sentences the summary tells, 0..1. */
  readonly coverage: { readonly beginning: number; readonly middle: number; readonly end: number };
}
