import type {
  Budget,
  CallOptions,
  ChatModel,
  Chunk,
  ContextId,
  Fact,
  MessageId,
  ModelPrices,
  TimeInput,
} from '@retentive/core';

/** A model that grades what was recalled and says what else to look for. */
export interface RequeryOptions {
  /** The query and what was recalled are sent to it. */
  readonly model: ChatModel;
  /** Most calls, 1 to 4; each grades, and asks again where it is not enough. Default 1. */
  readonly calls?: number | undefined;
  /** Dollars for a million tokens. With `budget.microdollars` no call is made without them. */
  readonly prices?: ModelPrices | undefined;
}

/** Options of `context`. */
export interface ContextOptions extends CallOptions {
  /** Default 1,024 tokens. */
  readonly budget?: Budget | undefined;
  /** Messages that stand in the live history already and are not to be recalled. */
  readonly exclude?: readonly MessageId[] | undefined;
  /** Only this thread; default every thread of the user. */
  readonly thread?: string | undefined;
  /** Also what retention has moved out of the working set. Default false. */
  readonly archive?: boolean | undefined;
  /**
   * With `retention.spans`: excerpts as the working set holds them, items marked `excerpt`, instead of the whole messages
   * that they are of, read from the archive. Shorter, and less of what was said. Default false.
   */
  readonly excerpts?: boolean | undefined;
  /** Also what is known of those whom the query's names are related to: "my sister's dog". Default true. */
  readonly related?: boolean | undefined;
  /** Valid time: facts that held then, and what was said by then. Default: what has not ended, and all that was said. */
  readonly asOf?: TimeInput | undefined;
  /**
   * Recorded time: the context of what was recorded here by then, core memory and working set as they stood. It reads the
   * journal anew, as long as the first use of the scope takes, and counts as no access. Default now.
   */
  readonly knownAt?: TimeInput | undefined;
  /**
   * Whether what the context shows counts as used, so that retention keeps it longer and brings it back from the archive.
   * It is journaled behind the caller's back, about a second later at most. Default true.
   */
  readonly access?: boolean | undefined;
  /**
   * True for a context that goes to a model: which items it has is journaled, as accesses are, so that `sentContext` can
   * lay it out again. One that was read while something of the scope was being taken out is not: it may name what is gone.
   * Default false.
   */
  readonly sent?: boolean | undefined;
  /**
   * Share of the budget, 0 to .25, that outcomes of earlier turns may take, right and wrong beside each other in a section of
   * their own, where some were asked a question like this. Default 0: they serve who answers, and cost who looks up.
   */
  readonly examples?: number | undefined;
  /**
   * `full` fills the budget as far as anything is found; `adaptive` ends earlier where what comes next is worth little beside
   * the best of it: fewer tokens for questions with a plain answer. Default `full`.
   */
  readonly effort?: 'full' | 'adaptive' | undefined;
  /** Other wordings of the query, at most 16: what they find counts a little less than what the query itself does. */
  readonly also?: readonly string[] | undefined;
  /**
   * Has a model grade what was recalled, and ask again in other words where that is not enough, within the same budget of tokens,
   * time and money. Where it fails, the plain context stands and `degraded` says `requery`; `cost` says what it took.
   * Default: no model is asked.
   */
  readonly requery?: RequeryOptions | undefined;
  /**
   * Share of the budget, 0 to .5, for sentences of the summaries of episodes that the query is about, where the messages that
   * say them are not shown themselves, those in the archive among them. Default 0: whole messages hold more evidence for their
   * tokens. For summaries, and for what has left the working set.
   */
  readonly episodes?: number | undefined;
  /** Share of the budget, 0 to .25, for notes of a writer whose words are near the query. Default a sixteenth; without notes nothing. */
  readonly notes?: number | undefined;
  /** The present, ms since epoch, for what has ended or expired; default now. */
  readonly now?: number | undefined;
}

/** A context that went to a model, laid out again. */
export interface RebuiltContext {
  readonly id: ContextId;
  readonly text: string;
  /** Version of the layout that it was sent in. */
  readonly renderer: string;
  /** Ms since epoch. */
  readonly recordedAt: number;
  /** True where `text` is what was sent, byte for byte: nothing of it was forgotten since, and the layout is the same. */
  readonly isExact: boolean;
}

/** Options of `messages`. */
export interface MessagesOptions extends CallOptions {
  readonly thread?: string | undefined;
  /** The newest so many, in order of time; default all. */
  readonly limit?: number | undefined;
  /** Valid time: what was said by then. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: what had been recorded here by then, read anew from the journal. Default now. */
  readonly knownAt?: TimeInput | undefined;
}

/** Options of `search`. */
export interface SearchOptions extends CallOptions {
  /** Default 10, at most 100. */
  readonly limit?: number | undefined;
  /** Default both. */
  readonly kind?: 'chunk' | 'fact' | undefined;
  /** Valid time: facts that held then, and what was said by then. Default: current facts, and all that was said. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: what had been recorded here by then, read anew from the journal. Default now. */
  readonly knownAt?: TimeInput | undefined;
}

/** A chunk or fact found by `search`. */
export type SearchHit =
  | { readonly kind: 'chunk'; readonly chunk: Chunk; readonly score: number }
  | { readonly kind: 'fact'; readonly fact: Fact; readonly score: number };
