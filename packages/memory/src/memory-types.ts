import type {
  BlockChange,
  Budget,
  CallOptions,
  Chunk,
  ChunkId,
  Context,
  ContextId,
  CoreBlock,
  CoreVersion,
  DocumentId,
  DocumentInput,
  Episode,
  EpisodicNote,
  Evidence,
  Example,
  ExampleInput,
  Fact,
  FactId,
  FactInput,
  MemoryEventSource,
  Message,
  MessageHeaderInput,
  MessageId,
  MessageInput,
  OperationId,
  OperationKind,
  Scope,
  TimeInput,
} from '@retentive/core';
import type { ImportOptions, ImportReport, OpenArchive } from './archive/archive-types.ts';
import type {
  ConsolidateOptions,
  ConsolidateReport,
  EpisodesOptions,
  Timeline,
  TimelineOptions,
} from './episodes/episode-types.ts';
import type { ForeignImportOptions, ForeignImportReport } from './foreign/foreign-types.ts';
import type { DaemonAddress } from './journal/folder-owner.js';
import type { BackupOptions } from './journal/journal.ts';
import type { EraseTarget } from './scope/erase-target.ts';
import type {
  BackupReport,
  ChangesOptions,
  DoctorOptions,
  DoctorReport,
  JobInfo,
  JobsOptions,
  MemoryChange,
  MemoryStats,
  ReembedOptions,
  ReembedReport,
  RetryJobsOptions,
  StatsOptions,
} from './upkeep-types.ts';

/** A memory: the owner of one data folder, or of nothing but this process. */
export interface Memory {
  readonly events: MemoryEventSource;
  /** The only door to data. Checks the labels at once. @throws LABEL_INVALID */
  scope(scope: Scope): ScopedMemory;
  /**
   * Goes on with a torn (or, after a crash, cut) message or document where `offset` says; text that is already
   * durable from there on is compared, not written twice. Ids are unique in a scope: where several scopes have this id,
   * OPTION_INVALID says so, and `scope(...).resume` is the way. @throws MESSAGE_NOT_FOUND, MESSAGE_CLOSED when
   * complete, OFFSET_INVALID when beyond what is durable
   */
  resume(id: MessageId | DocumentId, offset: number, options?: CallOptions): Promise<ChunkWriter>;
  /**
   * Gives every scope vectors of the present embedder, in place of another's; what has them already is left as it is, so
   * that a call that was cut short goes on where it stopped. @throws EMBEDDER_FAILED, VECTOR_INVALID, ABORTED
   */
  reembed(options?: ReembedOptions): Promise<ReembedReport>;
  /**
   * Takes a tenant, a user, or of a user an agent's path or a thread out for good: from journal, projections and vectors.
   * Of a tenant or user nothing is left, not even a label: reads are those of a memory that never saw it. A writer that is
   * still streaming into it gets MESSAGE_NOT_FOUND. Killed half-way, it is wholly there or wholly gone. Rejects with
   * STORE_WRITE_FAILED or STORE_FULL where all is gone but some bytes in the file, which the next opening removes.
   * @throws LABEL_INVALID, OPTION_INVALID
   */
  erase(target: EraseTarget, options?: EraseOptions): Promise<EraseReport>;
  /**
   * Takes out the bytes of what has expired, by the clock of the memory: messages and documents with all that rests on them
   * alone, and facts. At most `limit` items (default 1,000) a call; `done` says whether that was all. Each scope is one
   * transaction, so that a call that was cut short is gone on with by the next. Something must call it: the daemon does.
   */
  sweep(options?: SweepOptions): Promise<SweepReport>;
  /**
   * Checks the store, and each projection that is in use beside one made anew from the journal. With `repair`, what differs
   * is made anew. A scope is compared in one go, in which this process does nothing else: seconds for 100,000 messages.
   */
  doctor(options?: DoctorOptions): Promise<DoctorReport>;
  /** Background work that waits, or that was given up, oldest first. */
  jobs(options?: JobsOptions): Promise<readonly JobInfo[]>;
  /** Queues work that was given up again, with all its tries; all of it unless ids are named. Gives how much that was. */
  retryJobs(options?: RetryJobsOptions): Promise<number>;
  /** What reading messages by models took and came to, by extractor; of one user, or of all. It reads every job. */
  stats(options?: StatsOptions): Promise<MemoryStats>;
  /**
   * Copies the journal into one file while others write: everything that was acknowledged before the call, and what came by
   * the moment the copy began. `path` is a file, or a folder (it is there, or ends in a slash), which then is a data folder
   * itself. The copy appears whole or not at all, mode 0600, in place of an earlier one. Vectors are made anew from it.
   * @throws OPTION_INVALID without a folder, or where `path` is a data folder that was in use; STORE_FULL, STORE_WRITE_FAILED
   */
  backup(path: string, options?: BackupOptions): Promise<BackupReport>;
  /**
   * What happened after a sequence of the journal, in its order, and on with what happens from now: each change once. A
   * consumer that stores the sequence of the last one it has dealt with goes on there after a crash, without loss. Single
   * consumption; ends with the signal or the memory.
   */
  changes(options?: ChangesOptions): AsyncIterable<MemoryChange>;
  /**
   * Notes beside the lock where a daemon over this memory can be asked, so that other processes find it (`readFolderOwner`),
   * or takes that back. Without a folder it does nothing.
   */
  announce(daemon: DaemonAddress | undefined): Promise<void>;
  /** Tears open writers, waits for what was acknowledged, releases the folder. Idempotent. */
  close(): Promise<void>;
}

