import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ChatModel,
  isRetentiveError,
  type Operation,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { deriveId } from '../writing/derive-id.ts';
import type { Allowance } from './allowance.ts';
import type { EpisodeRecord } from './episode-store.ts';
import { coverageOf } from './extract-summary.ts';
import { askSummary, guardSummary } from './model-summary.ts';
import { type EpisodeMessage, readUnits } from './sentence-units.ts';

/** What summarising by a model works with. */
export interface SummariserParts {
  readonly key: ScopeKey;
  readonly journal: Journal;
  readonly surprisal: SurprisalSource;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly model: ChatModel;
  readonly isOwn: (agent: string | undefined) => boolean;
  /** Runs alone in the scope, on what is left of it when its turn comes. */
  readonly inLine: <Result>(
    state: ScopeState,
    run: (fresh: ScopeState) => Promise<Result>,
  ) => Promise<Result>;
}

/** What a model was asked, and what came of it. */
export interface Summarised {
  readonly written: readonly Operation[];
  readonly calls: number;
  readonly failed: number;
  readonly tokens: { readonly input: number; readonly output: number };
}

/** Has a model write the summaries of a scope's episodes, each once. */
export interface Summariser {
  /** Closed episodes that the model has not been asked about. */
  waiting(state: ScopeState): readonly EpisodeRecord[];
  run(state: ScopeState, allowance: Allowance): Promise<Summarised>;
}

const messagesOf = ({ messages }: EpisodeRecord, { episodic }: ScopeState): readonly EpisodeMessage[] =>
  messages.flatMap(([id]) => {
    const message = episodic.message(id);
    return message === undefined ? [] : [{ ...message, tokens: episodic.sourceTokens(id) }];
  });

/** Makes a {@link Summariser}. */
export const createSummariser = (parts: SummariserParts): Summariser => {
  const { key, journal, surprisal, model, isOwn, inLine } = parts;

  const summaryId = (record: EpisodeRecord): Operation['id'] =>
    deriveId('operation', key, 'summary', model.id, record.id);

  const waiting = (state: ScopeState): readonly EpisodeRecord[] =>
    [...state.episodes.episodes()].filter(
      (record) => isOwn(record.agent) && !state.episodes.has(summaryId(record)),
    );

  const summaryOf = async (record: EpisodeRecord, state: ScopeState, signal: AbortSignal | undefined) => {
    const messages = messagesOf(record, state);
    const { text, usage } = await askSummary(model, messages, signal);
    const verbatim = record.summaries[0]?.parts ?? [];
    const { parts: summary } = guardSummary(text, messages, verbatim, state.analyze);
    const tools = {
      analyze: state.analyze,
      tokenizer: await parts.tokenizer(),
      surprisal: surprisal.openSession(),
    };
    const textOf = (part: (typeof summary)[number]): string =>
      'span' in part
        ? (state.episodic.source(part.span[0])?.text.slice(part.span[1], part.span[2]) ?? '')
        : part.text;
    const told = new Set(summary.flatMap((part) => state.analyze(textOf(part))));
    const coverage = coverageOf(readUnits(messages, tools), told);
    const id = summaryId(record);
    const { id: episode, agent } = record;
    const at = agent === undefined ? {} : { agent };
    const operation: Operation =
      summary.length === 0
        ? {
            id,
            kind: 'skip',
            ...at,
            target: { store: 'episode', id: episode },
            because: 'no sentence of the model was supported',
            sources: [],
          }
        : {
            id,
            kind: 'update',
            ...at,
            target: { store: 'episode', id: episode, summary, coverage },
            because: `summarised by ${model.id}`,
            sources: [],
          };
    return { operation, usage };
  };

  return {
    waiting,
    /** One after the other, so that each call finds the instructions of the one before it in the provider's cache. */
    async run(state, allowance) {
      const written: Operation[] = [];
      const tokens = { input: 0, output: 0 };
      let failed = 0;
      let calls = 0;
      for (const { id } of waiting(state)) {
        await nextTurn();
        if (allowance.isOver() || allowance.modelCalls <= 0) break;
        const present = await inLine(state, async (fresh) => fresh);
        const record = present.episodes.episode(id);
        // Nobody is asked about what was forgotten while the one before was written.
        if (record === undefined) continue;
        allowance.modelCalls -= 1;
        calls += 1;
        try {
          const { operation, usage } = await summaryOf(record, present, allowance.signal);
          tokens.input += usage?.inputTokens ?? 0;
          tokens.output += usage?.outputTokens ?? 0;
          await inLine(state, async ({ episodes }) => {
            // Forgotten while the model was at it: its words are not kept.
            const now = episodes.episode(record.id);
            if (now === undefined || now.messages.length !== record.messages.length) return;
            await journal.append({ scope: key, entries: [{ kind: 'operation', operation }] });
            written.push(operation);
            allowance.operations -= 1;
          });
        } catch (error) {
          throwIfAborted(allowance.signal, 'consolidate');
          if (!isRetentiveError(error) || error.code.startsWith('STORE_')) throw error;
          // Asked again by the next run.
          failed += 1;
        }
      }
      return { written, tokens, failed, calls };
    },
  };
};
