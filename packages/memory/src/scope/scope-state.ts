import type { Chunk, ChunkId, CoreBlock, Fact, Tokenizer } from '@retentive/core';
import { type Calendar, createCalendar } from '../context/dates.ts';
import { renderChunk } from '../context/layout.ts';
import { type CoreBlocks, createCoreBlocks } from '../core-blocks/core-blocks.ts';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import { createEpisodicStore, type EpisodicChange, type EpisodicStore } from '../episodic/episodic-store.ts';
import type { Analyzer } from '../index/analyzer.ts';
import { createLexicalIndex, type LexicalIndex } from '../index/lexical-index.ts';
import type { EntryBody, JournalEntry, SourceHeader, SourceId } from '../journal/journal.ts';
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
  readonly lexical: LexicalIndex;
  readonly core: CoreBlocks;
  readonly semantic: SemanticStore;
  /** Every fact that was ever recorded, by its words. */
  readonly factTerms: FactTerms;
  readonly jobs: JobBoard;
  /** Which chunks are in the working set. */
  readonly retention: RetentionProjection;
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

/** Makes the projections of a scope, empty. */
export const createScopeState = ({ analyze, tokenizer, surprisal, capacity }: ScopeResources): ScopeState => {
  const episodic = createEpisodicStore();
  const lexical = createLexicalIndex();
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

  const retain = (body: EntryBody, { added, removed }: EpisodicChange): readonly ArchivedChunk[] => {
    if (body.kind === 'pin') return retention.onPin(episodic.chunksOf(body.id), body.pinned);
    if (body.kind !== 'access') return retention.onChunks(added, removed);
    // Facts have no place in the working set, and what was forgotten since has none any more.
    return retention.onAccess(body.items.flatMap((id) => episodic.chunk(id as ChunkId) ?? []));
  };

  const indexFact = ({ id, text }: Fact, sequence: number): void => factTerms.add(id, text, sequence);

  return {
    episodic,
    lexical,
    core,
    semantic,
    factTerms,
    jobs,
    retention,
    calendar,
    analyze,
    apply(entry) {
      const change = episodic.apply(entry);
      for (const chunk of change.removed) {
        countTokens(chunk, -1);
        lexical.remove(chunk.position, termsOf(chunk));
      }
      for (const chunk of change.added) {
        countTokens(chunk, 1);
        lexical.add({ ordinal: chunk.position, session: chunk.session, terms: termsOf(chunk) });
      }
      const { body } = entry;
      const archived = retain(body, change);
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
