import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chunk, type ContextId, createManualClock, type Scope } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { createAnalyzer, openMemory, openSurprisal } from '@retentive/memory';
import { observeTurns } from '@retentive/memory/evaluation';
import type { BenchConversation } from '../bench-data.ts';
import {
  buildContext,
  type Candidate,
  createLexicalIndex,
  createScopeState,
  DEFAULT_LEXICAL_OPTIONS,
  openSqliteJournal,
  recallChunks,
  type ScopeState,
  type Weights,
} from '../internals.ts';
import { itemsOf } from '../retentive-selector.ts';
import type { Selector } from '../selector.ts';

/** Parts of recall that no option switches off. */
export interface AssemblyOptions {
  /** False: a chunk has the words of its own only. */
  readonly smoothing: boolean;
  /** False: the best first, up to the first that does not fit, whatever the size of each. */
  readonly selection: boolean;
  /** Default: as recalling has them. */
  readonly weights?: Weights | undefined;
}

/** As recalling has it: no conversation here is longer. */
const CANDIDATES = 400;
/** As the index has it: a word of the date counts half. */
const DATE_WEIGHT = 0.5;
const NO_SMOOTHING = { ...DEFAULT_LEXICAL_OPTIONS.smoothing, weight: 0 };
const EVERYTHING = Number.MAX_SAFE_INTEGER;

const termsOf = (chunk: Chunk, { analyze, calendar }: ScopeState): ReadonlyMap<string, number> => {
  const terms = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const term of analyze(text)) terms.set(term, (terms.get(term) ?? 0) + weight);
  };
  add(chunk.text, 1);
  add(chunk.speaker ?? '', 1);
  add(calendar.dayOf(chunk.time, chunk.timeZone).words, DATE_WEIGHT);
  return terms;
};

/** Has a memory write the conversation to disk and reads its journal into projections of our own. */
const replay = async (conversation: BenchConversation, scope: Scope, smoothing: boolean) => {
  const folder = await mkdtemp(join(tmpdir(), 'retentive-ablate-'));
  const path = join(folder, 'data');
  const clock = createManualClock(Math.max(0, ...conversation.turns.map(({ time }) => time)));
  const tokenizer = await openO200kTokenizer();
  const state = createScopeState({
    analyze: createAnalyzer(),
    tokenizer,
    surprisal: await openSurprisal(),
    capacity: EVERYTHING,
  });
  const lexical = createLexicalIndex(
    smoothing ? DEFAULT_LEXICAL_OPTIONS : { ...DEFAULT_LEXICAL_OPTIONS, smoothing: NO_SMOOTHING },
  );
  try {
    const memory = await openMemory({ path, clock, extractor: false });
    await observeTurns(memory.scope(scope), conversation.turns);
    await memory.close();
    const journal = await openSqliteJournal({ path, clock });
    for await (const entry of journal.read()) {
      for (const chunk of state.apply(entry).added) {
        lexical.add({ ordinal: chunk.position, session: chunk.session, terms: termsOf(chunk, state) });
      }
    }
    await journal.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { state, lexical, tokenizer, now: clock.now() };
};

/**
 * Recall put together from the memory's own pieces, so that one can be left out: without facts and core memory. With
 * everything on it gives what a memory with `extractor: false` gives.
 */
export const createAssembledSelector = (
  name: string,
  { smoothing, selection, weights }: AssemblyOptions,
): Selector => ({
  name,
  async open(conversation) {
    const scope: Scope = { tenant: 'bench', user: conversation.id };
    const { state, lexical, tokenizer, now } = await replay(conversation, scope, smoothing);
    const turns = new Map(conversation.turns.map((turn) => [turn.id, turn]));
    const build = (candidates: readonly Candidate[], budget: number) =>
      buildContext({
        id: 'assembled' as ContextId,
        candidates,
        facts: [],
        factOrigin: () => undefined,
        core: [],
        budget,
        tokenizer,
        calendar: state.calendar,
        lineTokens: state.lineTokens,
        sourceTokens: state.sourceTokens,
        degraded: [],
      });
    const countOf = (candidates: readonly Candidate[], budget: number): number =>
      build(candidates, budget).items.reduce(
        (sum, { source }) => sum + ('chunks' in source ? source.chunks.length : 0),
        0,
      );
    /** The longest run of the ranking that fits whole. */
    const prefix = (candidates: readonly Candidate[], budget: number): readonly Candidate[] => {
      let [fits, tooMany] = [0, candidates.length + 1];
      while (tooMany - fits > 1) {
        const middle = Math.floor((fits + tooMany) / 2);
        if (countOf(candidates.slice(0, middle), budget) === middle) fits = middle;
        else tooMany = middle;
      }
      return candidates.slice(0, fits);
    };
    return {
      async recall(question, budget) {
        const candidates = recallChunks(
          question.question,
          { ...state, lexical, weights },
          { scope, now: question.now ?? now, limit: CANDIDATES },
        );
        const context = build(selection ? candidates : prefix(candidates, budget), budget);
        return { text: context.text, items: itemsOf(context, turns), context };
      },
      async close() {},
    };
  },
});
