import * as z from 'zod';

const share = z.number().min(0).max(1);
const counts = z.strictObject({ numbers: z.int().min(0), names: z.int().min(0), negations: z.int().min(0) });

/** JSON of `bench episodes`. */
export const episodesReportSchema = z.strictObject({
  sets: z.array(
    z.strictObject({
      set: z.string(),
      conversations: z.int().min(0),
      messages: z.int().min(0),
      episodes: z.int().min(0),
      /** Messages that are in no episode, or in more than one. */
      misplaced: z.int().min(0),
      /** Tokens of the summaries, of those of the messages. */
      tokenShare: share,
      sentences: z.int().min(0),
      /** Means over episodes: how much of each third's information the summary tells. */
      told: z.strictObject({ beginning: share, middle: share, end: share }),
      /** What summaries say that no source of theirs has; the target is 0. */
      unsupported: counts,
      /** Sentences of summaries in which one thing was changed, and how many the claim check refused. */
      changed: counts,
      refused: counts,
      /** Time of all background work on a message, episodes included and not, ms. */
      msPerMessage: z.strictObject({ with: z.number(), without: z.number() }),
      /** Time of a context in quiet, and while the scope is being consolidated, ms at the 95th percentile. */
      contextP95: z.strictObject({ quiet: z.number(), consolidating: z.number() }),
    }),
  ),
  /** Statements of others about a conversation that are covered by what is stored of the same turns. */
  coverage: z.array(
    z.strictObject({
      set: z.string(),
      kind: z.string(),
      /** Tokens of the items, of those of the messages. */
      tokenShare: z.number().min(0),
      single: share,
      joint: share,
    }),
  ),
});

export type EpisodesReport = z.infer<typeof episodesReportSchema>;
export type EpisodesRow = EpisodesReport['sets'][number];
export type CoverageRow = EpisodesReport['coverage'][number];
