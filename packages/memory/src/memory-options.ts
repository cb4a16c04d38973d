import type { ChatModel, Clock, Embedder, Random, Tokenizer, Wait } from '@retentive/core';
import type { SurprisalSource } from './entropy/surprisal-source.ts';
import type { ConsolidationChoice } from './episodes/idle-consolidation.ts';
import type { Durability } from './journal/sqlite-journal.ts';
import type { Decay } from './retention/decay.ts';
import type { RetentionWeights } from './retention/score.ts';
import type { RetainOption } from './scope/retain.ts';
import type { DerivationRule } from './semantic/define-rule.ts';
import type { FactStore } from './semantic/define-store.ts';
import type { BatchExtractor } from './writing/batch-extractor.ts';
import type { Extractor } from './writing/extractor.ts';

/** How `openMemory` chooses what stays in the working set. */
export interface RetentionChoice {
  /**
   * What leaves the working set leaves an excerpt there, while that is worth its tokens: its most informative spans of four words or more, word
   * for word, `[...]` where something was left out. Contexts find a message by its excerpt and show all of it, from the archive, unless
   * they are asked for `excerpts`. Of more messages something is present, and of fewer everything. Default false.
   */
  readonly spans?: boolean | undefined;
  /** Weights of the terms of the score; those left out are `DEFAULT_RETENTION_WEIGHTS`. */
  readonly weights?: Partial<RetentionWeights> | undefined;
}

/** Options of `openMemory`. */
export interface MemoryOptions {
  /** Data folder; made if absent (mode 0700). Without it everything stays in this process and ends with it. */
  readonly path?: string | undefined;
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined;
  /** Default: the runtime's chance. */
  readonly random?: Random | undefined;
  /** Counts tokens; default the exact o200k_base counter, loaded at the first use. */
  readonly tokenizer?: Tokenizer | undefined;
  /**
   * What an acknowledgement promises. `full` (default): it is synced to the disk, and survives the loss of power. `normal`:
   * it survives the death of the process (`kill -9`), and the loss of power may take the last moments; nothing is ever torn.
   * Without a path it means nothing.
   */
  readonly durability?: Durability | undefined;
  /** Most bytes of the journal file; beyond it writes fail with STORE_FULL. Default: what the disk holds. */
  readonly maxBytes?: number | undefined;
  /**
   * Turns text into vectors for nearest facts, near-duplicates, `search` and, by its weight, ranking. Default: feature
   * hashing, offline. A folder remembers the embedder it was filled with; another one is EMBEDDER_MISMATCH until
   * `reembed`.
   */
  readonly embedder?: Embedder | undefined;
  /**
   * Finds facts in what was said; default the offline rules. A function of your own is `{ id, extract }`; models are
   * `createModelExtractor` and `createToolWriter`. False: nothing is extracted.
   */
  readonly extractor?: Extractor | BatchExtractor | false | undefined;
  /**
   * Changes that may rest on one message, whoever reads it; what comes on top is left out and reported as
   * `extraction:quota`. Default 32: nobody says more of themselves in one message, and a pasted page that a model takes apart
   * does not bury what was said.
   */
  readonly writeQuota?: number | undefined;
  /** Typed facts, made by `defineStore`: how many values a field has, and which. */
  readonly stores?: readonly FactStore[] | undefined;
  /**
   * What follows from facts, made by `defineRule`: worked out after each change, and written as operations with premises.
   * Rules that are new here go over all facts of a scope at its next change; what one that is gone derived stays.
   */
  readonly rules?: readonly DerivationRule[] | undefined;
  /**
   * Whether stretches of talk are closed as episodes with a summary, in the background. Default: where facts are extracted,
   * so not with `extractor: false`.
   */
  readonly episodes?: boolean | undefined;
  /**
   * Writes the summaries of episodes anew, when `consolidate` is called; sentences that their sources do not support are left
   * out. Default: sentences as they were said, and no model is asked.
   */
  readonly summarizer?: ChatModel | undefined;
  /**
   * Whether memory puts its scopes in order by itself, as `consolidate` does, when nobody writes to them: after a pause, a part
   * at a time, one scope after the other, at most a fifth of the time. No model is asked unless `modelCallsPerHour` says so.
   * Default false: a process that comes and goes writes what it was told to. `retentive serve` has it on.
   */
  readonly consolidation?: ConsolidationChoice | boolean | undefined;
  /**
   * Whether `consolidate` keeps lines of what the user has told of himself or herself, by importance, in the block `profile`.
   * Default false: what stands in every context leaves less room for what a question needs.
   */
  readonly profile?: boolean | undefined;
  /**
   * Where the surprisal comes from that retention keeps by, such as `openNGramSurprisal(file)`. Default: a table of spoken
   * English, and in other languages the characters of the session. Another source than before orders the working sets anew at the
   * next opening, from the journal; nothing is lost by it.
   */
  readonly surprisal?: SurprisalSource | undefined;
  /** Most tokens of verbatim chunks in the working set of a scope; default 200,000. */
  readonly capacity?: number | undefined;
  /**
   * How fast the scores of retention fade, by turns or hours: one of `DECAYS` or of `halfLife`. Default `DECAYS.slow`, half
   * in 5,000 messages; a fast one ends in keeping the newest alone. Another one chooses again from the journal.
   */
  readonly decay?: Decay | undefined;
  /** First messages of each thread that stay whatever their score, at most a tenth of the capacity in all. Default 1. */
  readonly sinks?: number | undefined;
  /** Other than by default, it chooses again from the journal. */
  readonly retention?: RetentionChoice | undefined;
  /**
   * Most tokens of verbatim chunks that the scopes in memory hold together, default 1,000,000: some 125 MB. Beyond it scopes that nobody
   * has used for ten seconds are let go of, those used longest ago first, and read from checkpoint and journal at their next use.
   * Without a path it means nothing.
   */
  readonly loadedTokens?: number | undefined;
  /**
   * How long what is written is kept, such as `365d`, from when it is recorded; by user where a function is given. What names
   * its own `expiresAt` keeps it. Hidden at once when it has expired, and taken out by `sweep`. Default: for ever.
   */
  readonly retain?: RetainOption | undefined;
  /** Waits out the pauses of background work; default the machine's timers, which keep no process alive. */
  readonly wait?: Wait | undefined;
  /**
   * How long to wait for another process to let go of the folder, in ms; Infinity until it does. Default 0: STORE_LOCKED
   * within a second. Those who open one folder in one process at a time wait together.
   */
  readonly waitMs?: number | undefined;
  /** Ends the opening and the waiting; what is open is ended by `close`. */
  readonly signal?: AbortSignal | undefined;
}
