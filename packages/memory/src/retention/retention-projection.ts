import type { Chunk } from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { RetentionReport } from '../memory-types.ts';
import { cutExcerpt, type Excerpt } from './excerpt.ts';
import {
  type ChunkReferences,
  createOpenThreads,
  type MessagePart,
  type OpenThreadState,
  PLAIN_REFERENCES,
} from './open-threads.ts';
import { createFeatureReader, joinAll, joinFeatures, type RecentWordsState } from './read-features.ts';
import { createRetention } from './retention.ts';
import type {
  AddOptions,
  ArchivedChunk,
  CutExcerpt,
  RetentionOptions,
  RetentionState,
} from './retention-types.ts';
import { createProfileBuilder, type ProfileState, type ScopeProfile } from './scope-profile.ts';
import {
  type ChunkFeatures,
  type ChunkScore,
  DEFAULT_RETENTION_WEIGHTS,
  type FeaturesState,
  type RetentionWeights,
  readFeatures,
  scoreChunk,
  scoreExcerpt,
  writeFeatures,
} from './score.ts';

/** Options of {@link createRetentionProjection}. */
export interface RetentionProjectionOptions extends RetentionOptions {
  readonly surprisal: SurprisalSource;
  /** Default {@link DEFAULT_RETENTION_WEIGHTS}. */
  readonly weights?: RetentionWeights | undefined;
  /** Counts tokens of the excerpts that chunks leave behind when they go; without it they leave none. */
  readonly countExcerpt?: ((text: string) => number) | undefined;
}

/**
 * Which chunks of a scope are in its working set: a projection of the journal. Fed the same changes in the same order it
 * gives the same sets and scores. Synchronous; about 2 MB of chat a second, 60 µs a message.
 */
export interface RetentionProjection {
  readonly capacity: number;
  readonly tokens: number;
  readonly archivedTokens: number;
  /** Chunks that an entry added and removed, as episodic memory gives them. Gives what left the working set. */
  onChunks(added: readonly Chunk[], removed: readonly Chunk[]): readonly ArchivedChunk[];
  /** Chunks that a context used. One from the archive comes back. */
  onAccess(chunks: readonly Chunk[]): readonly ArchivedChunk[];
  /** Chunks of a message that is pinned or let go of. One from the archive comes back when pinned. */
  onPin(chunks: readonly Chunk[], pinned: boolean): readonly ArchivedChunk[];
  isArchived(position: number): boolean;
  /** As in `Retention`. */
  excerptAt(position: number): Excerpt | undefined;
  excerpts(): Iterable<Excerpt>;
  takeChangedExcerpts(): Iterable<number>;
  report(options?: { readonly capacity?: number | undefined }): RetentionReport;
  /** What the projection goes on from; undefined where its source of surprisal keeps no state. */
  state(): RetentionProjectionState | undefined;
}

/** What a {@link RetentionProjection} goes on from. JSON. */
export interface RetentionProjectionState {
  readonly kept: RetentionState;
  readonly profile: ScopeProfile;
  readonly builder: ProfileState;
  readonly nextRescore: number;
  readonly recent?: RecentWordsState | undefined;
  readonly features: readonly (readonly [position: number, ...features: FeaturesState])[];
  /** The one silent longest first. */
  readonly threads: readonly OpenThreadState[];
}

/** Messages of more chunks than this are pages, not something said: further chunks have features of their own, like those of a document. */
const WHOLE_CHUNKS = 32;

/** The first message count at which all is scored again; then at each doubling, so that it costs O(log n) a chunk. */
const FIRST_RESCORE = 32;

/**
 * Makes a {@link RetentionProjection}, empty or as it was; `references` writes and reads the chunks of its state.
 * @throws OPTION_INVALID
 */
