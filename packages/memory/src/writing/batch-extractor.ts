import type {
  BlockChange,
  CoreBlock,
  EpisodicNote,
  Evidence,
  Fact,
  FactId,
  FactInput,
  Message,
  OperationId,
} from '@retentive/core';
import type { ExtractOptions } from './extractor.ts';

/** When waiting messages are read together. */
export interface BatchLimits {
  /** As soon as they have so many tokens together. */
  readonly tokens: number;
  /** Or when nothing has come for so many ms. */
  readonly idleMs: number;
}

/** What is read in one go: messages of one user at one agent path. */
export interface BatchInput {
  /** What the user said and is to be read, oldest first. */
  readonly messages: readonly Message[];
  /** What was said before each of them by whomever: to understand them by, and evidence for nothing. Oldest first. */
  readonly around: readonly Message[];
  /** Believed facts near to what is said, in order of their recording. */
  readonly known: readonly Fact[];
  readonly core: readonly CoreBlock[];
  /** Notes on what happened, the newest few, oldest first. */
  readonly notes: readonly EpisodicNote[];
  countTokens(text: string): number;
  /** The words of a text that say something, as the index has them: without endings, and without words that stand anywhere. */
  termsOf(text: string): readonly string[];
}

/** A change that was read out of messages, before it is decided and written. Its evidence lies in those messages. */
export type ProposedChange =
  | {
      readonly store: 'semantic';
      readonly fact: FactInput;
      /** What it does to a fact that is known; without it the decider says. */
      readonly decision?:
        | {
            readonly kind: 'update' | 'supersede' | 'retract' | 'skip';
            readonly existing: FactId;
            readonly because: string;
          }
        | undefined;
    }
  | {
      readonly store: 'core';
      readonly label?: string | undefined;
      readonly change: BlockChange;
      readonly because: string;
      readonly sources: readonly Evidence[];
    }
  | {
      readonly store: 'episodic';
      readonly kind: 'add' | 'update' | 'retract';
      readonly note: string;
      readonly replaces?: OperationId | undefined;
      readonly because: string;
      readonly sources: readonly Evidence[];
    };

/** What was read out of a batch. */
export interface BatchExtraction {
  readonly changes: readonly ProposedChange[];
  /** What could not be done, such as `extraction:refused`. */
  readonly degraded: readonly string[];
}

/**
 * Reads several messages at once: for models, whose every call costs. What it gives is journaled with the messages before
 * anything is made of it, and becomes durable in one batch with the end of its jobs, all or nothing. It is not trusted
 * with provenance: evidence outside the messages that were read is refused, and origins are those of the stored messages.
 */
export interface BatchExtractor {
  /** Name and version: a message is read once by each. */
  readonly id: string;
  readonly batch: BatchLimits;
  extractBatch(input: BatchInput, options?: ExtractOptions): Promise<BatchExtraction>;
}
