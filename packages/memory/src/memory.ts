import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import {
  type Clock,
  createIdSource,
  createMemoryEventBus,
  createSystemRandom,
  parseScope,
  RetentiveError,
  systemClock,
  throwIfAborted,
  type Wait,
} from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { backUp } from './backup/back-up.ts';
import { checkOptions, checkTruth, chooseExtractor } from './check-options.ts';
import { runDoctor } from './doctor/examine.ts';
import { emitApplied, emitArchived } from './emit-applied.ts';
import { chooseSurprisal } from './entropy/choose-surprisal.ts';
import { createEpisodeWriter } from './episodes/episode-writer.ts';
import { createIdleConsolidation, tellingOfCalls } from './episodes/idle-consolidation.ts';
import { createAnalyzer } from './index/analyzer.ts';
import { recordDaemon } from './journal/folder-owner.js';
import { followJournal } from './journal/follow-journal.ts';
import { createInMemoryJournal } from './journal/in-memory-journal.ts';
import type { Journal, ScopeKey, SourceId } from './journal/journal.ts';
import { createKeyedLine } from './keyed-line.ts';
import type { MemoryOptions } from './memory-options.ts';
import type { Memory } from './memory-types.ts';
import { createAccessLog } from './scope/access-log.ts';
import { createArchiveOpener } from './scope/archive-opener.ts';
import { createEraser } from './scope/erase-scopes.ts';
import type { MemoryParts, TruthParts } from './scope/memory-parts.ts';
import { createNearestFacts } from './scope/nearest-facts.ts';
import { finishErasures, removeOrphanFiles } from './scope/scope-files.ts';
import { createScopeRegistry } from './scope/scope-registry.ts';
import { createScopedMemory } from './scope/scoped-memory.ts';
import { createSweeper } from './scope/sweep.ts';
import { createVectorRegistry } from './scope/vector-registry.ts';
import { type Owner, shareOwner } from './share-owner.ts';
import { createBackgroundWriter } from './writing/background-writer.ts';
import { createDeriveFacts } from './writing/derive-facts.ts';
import { tearOpenSources } from './writing/recovery.ts';
import { listJobs, retryJobs } from './writing/retry-jobs.ts';
import { createRuleDecider } from './writing/rule-decider.ts';
import { createTimeLimit } from './writing/time-limit.ts';
import { writingStats } from './writing/writing-stats.ts';

const openJournal = async (options: MemoryOptions, clock: Clock): Promise<Journal> => {
  if (options.path === undefined) return createInMemoryJournal({ clock });
  // Loaded at the first use, so that importing this package loads no database.
  const { openSqliteJournal } = await import('./journal/sqlite-journal.ts');
  const { path, maxBytes, durability, waitMs, signal } = options;
  return openSqliteJournal({
    path,
    clock,
    maxBytes,
    durability,
    waitMs,
    signal,
  });
};

