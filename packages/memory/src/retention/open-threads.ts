import type { Chunk } from '@retentive/core';
import type { SurprisalSession, SurprisalSource } from '../entropy/surprisal-source.ts';
import type { ChunkFeatures } from './score.ts';

/** A chunk of the working set by its position; any other as it is. */
export type ChunkReference = number | Chunk;

/** Writes chunks as references, and reads them back. */
export interface ChunkReferences {
  refer(chunk: Chunk): ChunkReference;
  resolve(reference: ChunkReference): Chunk;
}

/** What is known of a thread: its session, and the message that came last. */
export interface ThreadState {
  readonly session: string;
  readonly surprisal: SurprisalSession;
  message: MessageState | undefined;
}

/** The message of a thread that came last. */
export interface MessageState {
  readonly source: string;
  readonly speaker: string;
  readonly answers: boolean;
  /** Of all of it so far. */
  features: ChunkFeatures | undefined;
  /** Its first chunks, each with features of its own, to be scored again as the message grows. */
  parts: readonly MessagePart[];
}

/** One of its chunks. */
export interface MessagePart {
  readonly chunk: Chunk;
  readonly own: ChunkFeatures;
}

/** Threads whose session is kept open; with more at once, the one silent longest starts afresh. */
const OPEN_THREADS = 64;

/** A thread as it goes on after a restart. JSON. */
export interface OpenThreadState {
  readonly thread: string;
  readonly session: string;
  readonly surprisal: unknown;
  readonly message?: Omit<MessageState, 'parts'> | undefined;
  readonly parts: readonly (readonly [chunk: ChunkReference, own: ChunkFeatures])[];
}

/** Threads of which something was said lately, each with the session of its surprisal and the message that came last. */
export interface OpenThreads {
  /** The thread of a chunk that comes, as the one that spoke last; afresh where another session begins. */
  of(chunk: Chunk): ThreadState;
  /** The message that a chunk belongs to, as the last one of its thread. */
  messageOf(thread: ThreadState, chunk: Chunk): MessageState;
  /** The last message of a thread, if it is open. */
  lastMessage(thread: string | undefined): MessageState | undefined;
  /** Undefined where a session cannot tell. */
  state(): readonly OpenThreadState[] | undefined;
}

const speakerOf = ({ role, speaker }: Chunk): string => `${role}/${speaker ?? ''}`;

/** A session that goes on from `state` once there is something to score: what its source loads is not needed before. */
const resumeSession = (source: SurprisalSource, state: unknown): SurprisalSession => {
  let session: SurprisalSession | undefined;
  return {
    score(text) {
      session ??= source.openSession(state);
      return session.score(text);
    },
    state: () => (session === undefined ? state : session.state?.()),
  };
};

/** Of a projection that is never kept. */
export const PLAIN_REFERENCES: ChunkReferences = {
  refer: (chunk) => chunk,
  resolve: (reference) => reference as Chunk,
};

/** Makes {@link OpenThreads}, none or as they were. */
export const createOpenThreads = (
  surprisal: SurprisalSource,
  references: ChunkReferences,
  from: readonly OpenThreadState[] = [],
): OpenThreads => {
  const threads = new Map<string, ThreadState>();

  for (const { thread, session, surprisal: state, message, parts } of from) {
    threads.set(thread, {
      session,
      surprisal: resumeSession(surprisal, state),
      message:
        message === undefined
          ? undefined
          : {
              ...message,
              parts: parts.map(([chunk, own]) => ({ chunk: references.resolve(chunk), own })),
            },
    });
  }

  const state = (): readonly OpenThreadState[] | undefined => {
    const all: OpenThreadState[] = [];
    for (const [thread, { session, surprisal: open, message }] of threads) {
      if (open.state === undefined) return undefined;
      const { parts = [], ...rest } = message ?? {};
      all.push({
        thread,
        session,
        surprisal: open.state(),
        message: message === undefined ? undefined : (rest as Omit<MessageState, 'parts'>),
        parts: parts.map(({ chunk, own }) => [references.refer(chunk), own]),
      });
    }
    return all;
  };

  const threadOf = ({ thread, session }: Chunk): ThreadState => {
    const known = threads.get(thread);
    threads.delete(thread);
    const state: ThreadState =
      known?.session === session
        ? known
        : { session, surprisal: surprisal.openSession(), message: undefined };
    threads.set(thread, state);
    if (threads.size > OPEN_THREADS) threads.delete(threads.keys().next().value as string);
    return state;
  };

  const messageOf = (state: ThreadState, chunk: Chunk): MessageState => {
    const last = state.message;
    if (last?.source === chunk.source.id) return last;
    const speaker = speakerOf(chunk);
    const asked = (last?.features?.cues.questions ?? 0) > 0 && last?.speaker !== speaker;
    state.message = {
      source: chunk.source.id,
      speaker,
      answers: asked,
      features: undefined,
      parts: [],
    };
    return state.message;
  };

  return {
    of: threadOf,
    messageOf,
    lastMessage: (thread) => threads.get(thread ?? '')?.message,
    state,
  };
};
