import type { Chunk, CoreBlock, Fact, Tokenizer } from '@retentive/core';
import { type Calendar, createCalendar } from '../context/dates.ts';
import { renderChunk } from '../context/layout.ts';
import { type CoreBlocks, createCoreBlocks } from '../core-blocks/core-blocks.ts';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import {
  createEpisodeStore,
  type EpisodeRecord,
  type EpisodeStore,
  type EpisodeStoreState,
} from '../episodes/episode-store.ts';
import { createEpisodicStore } from '../episodic/episodic-store.ts';
import type { EpisodicChange, EpisodicState, EpisodicStore } from '../episodic/episodic-types.ts';
import { createInMemoryScopeArchive } from '../episodic/in-memory-scope-archive.ts';
import { createEpisodicNotes, type EpisodicNotes, type NoteChange } from '../episodic/notes.ts';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import { createExampleStore, type ExampleStore } from '../examples/example-store.ts';
import type { Analyzer } from '../index/analyzer.ts';
import { createLexicalIndex, type LexicalIndex } from '../index/lexical-index.ts';
import type { EntryBody, JournalEntry, SourceHeader } from '../journal/journal.ts';
import type { Decay } from '../retention/decay.ts';
import {
  createDeferredRetention,
  type DeferredRetention,
  type DeferredRetentionState,
} from '../retention/deferred-retention.ts';
import type { Excerpt } from '../retention/excerpt.ts';
import type { RetentionWeights } from '../retention/score.ts';
import { type ChunkTraits, createTraits } from '../retrieval/chunk-traits.ts';
import { createFactTerms, type FactTerms } from '../semantic/fact-terms.ts';
import { createSemanticStore, type FactChange, type SemanticStore } from '../semantic/semantic-store.ts';
import { createJobBoard, type JobBoard } from '../writing/job-board.ts';
import { type ArchivedListener, createWorkingSet } from './working-set.ts';

/** What an entry changed in a scope. */
export interface ScopeChange extends EpisodicChange {
  readonly block?: CoreBlock | undefined;
  readonly facts: readonly FactChange[];
  /** The episode that was closed. */
  readonly episode?: EpisodeRecord | undefined;
  readonly note?: NoteChange | undefined;
  /** The source that the entry is about. */
  readonly source?: SourceHeader | undefined;
}

/** Every projection of one scope. */
export interface ScopeState {
  readonly episodic: EpisodicStore;
  /** Brought up to what was said when it is asked for; hold it for one question only. */
  readonly lexical: LexicalIndex;
  readonly core: CoreBlocks;
  readonly notes: EpisodicNotes;
  readonly examples: ExampleStore;
  readonly semantic: SemanticStore;
  /** Every fact that was ever recorded, by its words. */
  readonly factTerms: FactTerms;
  readonly jobs: JobBoard;
  readonly episodes: EpisodeStore;
  /** Which chunks are in the working set; settled when it is asked for. */
  readonly retention: DeferredRetention;
  /** As {@link WorkingSet.excerptAt} and {@link WorkingSet.excerpts}. */
  excerptAt(position: number): Excerpt | undefined;
  excerpts(): Iterable<Excerpt>;
  /** Of all chunks and excerpts in memory. */
  readonly loadedTokens: number;
  /** As {@link WorkingSet.settle}. */
  settle(): void;
  /** As {@link WorkingSet.listen}. */
  listen(listener: ArchivedListener): void;
  /** The text of those that are not. */
  readonly archive: ScopeArchive;
  /** What a chunk is found by, weighted. */
  termsOf(chunk: Chunk): ReadonlyMap<string, number>;
  /** What the surface of a chunk tells. */
  traitsOf(chunk: Chunk): ChunkTraits;
  readonly calendar: Calendar;
  readonly analyze: Analyzer;
  /** Applies the next entry of the scope to all projections. */
  apply(entry: JournalEntry): ScopeChange;
  /** Applies an entry of one of {@link FOLLOWED_KINDS} to what a state leaves out. */
  applyFollowed(entry: JournalEntry): void;
  /** Settles, and gives what the scope goes on from once the changed sources are saved; undefined where it cannot tell. */
  state(): ScopeSnapshot | undefined;
  /** Runs one caller at a time, in order: for changes that are checked against the state before they are journaled. */
  exclusively<Result>(run: () => Promise<Result>): Promise<Result>;
  /** Tokens of a text, by the tokenizer of the memory. */
  countTokens(text: string): number;
  /** Tokens of a chunk's line in a context. */
  lineTokens(chunk: Chunk): number;
  /** Tokens of the whole message or document that a chunk is from. */
  sourceTokens(chunk: Chunk): number;
}

/** What a scope goes on from, beside its archive and the entries of {@link FOLLOWED_KINDS}. JSON. */
export interface ScopeSnapshot {
  readonly episodic: EpisodicState;
  readonly retention: DeferredRetentionState;
  readonly episodes: EpisodeStoreState;
}

/** Kinds of entries that facts, core blocks and jobs are made from: few and small, so that they are read each time. */
export const FOLLOWED_KINDS = [
  'operation',
  'job',
  'forgotten',
] as const satisfies readonly EntryBody['kind'][];

/** A word of the chunk's date counts half a word of its text. */
const DATE_WEIGHT = 0.5;

