import type { EpisodeId, MessageId, MessageSpan, OperationId, SessionId, SummaryPart } from '@retentive/core';
import type { JournalEntry, SourceHeader, SourceId } from '../journal/journal.ts';

/** A summary of an episode, from the moment it was recorded. */
export interface SummaryVersion {
  readonly parts: readonly SummaryPart[];
  readonly coverage: readonly number[];
  readonly operation: OperationId;
  readonly recordedAt: number;
}

/** A closed episode as the journal has it: places, no words but a model's. */
export interface EpisodeRecord {
  readonly id: EpisodeId;
  readonly thread: string;
  readonly agent: string | undefined;
  readonly messages: readonly (readonly [message: MessageId, time: number])[];
  readonly title: readonly MessageSpan[];
  /** When it was closed, ms since epoch. */
  readonly recordedAt: number;
  /** Every summary that it had, oldest first; where one was undone, the one before it comes again. */
  readonly summaries: readonly SummaryVersion[];
}

/** Messages of one session, at one agent's path, that no episode has yet. */
export interface OpenStretch {
  readonly session: SessionId;
  readonly thread: string;
  readonly agent: string | undefined;
  /** In the order of their opening. */
  readonly messages: readonly MessageId[];
  /** A later session of the thread has begun. */
  readonly isOver: boolean;
  /** When the last of them came, ms since epoch. */
  readonly lastAt: number;
}

/** What a store goes on from, beside the operations. JSON. */
export type EpisodeStoreState = readonly (readonly [
  session: SessionId,
  thread: string,
  agent: string | null,
  isOver: boolean,
  lastAt: number,
  messages: readonly MessageId[],
])[];

/** Episodes of a scope: a projection of its operations, and of which messages none of them has. */
export interface EpisodeStore {
  readonly size: number;
  /** Applies an entry; `sessionOf` tells the session of a message that it opens. Gives an episode that it closed. */
  apply(entry: JournalEntry, sessionOf: (id: SourceId) => SessionId | undefined): EpisodeRecord | undefined;
  episode(id: EpisodeId): EpisodeRecord | undefined;
  /** The episode that has a message. */
  episodeOf(message: MessageId): EpisodeRecord | undefined;
  /** Closed episodes, in the order they were closed. */
  episodes(): Iterable<EpisodeRecord>;
  /** Stretches that are not closed, of a thread or of all, in the order they began. */
  open(thread?: string): readonly OpenStretch[];
  /** Whether the operation was ever recorded, undone or not. */
  has(operation: OperationId): boolean;
  /** The operation that gave an episode its present summary, if it may be undone: a later one than that which closed it. */
  undoable(operation: OperationId): EpisodeId | undefined;
  /** What the store goes on from. */
  state(): EpisodeStoreState;
}

interface Stretch {
  readonly session: SessionId;
  readonly thread: string;
  readonly agent: string | undefined;
  readonly messages: Set<MessageId>;
  isOver: boolean;
  lastAt: number;
}

const nameOf = (session: SessionId, agent: string | undefined): string => JSON.stringify([session, agent]);

