import {
  DEFAULT_BUDGET,
  parseBudget,
  parseLabel,
  parseTime,
  RetentiveError,
  type Scope,
} from '@retentive/core';
import type { ContextOptions } from '../reading-types.ts';

/** The longest query, in UTF-16 units: past it a question is a document. */
const MAX_QUERY_LENGTH = 65_536;

/** @throws QUERY_INVALID */
export const parseQuery = (query: unknown): string => {
  if (typeof query === 'string' && query.length <= MAX_QUERY_LENGTH) return query;
  const got = typeof query === 'string' ? `${query.length} characters` : typeof query;
  throw new RetentiveError(
    'QUERY_INVALID',
    `a query is text of at most ${MAX_QUERY_LENGTH} characters, got ${got}`,
  );
};

/** Most of a budget that a section beside what was said may take, by the name of its option. */
const MOST_SHARES = {
  // More than a quarter for how things were answered leaves too little for what was said.
  examples: 0.25,
  episodes: 0.5,
  notes: 0.25,
} as const;

/** More wordings than anybody gives one question; each is looked for in all of the scope. */
export const MOST_WORDINGS = 16;

/** @throws OPTION_INVALID */
export const checkWordings = (also: unknown): void => {
  if (Array.isArray(also) && also.length <= MOST_WORDINGS) return;
  throw new RetentiveError('OPTION_INVALID', `also is a list of at most ${MOST_WORDINGS} other wordings`);
};

/** As facts have where not everything finds room. */
const DEFAULT_NOTES = 1 / 16;

const checkOptions = ({
  exclude,
  now,
  access,
  sent,
  related,
  examples,
  episodes,
  notes,
  excerpts,
  effort,
  also = [],
}: ContextOptions): void => {
  checkWordings(also);
  if (effort !== undefined && effort !== 'full' && effort !== 'adaptive') {
    throw new RetentiveError(
      'OPTION_INVALID',
      `effort is "full" or "adaptive", got ${JSON.stringify(effort)}`,
    );
  }
  for (const [name, share] of Object.entries({ examples, episodes, notes })) {
    const most = MOST_SHARES[name as keyof typeof MOST_SHARES];
    if (share === undefined || (share >= 0 && share <= most)) continue;
    throw new RetentiveError(
      'OPTION_INVALID',
      `${name} is a share of the budget from 0 to ${most}, got ${String(share)}`,
    );
  }
  if (exclude !== undefined && !Array.isArray(exclude)) {
    throw new RetentiveError('OPTION_INVALID', `exclude is a list of message ids, got ${typeof exclude}`);
  }
  for (const [name, value] of Object.entries({ access, sent, related, excerpts })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new RetentiveError('OPTION_INVALID', `${name} is true or false, got ${typeof value}`);
    }
  }
  if (now !== undefined && !Number.isFinite(now)) {
    throw new RetentiveError('OPTION_INVALID', `now is a moment in ms since epoch, got ${String(now)}`);
  }
};

/** What a context is asked for, checked and with its defaults. @throws as `context` */
export const parseContextOptions = (query: unknown, options: ContextOptions, scope: Scope) => {
  const {
    thread,
    archive = false,
    excerpts = false,
    related = true,
    access = true,
    sent = false,
    examples = 0,
    episodes = 0,
    notes = DEFAULT_NOTES,
    effort = 'full',
    asOf,
    knownAt,
    budget,
  } = options;
  const text = parseQuery(query);
  checkOptions(options);
  return {
    text,
    archive,
    excerpts,
    related,
    access,
    sent,
    examples,
    episodes,
    notes,
    adaptive: effort === 'adaptive',
    also: (options.also ?? []).map(parseQuery),
    exclude: options.exclude,
    now: options.now,
    signal: options.signal,
    budget: parseBudget(budget === undefined ? DEFAULT_BUDGET : budget),
    thread: thread === undefined ? scope.thread : parseLabel('thread', thread),
    asOf: asOf === undefined ? undefined : parseTime('asOf', asOf, 'OPTION_INVALID'),
    until: knownAt === undefined ? undefined : parseTime('knownAt', knownAt, 'OPTION_INVALID'),
  };
};

/** What a context is asked for. */
export type WantedContext = ReturnType<typeof parseContextOptions>;
