import type { ChunkId, ContextId, DocumentId, EpisodeId, FactId, MessageId, OperationId } from './ids.ts';
import type { Role } from './message.ts';
import type { ModelCost } from './model-cost.ts';

/** Why an item was chosen: its score, the named terms that make the score up, and the query words it matches. */
export interface Why {
  /** What selection ranked by; comparable inside one context only. */
  readonly score: number;
  /** Named addends of the score. */
  readonly parts: Readonly<Record<string, number>>;
  /** Words of the query, as it spells them, found in the item or, after those, in its neighbours only. */
  readonly matched: readonly string[];
  /** The same in one sentence. */
  readonly reason: string;
}

/** What an item is made from. */
export type ContextSource =
  | { readonly type: 'message'; readonly message: MessageId; readonly chunks: readonly ChunkId[] }
  | {
      readonly type: 'document';
      readonly document: DocumentId;
      readonly title: string;
      readonly chunks: readonly ChunkId[];
    }
  | { readonly type: 'fact'; readonly fact: FactId }
  /** A sentence of its summary: where it stands in what `operation` made, and which messages say it. */
  | {
      readonly type: 'episode';
      readonly episode: EpisodeId;
      readonly operation: OperationId;
      readonly sentence: number;
      readonly messages: readonly MessageId[];
    }
  | { readonly type: 'note'; readonly note: OperationId }
  | { readonly type: 'example'; readonly example: OperationId }
  | { readonly type: 'core'; readonly label: string };

/** One thing in the context, as laid out. */
export interface ContextItem {
  readonly source: ContextSource;
  readonly text: string;
  /** Tokens of the item as laid out, its own label included. */
  readonly tokens: number;
  readonly thread?: string | undefined;
  readonly role?: Role | undefined;
  readonly speaker?: string | undefined;
  readonly time?: number | undefined;
  /** Only the best spans of it, word for word, `[...]` where something was left out; the whole is in the archive. */
  readonly excerpt?: true | undefined;
  readonly why: Why;
}

/** What was left out or weaker than asked for, such as `core:cut`, `embedding`, `deadline`. */
export type Degradation = string;

/** The best memory for a query under a hard budget. `text` = `prefix` + `tail`. */
export interface Context {
  readonly id: ContextId;
  readonly text: string;
  /** Core blocks: the same bytes from turn to turn until core memory changes. */
  readonly prefix: string;
  /** Recalled items: another set each turn. */
  readonly tail: string;
  /** Tokens of `text`, by the tokenizer of the memory. Never more than the budget. */
  readonly tokens: number;
  readonly budget: number;
  /** In the order of the text. */
  readonly items: readonly ContextItem[];
  /** Value of the chosen set under the selector's utility. */
  readonly utility: number;
  /**
   * No set within the budget has a higher utility than this, each item priced as a line of its own: prices of items far
   * below the budget's reach are estimates, a little high.
   */
  readonly upperBound: number;
  /** (upperBound - utility) / upperBound, 0 when nothing better exists; 0..1. */
  readonly gap: number;
  readonly degraded: readonly Degradation[];
  /** What a model that was asked for it took; absent where none was. */
  readonly cost?: ModelCost | undefined;
  /** Version of the layout; with it the text can be rebuilt from the item ids. */
  readonly renderer: string;
}