export const createRetentionProjection = (
  options: RetentionProjectionOptions,
  references: ChunkReferences = PLAIN_REFERENCES,
  from?: RetentionProjectionState,
): RetentionProjection => {
  const { surprisal, weights = DEFAULT_RETENTION_WEIGHTS, countExcerpt } = options;
  const builder = createProfileBuilder(from?.builder);
  const reader = createFeatureReader(weights.novelty !== 0, from?.recent);
  const threads = createOpenThreads(surprisal, references, from?.threads);
  /** Of kept chunks only. */
  const features = new Map<number, ChunkFeatures>(
    from?.features.map(([position, ...state]): readonly [number, ChunkFeatures] => [
      position,
      readFeatures(state),
    ]),
  );
  let profile: ScopeProfile = from?.profile ?? builder.build();
  let nextRescore = from?.nextRescore ?? FIRST_RESCORE;

  const scoreWith = (position: number, excerpt: Excerpt | undefined): ChunkScore => {
    const whole = scoreChunk(features.get(position) as ChunkFeatures, profile, weights);
    return excerpt === undefined ? whole : scoreExcerpt(whole, excerpt.remainder, profile, weights);
  };

  const cut: CutExcerpt | undefined =
    countExcerpt === undefined
      ? undefined
      : (chunk, held) => {
          const excerpt = cutExcerpt(chunk, held, { surprisal, count: countExcerpt });
          return excerpt === undefined ? undefined : { excerpt, score: scoreWith(chunk.position, excerpt) };
        };

  const retention = createRetention(
    options,
    from?.kept,
    (position, excerpt) => ({
      chunk: excerpt?.chunk ?? references.resolve(position),
      score: scoreWith(position, excerpt),
    }),
    cut,
  );

  const scoreAt = (position: number): ChunkScore => scoreWith(position, retention.excerptAt(position));

  /** Reads a chunk: the features of the message so far are those of each of its chunks. */
  const read = (chunk: Chunk): void => {
    const thread = threads.of(chunk);
    const message = threads.messageOf(thread, chunk);
    const before = message.features;
    const own = reader.read(chunk, thread.surprisal, message.answers);
    const joined = before === undefined ? own : joinFeatures(before, own);
    builder.replace(before, joined);
    message.features = joined;
    const isPart = chunk.source.type === 'message' && message.parts.length < WHOLE_CHUNKS;
    features.set(chunk.position, isPart ? joined : { ...own, tokens: joined.tokens });
    if (!isPart) return;
    message.parts = [...message.parts, { chunk, own }];
    share(message.parts, joined);
  };

  const share = (parts: readonly MessagePart[], joined: ChunkFeatures): void => {
    for (const { chunk } of parts) {
      if (features.has(chunk.position)) features.set(chunk.position, joined);
    }
  };

  const rescoreParts = (parts: readonly MessagePart[]): void => {
    for (const { chunk } of parts) {
      if (features.has(chunk.position)) retention.update(chunk.id, scoreAt(chunk.position));
    }
  };

  /** Earlier chunks of a message that went on: all of it has other features now. */
  const rescoreGrown = ([first]: readonly Chunk[]): void =>
    rescoreParts(threads.lastMessage(first?.thread)?.parts ?? []);

  /** A resumed message takes its last chunks back, to cut them anew. */
  const takeBack = (removed: readonly Chunk[]): void => {
    const gone = new Set(removed.map(({ position }) => position));
    for (const chunk of removed) {
      retention.remove(chunk);
      features.delete(chunk.position);
    }
    for (const position of retention.takeChangedExcerpts()) changed.add(position);
    const message = threads.lastMessage(removed[0]?.thread);
    if (message?.features === undefined || !message.parts.some(({ chunk }) => gone.has(chunk.position)))
      return;
    const before = message.features;
    message.parts = message.parts.filter(({ chunk }) => !gone.has(chunk.position));
    message.features = joinAll(message.parts.map(({ own }) => own));
    builder.replace(before, message.features);
    if (message.features !== undefined) share(message.parts, message.features);
    // The score of a kept chunk always is that of its features.
    rescoreParts(message.parts);
  };

  /** Positions that whoever follows has not asked for yet. */
  let changed = new Set<number>();

  const isKept = (position: number): boolean =>
    !retention.isArchived(position) || retention.excerptAt(position) !== undefined;

  const release = (archived: readonly ArchivedChunk[]): readonly ArchivedChunk[] => {
    for (const { chunk } of archived) {
      if (retention.excerptAt(chunk.position) === undefined) features.delete(chunk.position);
    }
    for (const position of retention.takeChangedExcerpts()) {
      if (!isKept(position)) features.delete(position);
      changed.add(position);
    }
    return archived;
  };

  const admit = (chunk: Chunk, how?: AddOptions): readonly ArchivedChunk[] =>
    release(retention.add(chunk, scoreAt(chunk.position), how));

  /** A chunk from the archive is read on its own: what was said around it has long left the session. */
  const restore = (chunk: Chunk, how: AddOptions): readonly ArchivedChunk[] => {
    features.set(chunk.position, reader.readAgain(chunk, surprisal.openSession()));
    return admit(chunk, how);
  };

  return {
    capacity: retention.capacity,
    get tokens() {
      return retention.tokens;
    },
    get archivedTokens() {
      return retention.archivedTokens;
    },
    onChunks(added, removed) {
      takeBack(removed);
      // All of a message is read before any of it is placed, so that its chunks know how long it is.
      for (const chunk of added) read(chunk);
      if (builder.messages >= nextRescore) {
        while (nextRescore <= builder.messages) nextRescore *= 2;
        profile = builder.build();
        retention.rescore(({ position }) => scoreAt(position));
      } else rescoreGrown(added);
      return added.flatMap((chunk) => admit(chunk));
    },
    onAccess(chunks) {
      const archived: ArchivedChunk[] = [];
      for (const chunk of chunks) {
        if (retention.isArchived(chunk.position)) archived.push(...restore(chunk, { accessed: true }));
        else retention.access(chunk.id);
      }
      return archived;
    },
    onPin(chunks, pinned) {
      const archived: ArchivedChunk[] = [];
      for (const chunk of chunks) {
        if (!retention.isArchived(chunk.position)) archived.push(...release(retention.pin(chunk.id, pinned)));
        else if (pinned) archived.push(...restore(chunk, { pinned }));
      }
      return archived;
    },
    isArchived: (position) => retention.isArchived(position),
    excerptAt: (position) => retention.excerptAt(position),
    excerpts: () => retention.excerpts(),
    takeChangedExcerpts() {
      const taken = changed;
      changed = new Set();
      return taken;
    },
    report: (reportOptions) => retention.report(reportOptions),
    state() {
      const open = threads.state();
      if (open === undefined) return undefined;
      return {
        kept: retention.state(),
        profile,
        builder: builder.state(),
        nextRescore,
        recent: reader.state(),
        features: [...features].map(([position, all]) => [position, ...writeFeatures(all)]),
        threads: open,
      };
    },
  };
};
