import type { Chunk, ChunkId, CoreBlock, Fact, Tokenizer } from '@retentive/core';
import { type Calendar, createCalendar } from '../context/dates.ts';
import { renderChunk } from '../context/layout.ts';
import { type CoreBlocks, createCoreBlocks } from '../core-blocks/core-blocks.ts';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { ArchivedItem, ChunkArchive } from '../episodic/chunk-archive.ts';
import { createEpisodicStore } from '../episodic/episodic-store.ts';
import type { EpisodicChange, EpisodicStore } from '../episodic/episodic-types.ts';
import { createInMemoryChunkArchive } from '../episodic/in-memory-chunk-archive.ts';
import type { Analyzer } from '../index/analyzer.ts';
import { createLexicalIndex, type LexicalIndex } from '../index/lexical-index.ts';
import type { JournalEntry, SourceHeader, SourceId } from '../journal/journal.ts';
import { createDeferredRetention } from '../retention/deferred-retention.ts';
import type { ArchivedChunk } from '../retention/retention.ts';
import type { RetentionProjection } from '../retention/retention-projection.ts';
import { createFactTerms, type FactTerms } from '../semantic/fact-terms.ts';
import { createSemanticStore, type FactChange, type SemanticStore } from '../semantic/semantic-store.ts';
import { createJobBoard, type JobBoard } from '../writing/job-board.ts';

/** What an entry changed in a scope. */
export interface ScopeChange extends EpisodicChange {
  readonly block?: CoreBlock | undefined;
  readonly facts: readonly FactChange[];
  /** Chunks that left the working set for what came. */
  readonly archived: readonly ArchivedChunk[];
  /** The source that the entry is about. */
  readonly source?: SourceHeader | undefined;
}

/** Every projection of one scope. */
export interface ScopeState {
  readonly episodic: EpisodicStore;
  /** Brought up to what was said when it is asked for; hold it for one question only. */
  readonly lexical: LexicalIndex;
  readonly core: CoreBlocks;
  readonly semantic: SemanticStore;
  /** Every fact that was ever recorded, by its words. */
  readonly factTerms: FactTerms;
  readonly jobs: JobBoard;
  /** Which chunks are in the working set. */
  readonly retention: RetentionProjection;
  /** The text of those that are not. */
  readonly archive: ChunkArchive;
  /** What a chunk is found by, weighted. */
  termsOf(chunk: Chunk): ReadonlyMap<string, number>;
  readonly calendar: Calendar;
  readonly analyze: Analyzer;
  /** Applies the next entry of the scope to all projections. */
  apply(entry: JournalEntry): ScopeChange;
  /** Runs one caller at a time, in order: for changes that are checked against the state before they are journaled. */
  exclusively<Result>(run: () => Promise<Result>): Promise<Result>;
  /** Tokens of a chunk's line in a context. */
  lineTokens(chunk: Chunk): number;
  /** Tokens of the whole message or document that a chunk is from. */
  sourceTokens(chunk: Chunk): number;
}

/** Chunks whose words wait to be read until the next question: what they cost it is some milliseconds. */
const MOST_UNREAD = 64;

/** A word of the chunk's date counts half a word of its text. */
const DATE_WEIGHT = 0.5;

/** What projections are made with; shared by every scope. */
export interface ScopeResources {
  readonly analyze: Analyzer;
  readonly tokenizer: Tokenizer;
  readonly surprisal: SurprisalSource;
  /** Most tokens of verbatim chunks in the working set. */
  readonly capacity: number;
}

