import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CallOptions, type Clock, RetentiveError, type Tokenizer } from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { EntryBody, Journal, JournalEntry, ScopeKey, SourceId } from '../journal/journal.ts';
import { orAborted } from '../or-aborted.ts';
import type { ScopeRegistry } from '../scope/scope-registry.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { closeStretch, WINDOW_MESSAGES, windowOf } from './close-stretches.ts';
import type { OpenStretch } from './episode-store.ts';
import { planEpisode } from './plan-episode.ts';
import type { EpisodeMessage } from './sentence-units.ts';

/** What closing episodes works with. */
export interface EpisodeWriterParts {
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly clock: Clock;
  readonly surprisal: SurprisalSource;
  readonly tokenizer: () => Promise<Tokenizer>;
}

/** How much is closed in one call. */
export interface CloseOptions extends CallOptions {
  readonly limit?: number | undefined;
  /** Nothing more is begun where it is true. */
  readonly isOver?: (() => boolean) | undefined;
  /** Agents' paths that are looked at. Default all. */
  readonly accepts?: ((agent: string | undefined) => boolean) | undefined;
}

/**
 * Closes stretches of talk as episodes, in this process, after the message that ended them was acknowledged. What is to be
 * closed follows from the journal, so nothing is lost with the process: the next message of the scope, or `close`, finds it.
 */
export interface EpisodeWriter {
  /** Resolves when what can be closed in the scope is. @throws ABORTED, STORE_CLOSED */
  settled(scope: ScopeKey, options?: CallOptions): Promise<void>;
  /** Closes what is over, also sessions that nobody has gone on with for as long as a session's gap. Gives how many episodes. */
  close(scope: ScopeKey, options?: CloseOptions): Promise<number>;
  /** Ends at once. */
  stop(): void;
}

/** A session that nothing was added to for so long is over: the gap that ends a session. */
export const IDLE_MS = 4 * 3_600_000;

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

/** The messages of a stretch up to the first that is still being written, as many as a window has. */
export const readStretch = (
  { messages }: Pick<OpenStretch, 'messages'>,
  { episodic }: Pick<ScopeState, 'episodic'>,
  limit = WINDOW_MESSAGES,
): { readonly read: readonly EpisodeMessage[]; readonly isWhole: boolean } => {
  const read: EpisodeMessage[] = [];
  for (const id of messages.slice(0, limit)) {
    const message = episodic.message(id);
    if (message === undefined) continue;
    if (message.state === 'open') return { read, isWhole: false };
    read.push({ ...message, tokens: episodic.sourceTokens(id) });
  }
  return { read, isWhole: messages.length <= limit };
};

/** The source whose end may let something be closed. */
const endedBy = ({ body }: JournalEntry): SourceId | undefined => {
  if (body.kind === 'closed') return body.id;
  return body.kind === 'source' && body.state === 'complete' ? body.source.id : undefined;
};

/** Makes an {@link EpisodeWriter}. It follows the journal from now on. */
export const createEpisodeWriter = (parts: EpisodeWriterParts): EpisodeWriter => {
  const { journal, scopes, clock, surprisal } = parts;
  const closing = new AbortController();
  const running = new Map<string, Promise<void>>();
  /** Sources that ended in each scope, by its name. */
  const wanted = new Map<string, Set<SourceId>>();

  /** What is told twice, by whatever accident, is one operation: its id follows from the messages. */
  const append = async (
    key: ScopeKey,
    stretch: OpenStretch,
    groups: readonly (readonly EpisodeMessage[])[],
    state: ScopeState,
  ): Promise<void> => {
    const tools = { analyze: state.analyze, tokenizer: await parts.tokenizer() };
    const entries = groups.map((group): EntryBody => {
      const operation = planEpisode(key, stretch, group, { ...tools, surprisal: surprisal.openSession() });
      return { kind: 'operation', operation };
    });
    await journal.append({ scope: key, entries });
  };

  /** Closes the next episodes of one stretch. Gives how many; it runs alone in its scope. */
  const step = (key: ScopeKey, name: string, isIdle: (stretch: OpenStretch) => boolean): Promise<number> =>
    scopes.load(key).then((known) =>
      known.exclusively(async () => {
        // What was erased while this waited in line is not there any more.
        const state = await scopes.load(key);
        const stretch = state.episodes
          .open()
          .find(({ session, agent }) => JSON.stringify([session, agent]) === name);
        if (stretch === undefined || closing.signal.aborted) return 0;
        const isEnded = stretch.isOver || isIdle(stretch);
        // Most messages close nothing: that is told without reading any.
        const isFull = windowOf(stretch.messages.map((id) => state.episodic.sourceTokens(id))) !== undefined;
        if (!isEnded && !isFull) return 0;
        const { read, isWhole } = readStretch(stretch, state);
        const isOver = isWhole && isEnded;
        const counts = closeStretch(read, isOver, await parts.tokenizer());
        let from = 0;
        const groups = counts.map((count) => {
          from += count;
          return read.slice(from - count, from);
        });
        if (groups.length === 0) return 0;
        await append(key, stretch, groups, state);
        return groups.length;
      }),
    );

  const closeAll = async (
    key: ScopeKey,
    isIdle: (stretch: OpenStretch) => boolean,
    threads: (state: ScopeState) => Iterable<string | undefined>,
    {
      limit = Number.POSITIVE_INFINITY,
      isOver = () => false,
      accepts = () => true,
      signal,
    }: CloseOptions = {},
  ): Promise<number> => {
    let count = 0;
    const state = await scopes.load(key);
    const open = [...threads(state)].flatMap((thread) => state.episodes.open(thread));
    for (const { session, agent } of open.filter((stretch) => accepts(stretch.agent))) {
      for (let found = 1; found > 0 && count < limit; count += found) {
        // Everything that waits in this process goes first: nobody's turn waits for this work.
        await nextTurn();
        if (closing.signal.aborted || signal?.aborted === true || isOver()) return count;
        found = await step(key, JSON.stringify([session, agent]), isIdle);
      }
    }
    return count;
  };

  /** One run a scope; what comes meanwhile makes it run again. */
  const run = async (key: ScopeKey): Promise<void> => {
    const name = nameOf(key);
    for (let ended = wanted.get(name); ended !== undefined; ended = wanted.get(name)) {
      wanted.delete(name);
      const ids = ended;
      const threadsOf = ({ episodic }: ScopeState) =>
        new Set([...ids].flatMap((id) => episodic.source(id)?.header.thread ?? []));
      // A failing journal is told to who writes; what was not closed is found by the next message.
      await closeAll(key, () => false, threadsOf).catch(() => 0);
      if (closing.signal.aborted) break;
    }
    running.delete(name);
  };

  const want = (key: ScopeKey, ended: SourceId): void => {
    const name = nameOf(key);
    wanted.set(name, (wanted.get(name) ?? new Set()).add(ended));
    if (!running.has(name))
      running.set(
        name,
        nextTurn().then(() => run(key)),
      );
  };

  const unsubscribe = journal.subscribe((entry) => {
    const ended = endedBy(entry);
    if (ended !== undefined) want(entry.scope, ended);
  });

  return {
    async settled(scope, { signal } = {}) {
      const work = running.get(nameOf(scope));
      if (work !== undefined) await orAborted(work, signal, 'settled');
    },
    async close(scope, options = {}) {
      if (closing.signal.aborted)
        throw new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again');
      const now = clock.now();
      return closeAll(
        scope,
        ({ lastAt }) => now - lastAt > IDLE_MS,
        () => [undefined],
        options,
      );
    },
    stop() {
      unsubscribe();
      closing.abort();
    },
  };
};