/** What projections are made with; shared by every scope. */
export interface ScopeResources {
  readonly analyze: Analyzer;
  readonly tokenizer: Tokenizer;
  readonly surprisal: SurprisalSource;
  /** Most tokens of verbatim chunks in the working set. */
  readonly capacity: number;
  /** How fast scores fade, and how many messages of each thread stay whatever theirs; as retention has it unless said. */
  readonly decay?: Decay | undefined;
  readonly sinks?: number | undefined;
  /** Chunks that leave the working set leave excerpts. */
  readonly spans?: boolean | undefined;
  readonly weights?: RetentionWeights | undefined;
  /** Whether stretches are to be closed as episodes: what is open is kept in mind then. */
  readonly episodes?: boolean | undefined;
}

/**
 * Makes the projections of a scope, empty or as they were; what leaves the working set goes to `archive`, by default in
 * memory.
 */
export const createScopeState = (
  {
    analyze,
    tokenizer,
    surprisal,
    capacity,
    decay,
    sinks,
    spans,
    weights,
    episodes: isTracking = false,
  }: ScopeResources,
  archive: ScopeArchive = createInMemoryScopeArchive(),
  from?: ScopeSnapshot,
): ScopeState => {
  const episodic = createEpisodicStore(archive, from?.episodic);
  const core = createCoreBlocks();
  const notes = createEpisodicNotes();
  const examples = createExampleStore(analyze);
  const semantic = createSemanticStore();
  const factTerms = createFactTerms(analyze);
  const jobs = createJobBoard();
  const episodes = createEpisodeStore(isTracking, from?.episodes);
  const calendar = createCalendar();
  const lineTokens = new WeakMap<Chunk, number>();
  let last = Promise.resolve();

  /** Messages come by the day: the words of the last one are those of most. */
  let lastDay = { words: '', terms: analyze('') };
  const dateTerms = ({ time, timeZone }: Chunk): readonly string[] => {
    const { words } = calendar.dayOf(time, timeZone);
    if (words !== lastDay.words) lastDay = { words, terms: analyze(words) };
    return lastDay.terms;
  };

  const termsOf = (chunk: Chunk): ReadonlyMap<string, number> => {
    const terms = new Map<string, number>();
    const add = (text: string, weight: number): void => {
      for (const term of analyze(text)) terms.set(term, (terms.get(term) ?? 0) + weight);
    };
    add(chunk.text, 1);
    if (chunk.speaker !== undefined) add(chunk.speaker, 1);
    if (chunk.source.type === 'document') add(chunk.source.title, 1);
    for (const term of dateTerms(chunk)) terms.set(term, (terms.get(term) ?? 0) + DATE_WEIGHT);
    return terms;
  };

  const working = createWorkingSet({
    episodic,
    lexical: createLexicalIndex(),
    retention: createDeferredRetention(
      {
        surprisal,
        capacity,
        decay,
        sinks,
        weights,
        countExcerpt: spans === true ? (text) => tokenizer.count(text) : undefined,
      },
      {
        // Not by its id, which a later chunk may have: a resumed message is cut anew.
        refer: (chunk) => (episodic.loadedAt(chunk.position) === undefined ? chunk : chunk.position),
        resolve: (reference) =>
          typeof reference === 'number' ? (episodic.loadedAt(reference) as Chunk) : reference,
      },
      from?.retention,
    ),
    archive,
    termsOf,
  });

  const indexFact = ({ id, text }: Fact, sequence: number): void => factTerms.add(id, text, sequence);

  const follow = (entry: JournalEntry): Pick<ScopeChange, 'facts' | 'block' | 'note' | 'episode'> => {
    const facts = semantic.apply(entry);
    for (const fact of facts) {
      if (fact.type !== 'retracted') indexFact(fact.type === 'added' ? fact.fact : fact.to, entry.sequence);
    }
    jobs.apply(entry);
    examples.apply(entry);
    const episode = episodes.apply(entry, (id) => episodic.source(id)?.session);
    return { facts, block: core.apply(entry), note: notes.apply(entry), episode };
  };

  return {
    episodic,
    get lexical() {
      return working.lexical;
    },
    get retention() {
      return working.retention;
    },
    get loadedTokens() {
      return episodic.tokens + working.excerptTokens;
    },
    excerptAt: working.excerptAt,
    excerpts: working.excerpts,
    settle: working.settle,
    listen: working.listen,
    core,
    notes,
    examples,
    semantic,
    factTerms,
    jobs,
    episodes,
    archive,
    termsOf,
    traitsOf: createTraits(analyze),
    calendar,
    analyze,
    apply(entry) {
      const change = episodic.apply(entry);
      working.follow(entry, change);
      const { body } = entry;
      const source =
        body.kind === 'source' ? body.source : 'id' in body ? episodic.source(body.id)?.header : undefined;
      return { ...change, ...follow(entry), source };
    },
    applyFollowed(entry) {
      follow(entry);
    },
    state() {
      const retention = working.retention.state();
      return retention === undefined
        ? undefined
        : { episodic: episodic.state(), retention, episodes: episodes.state() };
    },
    exclusively(run) {
      const result = last.then(run);
      last = result.then(
        () => {},
        () => {},
      );
      return result;
    },
    countTokens: (text) => tokenizer.count(text),
    lineTokens(chunk) {
      const known = lineTokens.get(chunk);
      if (known !== undefined) return known;
      const tokens = tokenizer.count(renderChunk(chunk, false));
      lineTokens.set(chunk, tokens);
      return tokens;
    },
    sourceTokens: (chunk) => episodic.sourceTokens(chunk.source.id) || chunk.tokens,
  };
};