/** Makes an {@link EpisodeStore}, empty or as it was. Without `isTracking` it knows what was closed, and of nothing that is open. */
export const createEpisodeStore = (isTracking: boolean, from: EpisodeStoreState = []): EpisodeStore => {
  const records = new Map<EpisodeId, EpisodeRecord & { readonly summaries: SummaryVersion[] }>();
  const byMessage = new Map<MessageId, EpisodeId>();
  const byOperation = new Map<OperationId, EpisodeId>();
  const stretches = new Map<string, Stretch>(
    from.map(([session, thread, agent, isOver, lastAt, messages]) => [
      nameOf(session, agent ?? undefined),
      { session, thread, agent: agent ?? undefined, isOver, lastAt, messages: new Set(messages) },
    ]),
  );
  /** The stretch that has a message, and those of a thread. */
  const places = new Map<MessageId, string>();
  const byThread = new Map<string, Set<Stretch>>();
  const place = (stretch: Stretch): void => {
    const known = byThread.get(stretch.thread);
    if (known === undefined) byThread.set(stretch.thread, new Set([stretch]));
    else known.add(stretch);
  };
  for (const [name, stretch] of stretches) {
    for (const id of stretch.messages) places.set(id, name);
    place(stretch);
  }

  const leave = (message: MessageId): void => {
    const name = places.get(message);
    const stretch = name === undefined ? undefined : stretches.get(name);
    places.delete(message);
    stretch?.messages.delete(message);
    if (name === undefined || stretch === undefined || stretch.messages.size > 0) return;
    stretches.delete(name);
    const others = byThread.get(stretch.thread);
    others?.delete(stretch);
    if (others?.size === 0) byThread.delete(stretch.thread);
  };

  const arrive = (header: SourceHeader, session: SessionId, recordedAt: number): void => {
    if (header.type !== 'message' || byMessage.has(header.id)) return;
    for (const stretch of byThread.get(header.thread) ?? []) {
      if (stretch.session !== session) stretch.isOver = true;
    }
    const name = nameOf(session, header.agent);
    const known = stretches.get(name);
    const { thread, agent } = header;
    const stretch = known ?? { session, thread, agent, messages: new Set(), isOver: false, lastAt: 0 };
    stretch.messages.add(header.id);
    stretch.lastAt = Math.max(stretch.lastAt, recordedAt);
    if (known === undefined) place(stretch);
    stretches.set(name, stretch);
    places.set(header.id, name);
  };

  const undo = (undone: OperationId, recordedAt: number): void => {
    const summaries = records.get(byOperation.get(undone) as EpisodeId)?.summaries ?? [];
    const before = summaries[summaries.findIndex(({ operation }) => operation === undone) - 1];
    // It keeps the name of the operation that made it: with this one gone, that one is the latest again.
    if (before !== undefined && summaries.at(-1)?.operation === undone)
      summaries.push({ ...before, recordedAt });
  };

  const operate = ({ body, recordedAt }: JournalEntry): EpisodeRecord | undefined => {
    if (body.kind !== 'operation') return undefined;
    const { id: operation, kind, agent, target, undoes } = body.operation;
    if (undoes !== undefined) undo(undoes, recordedAt);
    if (target.store !== 'episode' || undoes !== undefined) return undefined;
    const { id, stretch, summary, coverage = [] } = target;
    const known = records.get(id);
    const version = summary && { parts: summary, coverage, operation, recordedAt };
    if (kind === 'skip') byOperation.set(operation, id);
    if (kind === 'update' && known !== undefined && version !== undefined && !byOperation.has(operation)) {
      known.summaries.push(version);
      byOperation.set(operation, id);
    }
    if (kind !== 'add' || known !== undefined || stretch === undefined || version === undefined)
      return undefined;
    const { thread, title } = stretch;
    // Each message is in one episode, whatever an imported archive says of those that this scope has closed itself.
    const messages = stretch.messages.filter(([message]) => !byMessage.has(message));
    if (messages.length === 0) return undefined;
    const record = { id, thread, agent, messages, title, recordedAt, summaries: [version] };
    records.set(id, record);
    byOperation.set(operation, id);
    for (const [message] of messages) {
      leave(message);
      byMessage.set(message, id);
    }
    return record;
  };

  return {
    get size() {
      return records.size;
    },
    apply(entry, sessionOf) {
      const { body, recordedAt } = entry;
      if (body.kind === 'source' && isTracking) {
        const session = sessionOf(body.source.id);
        if (session !== undefined) arrive(body.source, session, recordedAt);
      }
      return operate(entry);
    },
    episode: (id) => records.get(id),
    episodeOf: (message) => records.get(byMessage.get(message) as EpisodeId),
    episodes: () => records.values(),
    open: (thread) =>
      [...(thread === undefined ? stretches.values() : (byThread.get(thread) ?? []))].map((stretch) => ({
        ...stretch,
        messages: [...stretch.messages],
      })),
    has: (operation) => byOperation.has(operation),
    undoable(operation) {
      const record = records.get(byOperation.get(operation) as EpisodeId);
      const last = record?.summaries.at(-1);
      return record !== undefined &&
        record.summaries[0]?.operation !== operation &&
        last?.operation === operation
        ? record.id
        : undefined;
    },
    state: () =>
      [...stretches.values()].map(({ session, thread, agent, isOver, lastAt, messages }) => [
        session,
        thread,
        agent ?? null,
        isOver,
        lastAt,
        [...messages],
      ]),
  };
};
