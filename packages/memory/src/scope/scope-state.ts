import type { Chunk, CoreBlock, Fact, Tokenizer } from '@retentive/core';
import { type Calendar, createCalendar } from '../context/dates.ts';
import { renderChunk } from '../context/layout.ts';
import { type CoreBlocks, createCoreBlocks } from '../core-blocks/core-blocks.ts';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { ChunkArchive } from '../episodic/chunk-archive.ts';
import { createEpisodicStore } from '../episodic/episodic-store.ts';
import type { EpisodicChange, EpisodicStore } from '../episodic/episodic-types.ts';
import { createInMemoryChunkArchive } from '../episodic/in-memory-chunk-archive.ts';
import type { Analyzer } from '../index/analyzer.ts';
import { createLexicalIndex, type LexicalIndex } from '../index/lexical-index.ts';
import type { JournalEntry, SourceHeader, SourceId } from '../journal/journal.ts';
import { createDeferredRetention } from '../retention/deferred-retention.ts';
import type { RetentionProjection } from '../retention/retention-projection.ts';
import { createFactTerms, type FactTerms } from '../semantic/fact-terms.ts';
import { createSemanticStore, type FactChange, type SemanticStore } from '../semantic/semantic-store.ts';
import { createJobBoard, type JobBoard } from '../writing/job-board.ts';
import { type ArchivedListener, createWorkingSet } from './working-set.ts';

/** What an entry changed in a scope. */
export interface ScopeChange extends EpisodicChange {
  readonly block?: CoreBlock | undefined;
  readonly facts: readonly FactChange[];
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
  /** Which chunks are in the working set; settled when it is asked for. */
  readonly retention: RetentionProjection;
  /** As {@link WorkingSet.settle}. */
  settle(): void;
  /** As {@link WorkingSet.listen}. */
  listen(listener: ArchivedListener): void;
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
  const core = createCoreBlocks();
  const semantic = createSemanticStore();
  const factTerms = createFactTerms(analyze);
  const jobs = createJobBoard();
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

  const working = createWorkingSet({
    episodic,
    lexical: createLexicalIndex(),
    retention: createDeferredRetention({ surprisal, capacity }),
    archive,
    termsOf,
  });

  const indexFact = ({ id, text }: Fact, sequence: number): void => factTerms.add(id, text, sequence);

  return {
    episodic,
    get lexical() {
      return working.lexical;
    },
    get retention() {
      return working.retention;
    },
    settle: working.settle,
    listen: working.listen,
    core,
    semantic,
    factTerms,
    jobs,
    archive,
    termsOf,
    calendar,
    analyze,
    apply(entry) {
      const change = episodic.apply(entry);
      for (const chunk of change.removed) countTokens(chunk, -1);
      for (const chunk of change.added) countTokens(chunk, 1);
      working.follow(entry, change);
      const { body } = entry;
      const source =
        body.kind === 'source' ? body.source : 'id' in body ? episodic.source(body.id)?.header : undefined;
      const facts = semantic.apply(entry);
      for (const fact of facts) {
        if (fact.type !== 'retracted') {
          indexFact(fact.type === 'added' ? fact.fact : fact.to, entry.sequence);
        }
      }
      jobs.apply(entry);
      return { ...change, block: core.apply(entry), facts, source };
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
