import type {
  CallOptions,
  ChunkId,
  Context,
  ContextId,
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
  Scope,
  TimeInput,
} from '@retentive/core';
import type { ImportOptions, ImportReport, OpenArchive } from './archive/archive-types.ts';
import type { CoreMemory } from './core-memory-types.ts';
import type {
  ConsolidateOptions,
  ConsolidateReport,
  EpisodesOptions,
  Timeline,
  TimelineOptions,
} from './episodes/episode-types.ts';
import type { FactChangeInput, FactsOptions, Knowledge, KnownOptions, ProposedFact } from './fact-types.ts';
import type { ForeignImportOptions, ForeignImportReport } from './foreign/foreign-types.ts';
import type { DaemonAddress } from './journal/folder-owner.js';
import type { BackupOptions } from './journal/journal.ts';
import type {
  ContextOptions,
  MessagesOptions,
  RebuiltContext,
  SearchHit,
  SearchOptions,
} from './reading-types.ts';
import type { EraseOptions, EraseReport, ForgetReport, SweepOptions, SweepReport } from './removal-types.ts';
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
import type { ChunkWriter, Receipt } from './writing-types.ts';

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
