import type { JobRecord, Journal, ScopeKey } from '../journal/journal.ts';
import type { MemoryStats, StatsOptions, WritingStats } from '../upkeep-types.ts';

const EXTRACTION = 'extract:';

const plus = (sum: number | null, more: number | null): number | null =>
  more === null ? sum : (sum ?? 0) + more;

const nothing = (extractor: string): WritingStats => ({
  extractor,
  calls: 0,
  uncountedCalls: 0,
  unpricedCalls: 0,
  inputTokens: null,
  outputTokens: null,
  microdollars: null,
  messages: 0,
  operations: 0,
  microdollarsPerOperation: null,
});

const withCost = (stats: WritingStats, cost: NonNullable<JobRecord['cost']>): WritingStats => {
  const microdollars = plus(stats.microdollars, cost.microdollars);
  const unpricedCalls = stats.unpricedCalls + (cost.microdollars === null ? cost.calls : 0);
  const operations = stats.operations + cost.operations;
  const isPriced = microdollars !== null && unpricedCalls === 0 && operations > 0;
  return {
    ...stats,
    calls: stats.calls + cost.calls,
    uncountedCalls: stats.uncountedCalls + (cost.inputTokens === null ? cost.calls : 0),
    unpricedCalls,
    inputTokens: plus(stats.inputTokens, cost.inputTokens),
    outputTokens: plus(stats.outputTokens, cost.outputTokens),
    microdollars,
    messages: stats.messages + cost.messages,
    operations,
    microdollarsPerOperation: isPriced ? microdollars / operations : null,
  };
};

/** Goes through the jobs of the journal and sums up what they took. */
export const writingStats = async (
  journal: Journal,
  { scope, signal }: StatsOptions,
): Promise<MemoryStats> => {
  const writing = new Map<string, WritingStats>();
  const ended = new Map<string, JobRecord['state']>();
  const within: { scope?: ScopeKey } = scope === undefined ? {} : { scope };
  for await (const { scope: key, body } of journal.read({ ...within, kinds: ['job'], signal })) {
    if (body.kind !== 'job') continue;
    const { id, type, state, cost } = body.job;
    ended.set(JSON.stringify([key.tenant, key.user, id]), state);
    if (cost === undefined) continue;
    const extractor = type.startsWith(EXTRACTION) ? type.slice(EXTRACTION.length) : type;
    writing.set(extractor, withCost(writing.get(extractor) ?? nothing(extractor), cost));
  }
  const count = (wanted: JobRecord['state']): number =>
    [...ended.values()].filter((state) => state === wanted).length;
  return { jobs: { done: count('done'), dead: count('dead') }, writing: [...writing.values()] };
};
