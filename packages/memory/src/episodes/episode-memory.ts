import {
  type Clock,
  canRead,
  type Episode,
  parseTime,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import { readerOf, selfNames } from '../scope/entity-reader.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { namesOfEntity } from '../semantic/entity-names.ts';
import { openLanguageTools } from '../writing/rules/language-tools.ts';
import type { EpisodesOptions } from './episode-types.ts';
import { messagesAbout } from './messages-about.ts';
import { type EpisodeReader, findMessage, readClosed, readOpen } from './read-episode.ts';
import { makeTimeline, type ToldMessage } from './timeline.ts';

/** What reading episodes works with. */
export interface EpisodeMemoryParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly scopes: Pick<ScopeRegistry, 'replay'>;
  readonly clock: Clock;
  readonly surprisal: SurprisalSource;
  readonly tokenizer: () => Promise<Tokenizer>;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_ITEMS = 1_000;

const parseAbout = (about: unknown): string => {
  if (typeof about === 'string' && about.trim() !== '') return about;
  throw new RetentiveError('OPTION_INVALID', `about is a name or words, got ${JSON.stringify(about)}`);
};

const timeOf = (name: string, value: EpisodesOptions['from']): number | undefined =>
  value === undefined ? undefined : parseTime(name, value, 'OPTION_INVALID');

const parseLimit = (limit: number): number => {
  if (Number.isInteger(limit) && limit >= 0) return limit;
  throw new RetentiveError('OPTION_INVALID', `limit must be a whole number from 0, got ${limit}`);
};

const parseOptions = ({ thread, about, limit = DEFAULT_LIMIT, ...options }: EpisodesOptions) => {
  return {
    thread,
    limit: parseLimit(limit),
    about: about === undefined ? undefined : parseAbout(about),
    from: timeOf('from', options.from),
    to: timeOf('to', options.to),
    asOf: timeOf('asOf', options.asOf),
    knownAt: timeOf('knownAt', options.knownAt),
  };
};

/** Makes the part of a scope that reads episodes, and what was said in order of when it was. */
export const createEpisodeMemory = (
  parts: EpisodeMemoryParts,
): Pick<ScopedMemory, 'episodes' | 'timeline'> => {
  const { scope, key, load, clock, surprisal } = parts;

  const stateAt = (knownAt: number | undefined, signal: AbortSignal | undefined): Promise<ScopeState> =>
    knownAt === undefined ? load() : parts.scopes.replay(key, knownAt, { signal });

  const openReader = async (): Promise<EpisodeReader> => ({
    scope,
    key,
    now: clock.now(),
    tokenizer: await parts.tokenizer(),
    openSession: () => surprisal.openSession(),
  });

  return {
    async episodes(options = {}) {
      const { thread, about, from, to, asOf, knownAt, limit } = parseOptions(options);
      throwIfAborted(options.signal, 'episodes');
      const [state, reader] = await Promise.all([stateAt(knownAt, options.signal), openReader()]);
      const terms = about === undefined ? [] : [...new Set(state.analyze(about))];
      const told = about === undefined ? undefined : messagesAbout(terms, state);
      const isWanted = ({
        messages,
        interval,
        agent,
        thread: own,
      }: Pick<Episode, 'messages' | 'interval' | 'agent' | 'thread'>): boolean => {
        const [start = 0, end = 0] = [interval.from, interval.until];
        if ((thread !== undefined && own !== thread) || !canRead(scope, agent)) return false;
        if ((from !== undefined && end <= from) || (to !== undefined && start >= to)) return false;
        if (asOf !== undefined && start > asOf) return false;
        if (told === undefined) return true;
        const own_ = new Set(messages.flatMap((id) => [...(told.get(id) ?? [])]));
        return terms.length > 0 && terms.every((term) => own_.has(term));
      };
      const closed = [...state.episodes.episodes()].filter((record) => {
        const times = record.messages.map(([, time]) => time);
        const interval = { from: Math.min(...times), until: Math.max(...times) + 1 };
        return isWanted({ ...record, interval, messages: record.messages.map(([id]) => id) });
      });
      const isLater = (a: { readonly interval: Episode['interval'] }, b: typeof a): number =>
        (a.interval.from ?? 0) - (b.interval.from ?? 0);
      const open = readOpen(state, reader, thread).filter(isWanted);
      const newest = closed
        .toSorted((a, b) => (a.messages[0]?.[1] ?? 0) - (b.messages[0]?.[1] ?? 0))
        .slice(Math.max(0, closed.length - limit));
      const read = newest.flatMap((record) => readClosed(record, state, reader) ?? []);
      const all = [...read, ...open].toSorted(isLater);
      return all.slice(Math.max(0, all.length - limit));
    },

    async timeline(options) {
      const { about, thread, asOf: asked, knownAt: recorded, limit = DEFAULT_ITEMS, signal } = options ?? {};
      const wanted = parseAbout(about);
      parseLimit(limit);
      const [asOf, knownAt] = [timeOf('asOf', asked), timeOf('knownAt', recorded)];
      throwIfAborted(signal, 'timeline');
      const [state, reader, language] = await Promise.all([
        stateAt(knownAt, signal),
        openReader(),
        openLanguageTools(),
      ]);
      const times = { now: reader.now, ...(asOf === undefined ? {} : { asOf }) };
      const self = selfNames(scope);
      const known = namesOfEntity(wanted, readerOf(state.semantic, scope, times), self);
      // "user" stands for the user in facts; in what is said it is a word like others.
      const said = known.filter((name) => name === wanted || name !== self[0]);
      const names = said.map((name) => [...new Set(state.analyze(name))]).filter((terms) => terms.length > 0);
      const messages: ToldMessage[] = [];
      for (const [id, own] of messagesAbout([...new Set(names.flat())], state)) {
        const isAbout = names.some((terms) => terms.every((term) => own.has(term)));
        const message = isAbout ? findMessage(id, state, reader) : undefined;
        if (message === undefined) continue;
        const { header, view } = message;
        if ((thread !== undefined && header.thread !== thread) || (asOf !== undefined && header.time > asOf))
          continue;
        const { speaker, time, timeZone } = header;
        const episode = state.episodes.episodeOf(id)?.id;
        messages.push({ id, text: view.text, speaker, time, timeZone, episode });
      }
      const facts = state.semantic
        .facts({ about: known, ...times })
        .filter(({ agent }) => canRead(scope, agent));
      const ordered = messages.toSorted((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
      return makeTimeline(
        { about: wanted, names, messages: ordered, facts: thread === undefined ? facts : [], limit, signal },
        { analyze: state.analyze, language },
      );
    },
  };
};
