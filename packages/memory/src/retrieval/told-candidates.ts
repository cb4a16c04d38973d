import {
  canRead,
  type EpisodeId,
  type EpisodicNote,
  type MessageId,
  type OperationId,
  type Scope,
} from '@retentive/core';
import type { EpisodeStore } from '../episodes/episode-store.ts';
import { findMessage, standingSummary } from '../episodes/read-episode.ts';
import type { EpisodicStore } from '../episodic/episodic-types.ts';
import type { EpisodicNotes } from '../episodic/notes.ts';
import type { Analyzer } from '../index/analyzer.ts';
import type { Candidate, CandidateOptions } from './candidates.ts';

/** A sentence of an episode's summary that retrieval proposes. */
export interface SummaryCandidate {
  readonly episode: EpisodeId;
  /** The operation that made the summary, and the place of the sentence in it. */
  readonly operation: OperationId;
  readonly sentence: number;
  readonly text: string;
  readonly messages: readonly MessageId[];
  /** Who said it; undefined for a model's words. */
  readonly speaker?: string | undefined;
  /** Of its first source, ms since epoch. */
  readonly time: number;
  readonly timeZone?: string | undefined;
  /** What the best chunks of the episode score together. */
  readonly score: number;
}

/** A note that retrieval proposes. */
export interface NoteCandidate {
  readonly note: EpisodicNote;
  /** Cosine of its words and the query's, 0 to 1. */
  readonly score: number;
}

/** Chunks of an episode that speak for it: one that is about the query has several, one that mentions it has one. */
const CHUNKS_OF_AN_EPISODE = 3;

/** More episodes than any share of a budget shows. */
const MOST_EPISODES = 32;

type Reading = Pick<CandidateOptions, 'exclude' | 'thread' | 'asOf' | 'now'> & { readonly scope: Scope };

/**
 * Sentences of the summaries of episodes that the candidates are from, the best episode first, each in the order of its
 * summary. Candidates are best first, those in the archive among them. Pure given the projections.
 */
export const findSummaries = (
  candidates: readonly Candidate[],
  state: { readonly episodes: EpisodeStore; readonly episodic: EpisodicStore },
  reading: Reading,
): readonly SummaryCandidate[] => {
  const { exclude, thread, asOf = Number.POSITIVE_INFINITY } = reading;
  const scores = new Map<EpisodeId, { score: number; chunks: number }>();
  for (const { chunk, score } of candidates) {
    if (chunk.source.type !== 'message') continue;
    const id = state.episodes.episodeOf(chunk.source.id)?.id;
    if (id === undefined) continue;
    const known = scores.get(id) ?? { score: 0, chunks: 0 };
    scores.set(id, known);
    if (known.chunks === CHUNKS_OF_AN_EPISODE) continue;
    known.chunks += 1;
    known.score += score;
  }
  const find = (id: MessageId) => {
    const found = exclude?.has(id) === true ? undefined : findMessage(id, state, reading);
    const isMeant =
      found !== undefined &&
      found.header.time <= asOf &&
      (thread === undefined || found.header.thread === thread);
    return isMeant ? found : undefined;
  };
  return [...scores]
    .toSorted(([, a], [, b]) => b.score - a.score)
    .slice(0, MOST_EPISODES)
    .flatMap(([episode, { score }]): readonly SummaryCandidate[] => {
      const record = state.episodes.episode(episode);
      const standing = record === undefined ? undefined : standingSummary(record, find);
      if (standing === undefined) return [];
      return standing.sentences.map(({ index, sentence, timeZone }) => ({
        episode,
        operation: standing.operation,
        sentence: index,
        text: sentence.text,
        messages: sentence.sources,
        ...(sentence.verbatim ? { speaker: sentence.speaker } : {}),
        time: sentence.time,
        timeZone,
        score,
      }));
    });
};

/** As for facts: below it, notes that only name the same person crowd in. */
const LEAST_COSINE = 0.45;

const MOST_NOTES = 8;

/** Notes whose words are near the query's, best first. Linear in the words of all notes, which are few. */
export const findNotes = (
  query: string,
  { notes, analyze }: { readonly notes: EpisodicNotes; readonly analyze: Analyzer },
  {
    scope,
    until = Number.POSITIVE_INFINITY,
    isKept,
  }: {
    readonly scope: Scope;
    readonly until?: number | undefined;
    readonly isKept: (note: EpisodicNote) => boolean;
  },
): readonly NoteCandidate[] => {
  const asked = new Set(analyze(query));
  if (asked.size === 0) return [];
  return notes
    .notes()
    .filter((note) => canRead(scope, note.agent) && note.recordedAt <= until && isKept(note))
    .map((note) => {
      const terms = new Set(analyze(note.note));
      const shared = [...asked].filter((term) => terms.has(term)).length;
      return { note, score: shared === 0 ? 0 : shared / Math.sqrt(asked.size * terms.size) };
    })
    .filter(({ score }) => score >= LEAST_COSINE)
    .toSorted((a, b) => b.score - a.score || b.note.recordedAt - a.note.recordedAt)
    .slice(0, MOST_NOTES);
};
