import type { EpisodeId, Operation } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';
import { deriveId } from '../writing/derive-id.ts';
import { coverageOf, extractSummary, titleOf } from './extract-summary.ts';
import { type EpisodeMessage, readUnits, type UnitTools } from './sentence-units.ts';

/** Name and version of what cuts and summarises without a model; part of every id that it makes. */
export const EPISODE_WRITER = 'episodes-1';

/** What an episode is told of by: the sentences chosen, words for its title, and how much of each third that tells. */
export const summarise = (messages: readonly EpisodeMessage[], tools: UnitTools) => {
  const units = readUnits(messages, tools);
  const chosen = extractSummary(units).flatMap((index) => units[index] ?? []);
  const told = new Set(chosen.flatMap(({ bits }) => [...bits.keys()]));
  return {
    title: titleOf(units),
    summary: chosen.map(({ span }) => ({ span })),
    coverage: coverageOf(units, told),
  };
};

/** The id of the episode that begins with a message: the same work gives the same one. */
export const episodeIdOf = (scope: ScopeKey, messages: readonly EpisodeMessage[]): EpisodeId =>
  deriveId('episode', scope, EPISODE_WRITER, messages[0]?.id ?? '', messages.length);

/** The operation that closes messages as an episode. Its ids follow from them; it holds places and no words. Pure. */
export const planEpisode = (
  scope: ScopeKey,
  { thread, agent }: { readonly thread: string; readonly agent: string | undefined },
  messages: readonly EpisodeMessage[],
  tools: UnitTools,
): Operation => {
  const { title, summary, coverage } = summarise(messages, tools);
  return {
    id: deriveId('operation', scope, EPISODE_WRITER, messages[0]?.id ?? '', messages.length),
    kind: 'add',
    ...(agent === undefined ? {} : { agent }),
    target: {
      store: 'episode',
      id: episodeIdOf(scope, messages),
      stretch: { thread, messages: messages.map(({ id, time }) => [id, time]), title },
      summary,
      coverage,
    },
    because: 'a stretch of talk is over',
    sources: [],
  };
};