/** Makes the projections of a scope, empty; what leaves the working set goes to `archive`, by default in memory. */
export const createScopeState = (
  { analyze, tokenizer, surprisal, capacity }: ScopeResources,
  archive: ChunkArchive = createInMemoryChunkArchive(),
): ScopeState => {
  const episodic = createEpisodicStore(archive);
  const indexed = createLexicalIndex();
  /** Chunks that wait for their words to be read, by position. */
  const unread = new Map<number, Chunk>();
  let isAsked = false;
  const core = createCoreBlocks();
  const semantic = createSemanticStore();
  const factTerms = createFactTerms(analyze);
  const jobs = createJobBoard();
  const retention = createDeferredRetention({ surprisal, capacity });
  const calendar = createCalendar();
  const lineTokens = new WeakMap<Chunk, number>();
  const sourceTokens = new Map<SourceId, number>();
  const countTokens = ({ source, tokens }: Chunk, sign: 1 | -1): void => {
    sourceTokens.set(source.id, (sourceTokens.get(source.id) ?? 0) + sign * tokens);
  };
  let last = Promise.resolve();

  const termsOf = (chunk: Chunk): ReadonlyMap<string, number> => {
    const terms = new Map<string, number>();
    const add = (text: string, weight: number): void => {
      for (const term of analyze(text)) terms.set(term, (terms.get(term) ?? 0) + weight);
    };
    add(chunk.text, 1);
    if (chunk.speaker !== undefined) add(chunk.speaker, 1);
    if (chunk.source.type === 'document') add(chunk.source.title, 1);
    add(calendar.dayOf(chunk.time, chunk.timeZone).words, DATE_WEIGHT);
    return terms;
  };

  const readWords = (): void => {
    for (const [position, chunk] of unread)
      indexed.add({ ordinal: position, session: chunk.session, terms: termsOf(chunk) });
    unread.clear();
  };

  /** Before the first question words wait without limit: most of what a replay brings leaves again. */
  const index = (chunk: Chunk): void => {
    unread.set(chunk.position, chunk);
    if (isAsked && unread.size >= MOST_UNREAD) readWords();
  };

  const unindex = (chunk: Chunk, terms?: ReadonlyMap<string, number>): void => {
    if (!unread.delete(chunk.position)) indexed.remove(chunk.position, terms ?? termsOf(chunk));
  };

  /** Moves chunks out of memory; the entry that brought them there is the last one applied. */
  const unload = (archived: readonly ArchivedChunk[]): void => {
    if (archived.length === 0) return;
    const isKnown = episodic.sequence <= archive.sequence;
    const items: ArchivedItem[] = [];
    for (const { chunk } of archived) {
      const terms = isKnown ? undefined : termsOf(chunk);
      if (terms !== undefined) items.push({ chunk, terms });
      unindex(chunk, terms);
      episodic.unload(chunk);
    }
    if (!isKnown) archive.put(items, episodic.sequence);
  };

  /**
   * Runs what may bring chunks back from the archive, and loads those that came. Gives what left in the end: of several
   * chunks one may come and leave again for the next, or leave and come back.
   */
  const bringingBack = (
    chunks: readonly Chunk[],
    run: () => readonly ArchivedChunk[],
  ): readonly ArchivedChunk[] => {
    const hidden = new Map(
      chunks
        .filter(({ position }) => retention.isArchived(position))
        .map((chunk): readonly [number, Chunk] => [chunk.position, chunk]),
    );
    const left = new Map<number, ArchivedChunk>();
    for (const archived of run()) {
      const { position } = archived.chunk;
      if (!hidden.has(position) && retention.isArchived(position)) left.set(position, archived);
    }
    for (const chunk of hidden.values()) {
      if (retention.isArchived(chunk.position)) continue;
      episodic.restore(chunk);
      index(chunk);
    }
    return [...left.values()];
  };

  const keep = ({ body }: JournalEntry, { added, removed }: EpisodicChange): readonly ArchivedChunk[] => {
    if (body.kind === 'pin') {
      const chunks = episodic.chunksOf(body.id);
      return bringingBack(chunks, () => retention.onPin(chunks, body.pinned));
    }
    if (body.kind !== 'access') return retention.onChunks(added, removed);
    // Facts have no place in the working set, and what was forgotten since has none any more.
    const used = body.items.flatMap((id) => episodic.chunk(id as ChunkId) ?? []);
    return bringingBack(used, () => retention.onAccess(used));
  };

  const indexFact = ({ id, text }: Fact, sequence: number): void => factTerms.add(id, text, sequence);

  return {
    episodic,
    get lexical() {
      isAsked = true;
      readWords();
      return indexed;
    },
    core,
    semantic,
    factTerms,
    jobs,
    retention,
    archive,
    termsOf,
    calendar,
    analyze,
    apply(entry) {
      const change = episodic.apply(entry);
      for (const chunk of change.removed) {
        countTokens(chunk, -1);
        unindex(chunk);
      }
      for (const chunk of change.added) {
        countTokens(chunk, 1);
        index(chunk);
      }
      const { body } = entry;
      const archived = keep(entry, change);
      unload(archived);
      const source =
        body.kind === 'source' ? body.source : 'id' in body ? episodic.source(body.id)?.header : undefined;
      const facts = semantic.apply(entry);
      for (const fact of facts) {
        if (fact.type !== 'retracted') {
          indexFact(fact.type === 'added' ? fact.fact : fact.to, entry.sequence);
        }
      }
      jobs.apply(entry);
      return { ...change, block: core.apply(entry), facts, archived, source };
    },
    exclusively(run) {
      const result = last.then(run);
      last = result.then(
        () => {},
        () => {},
      );
      return result;
    },
    lineTokens(chunk) {
      const known = lineTokens.get(chunk);
      if (known !== undefined) return known;
      const tokens = tokenizer.count(renderChunk(chunk, false));
      lineTokens.set(chunk, tokens);
      return tokens;
    },
    sourceTokens: (chunk) => sourceTokens.get(chunk.source.id) ?? chunk.tokens,
  };
};
