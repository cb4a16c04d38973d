import type { Context } from '@retentive/core';
import type { BenchConversation, BenchQuestion } from './bench-data.ts';
import type { LabelledItem } from './labels.ts';

/** One thing recalled. */
export interface RecalledItem extends LabelledItem {
  /** Id of the turn, where it comes from one. */
  readonly turn: string | undefined;
}

/** What a selector gives for one question at one budget. Items stand in the order of the text. */
export interface Recalled {
  readonly text: string;
  readonly items: readonly RecalledItem[];
  /** All that the memory said of it. */
  readonly context?: Context | undefined;
}

/** A selector that has read a conversation. */
export interface OpenSelector {
  /** The best text for `question` in at most `budget` tokens. */
  recall(question: BenchQuestion, budget: number): Promise<Recalled>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A way to choose what to recall: the memory itself, or a control. */
export interface Selector {
  readonly name: string;
  /** True where the text is the same at every budget. */
  readonly unbounded?: boolean | undefined;
  open(conversation: BenchConversation): Promise<OpenSelector>;
}