/** A pause keeps no process alive: what waits goes on at the next opening. */
const systemWait: Wait = (ms, signal) => setTimeout(ms, undefined, { signal, ref: false });

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const openOwner = async (options: MemoryOptions): Promise<Owner> => {
  const { clock = systemClock, random = createSystemRandom(), wait = systemWait, signal } = options;
  const extractor = chooseExtractor(options.extractor);
  const surprisal = chooseSurprisal(options.surprisal);
  const { loadedTokens, retain, writeQuota, consolidation, ...retention } = checkOptions(options);
  const hasEpisodes = options.episodes ?? extractor !== false;
  const events = createMemoryEventBus();
  const ids = createIdSource(clock, random);
  const vectors = createVectorRegistry({ path: options.path, embedder: options.embedder, events });
  const journal = await openJournal(options, clock);
  const tokenizer = once(async () => options.tokenizer ?? (await openO200kTokenizer()));
  const analyze = createAnalyzer();
  const resources = once(async () => ({
    analyze,
    tokenizer: await tokenizer(),
    surprisal,
    ...retention,
    episodes: hasEpisodes,
  }));
  const scopes = createScopeRegistry(journal, {
    openResources: resources,
    openArchive: createArchiveOpener(
      options.path,
      { ...retention, surprisal: surprisal.id, episodes: hasEpisodes },
      events,
    ),
    onApplied: (entry, change) => emitApplied(events, entry, change),
    clock,
    loadedTokens,
    onRest: (key) => vectors.rest(key),
    onArchived: (entry, archived) => emitArchived(events, entry, archived),
    onBroken: (error) => events.emit('projection:rebuilt', { projection: 'scope', reason: String(error) }),
  });
  const { stores, rules } = checkTruth(options);
  const truth: TruthParts = {
    stores,
    decider: createRuleDecider((attribute) =>
      stores.map((store) => store.ruleOf(attribute)).find((rule) => rule !== undefined),
    ),
    nearest: createNearestFacts(vectors),
    rules,
    derive: createDeriveFacts(rules, journal),
  };
  const background =
    extractor === false
      ? undefined
      : createBackgroundWriter({
          journal,
          scopes,
          clock,
          random,
          extractor,
          writeQuota,
          owner: ids.create('job'),
          timeLimit: createTimeLimit,
          ...truth,
          wait,
        });
  const episodes = hasEpisodes
    ? createEpisodeWriter({ journal, scopes, clock, surprisal, tokenizer })
    : undefined;
  const accesses = createAccessLog({ journal, wait });
  let closing: Promise<void> | undefined;
  const ending = new AbortController();
  // As many consumers may follow the journal as like.
  setMaxListeners(0, ending.signal);
  const parts: MemoryParts = {
    path: options.path,
    journal,
    scopes,
    vectors,
    events,
    clock,
    ids,
    surprisal,
    tokenizer,
    retain,
    writers: new Set(),
    accesses,
    truth,
    background,
    episodes,
    summarizer: options.summarizer,
    profile: options.profile ?? false,
    consolidating: createKeyedLine(),
    assertOpen() {
      if (closing !== undefined)
        throw new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again');
    },
  };
  const idle =
    consolidation === false
      ? undefined
      : createIdleConsolidation(consolidation, {
          journal,
          clock,
          wait,
          events,
          consolidate(key, { onModelCall, ...more }) {
            const summarizer = parts.summarizer && tellingOfCalls(parts.summarizer, onModelCall);
            return createScopedMemory(key, { ...parts, summarizer }).consolidate(more);
          },
          isOpen: async (key) => (await scopes.load(key)).episodes.open().length > 0,
        });
  try {
    await tearOpenSources(journal, tokenizer, { signal });
    if (options.path !== undefined) {
      await finishErasures(options.path);
      await removeOrphanFiles(options.path, await journal.scopes({ signal }));
    }
    await background?.start();
    await idle?.start();
  } catch (error) {
    await journal.close();
    throw error;
  }

  const erase = createEraser(parts);
  const sweeper = createSweeper(parts);

  const scopeOf = async (id: SourceId, signal: AbortSignal | undefined): Promise<ScopeKey> => {
    const found = await journal.sources({ id }, { signal });
    const [first, second] = found;
    if (first === undefined) throw new RetentiveError('MESSAGE_NOT_FOUND', `no message or document "${id}"`);
    if (second !== undefined) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `${found.length} scopes have a message "${id}"; use scope(...).resume`,
      );
    }
    return first.scope;
  };

  const close = async (): Promise<void> => {
    ending.abort();
    await Promise.allSettled([...parts.writers].map((writer) => writer.tear()));
    background?.close();
    episodes?.stop();
    idle?.stop();
    await accesses.close();
    sweeper.close();
    // While the folder is still this process's own.
    await vectors.close();
    // Appends that are under way are answered, applied and told of before a read that comes after them.
    await journal.scopes().catch(() => {});
    scopes.close();
    await journal.close();
    events.close();
  };

  return {
    events,
    scope(scope, assertOpen = parts.assertOpen) {
      parts.assertOpen();
      return createScopedMemory(parseScope(scope), { ...parts, assertOpen });
    },
    async resume(id, offset, callOptions = {}) {
      parts.assertOpen();
      const scope = await scopeOf(id, callOptions.signal);
      return createScopedMemory(scope, parts).resume(id, offset, callOptions);
    },
    async reembed({ onProgress, signal } = {}) {
      parts.assertOpen();
      const keys = await journal.scopes({ signal });
      let made = 0;
      for (const [index, key] of keys.entries()) {
        throwIfAborted(signal, 'reembed');
        made += await vectors.reembed(key, await scopes.load(key), { signal });
        onProgress?.({ scopes: index + 1, vectors: made, of: keys.length });
      }
      return { scopes: keys.length, vectors: made };
    },
    async sweep(sweepOptions) {
      parts.assertOpen();
      return sweeper.sweep(sweepOptions);
    },
    async erase(target, eraseOptions) {
      parts.assertOpen();
      return erase(target, eraseOptions);
    },
    async doctor(callOptions = {}) {
      parts.assertOpen();
      return runDoctor({ journal, scopes, vectors, path: options.path }, callOptions);
    },
    async jobs(jobsOptions = {}) {
      parts.assertOpen();
      return listJobs(journal, jobsOptions);
    },
    async retryJobs(retryOptions = {}) {
      parts.assertOpen();
      return retryJobs(journal, retryOptions);
    },
    async stats(statsOptions = {}) {
      parts.assertOpen();
      const stats = await writingStats(journal, statsOptions);
      return idle === undefined || statsOptions.scope !== undefined
        ? stats
        : { ...stats, consolidation: idle.stats };
    },
    async backup(path, backupOptions = {}) {
      parts.assertOpen();
      return backUp(journal, options.path, path, backupOptions);
    },
    changes(changesOptions = {}) {
      parts.assertOpen();
      return followJournal(journal, ending.signal, changesOptions);
    },
    async announce(daemon) {
      parts.assertOpen();
      if (options.path !== undefined) recordDaemon(options.path, daemon);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
};

/**
 * Opens a memory: a data folder (made if absent), or with no `path` one that lives in this process only. Opening one
 * folder twice in a process shares the owner: options that are given again must be the same, else OPTION_INVALID. Sources
 * that were still open when the last owner died are closed as `torn`. @throws STORE_LOCKED when another process owns the
 * folder, within a second or when `waitMs` is over, ABORTED, STORE_VERSION_UNSUPPORTED, STORE_CORRUPT, STORE_OPEN_FAILED
 */
export const openMemory = async (options: MemoryOptions = {}): Promise<Memory> => {
  const path: unknown = options?.path;
  if (
    options === null ||
    typeof options !== 'object' ||
    !(path === undefined || (typeof path === 'string' && path !== ''))
  ) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `path names a data folder, or is left out for memory in this process only; got ${JSON.stringify(path)}`,
    );
  }
  return options.path === undefined ? openOwner(options) : shareOwner(options.path, options, openOwner);
};