/** The answer to `observe`. */
export interface Receipt {
  readonly id: MessageId;
  /** True when the same idempotency key or id had brought this message before; nothing was written. */
  readonly replayed: boolean;
  /** Sequence in the journal; 0 when replayed. */
  readonly sequence: number;
  /** Remarks that are not errors: `time:future`. */
  readonly warnings: readonly string[];
  /** False for a message with `remember: false`: nothing of it is anywhere, and its id names nothing. */
  readonly stored: boolean;
  /** Resolves when the background writing that this message caused is done. */
  settled(options?: CallOptions): Promise<void>;
}

/** What a write acknowledged. */
export interface WriteReceipt {
  /** UTF-16 length of the source that is durable: everything written so far. */
  readonly offset: number;
  /** Chunks that this write closed; they are retrievable now. */
  readonly chunks: readonly Chunk[];
}

/**
 * Streams one source in. Calls are carried out in the order they are made; each resolves when its text is durable, so
 * awaiting gives back-pressure and not awaiting batches. When a write fails, those waiting behind it fail with it; it can
 * be made again. A source without a word or metadata is not stored. A writer that is dropped without an end leaves the source
 * torn at the next open.
 */
export interface ChunkWriter {
  readonly id: MessageId | DocumentId;
  /** Durable so far. */
  readonly offset: number;
  /** True when `ingest` met an earlier source with the same idempotency key: text is compared from offset 0 on. */
  readonly replayed: boolean;
  /** False for a message with `remember: false`: what is written is counted and dropped, and there are no chunks. */
  readonly stored: boolean;
  /** @throws MESSAGE_CLOSED after an end, OFFSET_INVALID when re-sent text differs from what is stored */
  write(text: string, options?: CallOptions): Promise<WriteReceipt>;
  /** Ends the source as `complete`. Idempotent. */
  complete(options?: CallOptions): Promise<WriteReceipt>;
  /** Ends the source as `torn`. Idempotent; a no-op after `complete`. */
  tear(options?: CallOptions): Promise<WriteReceipt>;
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
   * lay it out again. Default false.
   */
  readonly sent?: boolean | undefined;
  /**
   * Share of the budget, 0 to .25, that outcomes of earlier turns may take, right and wrong beside each other in a section of
   * their own, where some were asked a question like this. Default 0: they serve who answers, and cost who looks up.
   */
  readonly examples?: number | undefined;
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

/** What a change of core memory rests on. It is journaled with it. */
export interface CoreGrounds {
  /** Default: asked for by the caller. */
  readonly because?: string | undefined;
  /**
   * The words that say so. Their origin is read from the stored message or document, not from here. A line whose every
   * source and premise is forgotten goes with them.
   */
  readonly sources?: readonly Evidence[] | undefined;
  /** Facts that the line is taken from. */
  readonly premises?: readonly FactId[] | undefined;
}

/**
 * Options of reading core memory. It has one time only: a line says nothing of when it holds in the world, so that `asOf`
 * and `knownAt` both mean the blocks as they stood then, and the earlier of two counts.
 */
export interface CoreReadOptions extends CallOptions {
  readonly asOf?: TimeInput | undefined;
  readonly knownAt?: TimeInput | undefined;
}

/** The core blocks of a scope. Each change is a journaled operation and a new version of the block. */
export interface CoreMemory {
  /** Blocks that have a line. */
  blocks(options?: CoreReadOptions): Promise<readonly CoreBlock[]>;
  /** Every version of the blocks, or of one, in the order they were made: which change made it, why, and by which words. */
  versions(
    options?: CoreReadOptions & { readonly label?: string | undefined },
  ): Promise<readonly CoreVersion[]>;
  /**
   * Adds, replaces or removes one line of a block (default `profile`). @throws OPTION_INVALID for an empty line, one
   * with a line break or one that is not there, BUDGET_EXCEEDED when the block would pass its limit in tokens,
   * MESSAGE_NOT_FOUND and FACT_NOT_FOUND for grounds that the scope does not have
   */
  change(
    change: BlockChange,
    options?: CallOptions & CoreGrounds & { readonly label?: string | undefined },
  ): Promise<CoreBlock>;
}

/** Which facts to read. */
export interface FactsOptions extends CallOptions {
  /** A subject or an entity by any of its names, whatever its case. Default all. */
  readonly about?: string | undefined;
  readonly attribute?: string | undefined;
  /** Valid time: what held then. Default: what has not ended. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: what was believed here then. Default now. */
  readonly knownAt?: TimeInput | undefined;
  /** Without `asOf`: also what has ended, as far as it is believed to have been so. Default false. */
  readonly ended?: boolean | undefined;
  readonly limit?: number | undefined;
}

/** What is asked of `known`. */
export interface KnownOptions extends CallOptions {
  /** A subject, whatever its case. */
  readonly about: string;
  /** An attribute by its own name, or by one that it often goes by: `lives_in` and `city` are asked of `home`. */
  readonly attribute: string;
  /** Whether it is this value; default whether it is any. */
  readonly value?: string | undefined;
  /** Valid time: what held then. Default: what has not ended. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: what was believed here then. Default now. */
  readonly knownAt?: TimeInput | undefined;
}

/** What is known, and that nothing is. */
export interface Knowledge {
  /** `known-not` where facts say that it is not so; `unknown` where none says anything. */
  readonly status: 'known' | 'known-not' | 'unknown';
  /** The facts that say so, newest recorded first; none where it is unknown. */
  readonly facts: readonly Fact[];
  readonly because: string;
}

/** Which entities to read. */
export interface EntitiesOptions extends CallOptions {
  /** One of its names, whatever its case; "my sister" is that of the user. Default all. */
  readonly about?: string | undefined;
  /** Valid time: as related and called then. Default now. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: as believed here then. Default now. */
  readonly knownAt?: TimeInput | undefined;
  /** So many at most, those last told of first; default 100. */
  readonly limit?: number | undefined;
}

/** Somebody or something that facts are about, under all of its names. */
export interface Entity {
  /** The name that most facts call it by. */
  readonly name: string;
  /** Its other names: "Ana's sister". */
  readonly aliases: readonly string[];
  /** How many facts are about it. */
  readonly facts: number;
  /** Edges to other entities, each with the fact that says so; newest recorded first. */
  readonly relations: readonly {
    readonly attribute: string;
    readonly to: string;
    readonly fact: FactId;
  }[];
}

/** A change of semantic memory, as a caller asks for it. */
export type FactChangeInput =
  | { readonly kind: 'add'; readonly fact: FactInput }
  | { readonly kind: 'update' | 'supersede'; readonly id: FactId; readonly fact: FactInput }
  | { readonly kind: 'retract'; readonly id: FactId };

/** What a proposed fact came to. */
export interface ProposedFact {
  readonly kind: OperationKind;
  readonly operation: OperationId;
  readonly because: string;
  /** The fact that was made, or that the operation is about. */
  readonly fact: Fact;
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

/** What `forget` removed. */
export interface ForgetReport {
  readonly messages: number;
  readonly facts: number;
  readonly entries: number;
}

/** Options of `sweep`. */
export interface SweepOptions extends CallOptions {
  /** Most items to take out in this call. Default 1,000. */
  readonly limit?: number | undefined;
}

/** What a sweep removed. */
export interface SweepReport {
  /** Scopes in which something had expired. */
  readonly scopes: number;
  readonly messages: number;
  readonly documents: number;
  readonly facts: number;
  /** Of the journal, those of examples among them. */
  readonly entries: number;
  /** False where more has expired than the limit allowed. */
  readonly done: boolean;
}

/** Options of `erase`. */
export interface EraseOptions extends CallOptions {
  /** Says what would go, and takes nothing. Default false. */
  readonly dryRun?: boolean | undefined;
}

/** What went, or would go, of one user. */
export interface ErasedScopeReport {
  readonly tenant: string;
  readonly user: string;
  readonly agent?: string | undefined;
  readonly thread?: string | undefined;
  readonly messages: number;
  readonly documents: number;
  readonly facts: number;
  /** Entries of the journal. */
  readonly entries: number;
}

/** What an erasure removed, or under `dryRun` would remove. */
export interface EraseReport {
  readonly dryRun: boolean;
  readonly scopes: readonly ErasedScopeReport[];
  readonly messages: number;
  readonly documents: number;
  readonly facts: number;
  readonly entries: number;
}

/** What retention would keep or let go. */
export interface RetentionReport {
  readonly capacity: number;
  readonly workingSetTokens: number;
  readonly archivedTokens: number;
  /** Lowest first: what goes next. */
  readonly next: readonly {
    readonly chunk: ChunkId;
    readonly score: number;
    readonly tokens: number;
    readonly parts: Readonly<Record<string, number>>;
  }[];
}

/** The memory of one user of one tenant. */
export interface ScopedMemory {
  readonly scope: Scope;
  /** Stores one message; resolves when it is durable and retrievable. @throws MESSAGE_INVALID, IDEMPOTENCY_CONFLICT */
  observe(message: MessageInput, options?: CallOptions): Promise<Receipt>;
  /** Streams one message in. The header is checked at once; the first write makes it durable. @throws MESSAGE_INVALID */
  ingest(header: MessageHeaderInput): ChunkWriter;
  /** Streams one document in. @throws MESSAGE_INVALID */
  ingestDocument(document: DocumentInput): ChunkWriter;
  /** As `Memory.resume`, inside this scope. */
  resume(id: MessageId | DocumentId, offset: number, options?: CallOptions): Promise<ChunkWriter>;
  /** The best memory for `query` under a hard budget. @throws BUDGET_INVALID, QUERY_INVALID */
  context(query: string, options?: ContextOptions): Promise<Context>;
  /** A context that was sent, from its items, as it stood then. @throws OPTION_INVALID where none of this id was journaled */
  sentContext(id: ContextId, options?: CallOptions): Promise<RebuiltContext>;
  /** Facts of semantic memory, newest recorded first. @throws OPTION_INVALID */
  facts(options?: FactsOptions): Promise<readonly Fact[]>;
  /**
   * Whether something is known, known not to be so, or unknown: absence is an answer, not an empty list.
   * @throws OPTION_INVALID
   */
  known(options: KnownOptions): Promise<Knowledge>;
  /**
   * Changes semantic memory by one journaled operation. @throws FACT_NOT_FOUND, FACT_INVALID
   */
  changeFact(
    change: FactChangeInput,
    options?: CallOptions & { readonly because?: string | undefined },
  ): Promise<{ readonly operation: OperationId; readonly fact: Fact }>;
  /**
   * Lets the decider say how facts change what is known (add, update, supersede, retract, or skip as known already), and
   * writes that in one batch. What comes to nothing is not in the answer. @throws FACT_INVALID, FACT_NOT_FOUND,
   * OPTION_INVALID
   */
  proposeFacts(
    facts: readonly FactInput[],
    options?: CallOptions & { readonly because?: string | undefined },
  ): Promise<readonly ProposedFact[]>;
  /** Who and what facts are about, with their names and how they are related. @throws OPTION_INVALID */
  entities(options?: EntitiesOptions): Promise<readonly Entity[]>;
  /**
   * Says that two names are of one entity: from then on what is asked of either is answered with both. It is a fact like others,
   * with the attribute `same as`; `undo` takes it back. @throws OPTION_INVALID where they are one already
   */
  mergeEntities(
    one: string,
    other: string,
    options?: CallOptions & { readonly because?: string | undefined },
  ): Promise<{ readonly operation: OperationId; readonly fact: Fact }>;
  /** Takes back what says that two names are of one entity. Each operation can be undone. @throws OPTION_INVALID where nothing says so */
  splitEntities(
    one: string,
    other: string,
    options?: CallOptions & { readonly because?: string | undefined },
  ): Promise<{ readonly operations: readonly OperationId[]; readonly facts: readonly FactId[] }>;
  /** Takes one operation back, on facts or core memory. @throws OPTION_INVALID when it is unknown or undone already */
  undo(operation: OperationId, options?: CallOptions): Promise<void>;
  /**
   * Nearest chunks and current facts by words and meaning together, best first: for tools, so what retention has moved to
   * the archive is found too. Scores order one answer and mean nothing beside another's. @throws QUERY_INVALID,
   * OPTION_INVALID, EMBEDDER_MISMATCH, EMBEDDER_FAILED, VECTOR_INVALID
   */
  search(query: string, options?: SearchOptions): Promise<readonly SearchHit[]>;
  /**
   * Stretches of talk in order of time, each with a summary by sentences that names its sources. What is not closed yet is
   * among them as it stands. @throws OPTION_INVALID
   */
  episodes(options?: EpisodesOptions): Promise<readonly Episode[]>;
  /**
   * What was said about something in order of when it was: what came first, how often, how long apart. @throws OPTION_INVALID,
   * DEPENDENCY_MISSING without the libraries that read dates
   */
  timeline(options: TimelineOptions): Promise<Timeline>;
  /**
   * Puts what the scope holds in order, a bounded part at a time: closes sessions that are over, merges facts that say the same,
   * writes the profile and has a model summarise, where those are switched on. Every change is a journaled operation; nobody's
   * call waits for it, and a run that was cut short is gone on with by the next. @throws OPTION_INVALID, ABORTED
   */
  consolidate(options?: ConsolidateOptions): Promise<ConsolidateReport>;
  /** Keeps a message in the working set whatever its score, or lets go of it again. @throws MESSAGE_NOT_FOUND */
  pin(id: MessageId, pinned: boolean, options?: CallOptions): Promise<void>;
  /** What the working set holds and what would go next, at another capacity if one is given. Changes nothing. */
  retention(options?: CallOptions & { readonly capacity?: number | undefined }): Promise<RetentionReport>;
  /**
   * Keeps how an answer turned out, for contexts that ask for `examples`. It rests on the messages named as `sources`: with
   * the last of them it is forgotten. @throws OPTION_INVALID, MESSAGE_NOT_FOUND
   */
  remember(
    example: ExampleInput,
    options?: CallOptions & {
      readonly because?: string | undefined;
      readonly sources?: readonly Evidence[] | undefined;
    },
  ): Promise<Example>;
  /** The examples that are kept, in order of their recording. */
  examples(options?: CallOptions): Promise<readonly Example[]>;
  /** Removes the bytes of one message, document, fact or example, and what was derived from it alone. */
  forget(id: MessageId | DocumentId | FactId | OperationId, options?: CallOptions): Promise<ForgetReport>;
  /**
   * Everything of this scope as an archive: JSON Lines, each with its line end, from which `import` makes the same memory
   * again. Single consumption.
   */
  export(options?: CallOptions): AsyncIterable<string>;
  /**
   * Merges an archive into this scope, without loss and without effect when run again; `open` is called two or three
   * times. What was forgotten here stays so, also where the archive was made before.
   * @throws FILE_INVALID with the line, STORE_VERSION_UNSUPPORTED, IDEMPOTENCY_CONFLICT, OPTION_INVALID
   */
  import(open: OpenArchive, options?: ImportOptions): Promise<ImportReport>;
  /**
   * Takes in what another program exported, each item once however often it is run, and says what it left out and why.
   * `open` is called once. @throws FILE_INVALID for what is none of the format, OPTION_INVALID
   */
  importFrom(open: OpenArchive, options: ForeignImportOptions): Promise<ForeignImportReport>;
  /** Core memory: small blocks that stand in every context. */
  readonly core: CoreMemory;
  /** Notes that writers made of what happened, in order of their recording. Verbatim messages never change. */
  notes(options?: CallOptions): Promise<readonly EpisodicNote[]>;
  /** Messages as they were said, oldest first. */
  messages(options?: MessagesOptions): Promise<readonly Message[]>;
}
