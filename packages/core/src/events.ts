import { EventEmitter } from 'eventemitter3';
import type { ChunkId, ContextId, DocumentId, EpisodeId, FactId, MessageId, OperationId } from './ids.ts';
import type { ModelCost } from './model-cost.ts';
import type { Scope } from './scope.ts';

interface Stamped {
  /** Sequence of the journal entry that caused it. */
  readonly sequence: number;
  readonly scope: Pick<Scope, 'tenant' | 'user'>;
}

/** What happens in a memory: emitted after commit, in the order of the journal. Events carry ids, not content. */
export interface MemoryEvents {
  'message:opened': Stamped & { readonly message: MessageId; readonly thread: string };
  'message:closed': Stamped & {
    readonly message: MessageId;
    readonly thread: string;
    readonly state: 'complete' | 'torn';
  };
  'document:opened': Stamped & { readonly document: DocumentId };
  'document:closed': Stamped & { readonly document: DocumentId; readonly state: 'complete' | 'torn' };
  'chunk:stored': Stamped & { readonly chunk: ChunkId; readonly thread: string; readonly tokens: number };
  'chunk:archived': Stamped & { readonly chunk: ChunkId; readonly score: number; readonly age: number };
  'fact:added': Stamped & { readonly fact: FactId; readonly operation: OperationId };
  'fact:updated': Stamped & { readonly from: FactId; readonly to: FactId; readonly operation: OperationId };
  'fact:superseded': Stamped & {
    readonly from: FactId;
    readonly to: FactId;
    readonly because: string;
    readonly operation: OperationId;
  };
  'fact:retracted': Stamped & {
    readonly fact: FactId;
    readonly because: string;
    readonly operation: OperationId;
  };
  /** A stretch of a session is over and has a summary; `messages` is how many it has. */
  'episode:closed': Stamped & {
    readonly episode: EpisodeId;
    readonly thread: string;
    readonly messages: number;
  };
  /** Memory put a part of a scope in order by itself; `done` where nothing was left to do. */
  'consolidation:done': {
    readonly scope: Pick<Scope, 'tenant' | 'user'>;
    readonly operations: number;
    readonly modelCalls: number;
    readonly failedCalls: number;
    readonly tokens: { readonly input: number; readonly output: number };
    readonly done: boolean;
  };
  /** It could not, and tries again within the hour. */
  'consolidation:failed': { readonly scope: Pick<Scope, 'tenant' | 'user'>; readonly code: string };
  'note:changed': Stamped & { readonly note: OperationId; readonly kind: 'added' | 'updated' | 'retracted' };
  /** A model was asked to read messages, and how it ended: what it cost, and how many operations came of it. */
  'extraction:paid': Stamped & {
    readonly state: 'done' | 'queued' | 'dead';
    readonly messages: number;
    readonly operations: number;
    readonly cost: ModelCost;
  };
  /** Something of a message was not read into facts, such as `extraction:quota`. */
  'extraction:degraded': Stamped & { readonly message: MessageId; readonly remarks: readonly string[] };
  'core:changed': Stamped & { readonly label: string; readonly version: number };
  /** Bytes were taken out of the journal for good: so many entries. */
  'item:forgotten': Stamped & { readonly id: string; readonly entries: number };
  /** What had expired was taken out of a scope for good. */
  'items:expired': Stamped & {
    readonly messages: number;
    readonly documents: number;
    readonly facts: number;
    readonly entries: number;
  };
  /** All of a user was taken out for good: so many entries. */
  'scope:erased': Stamped & { readonly entries: number };
  'context:built': {
    readonly scope: Pick<Scope, 'tenant' | 'user'>;
    readonly context: ContextId;
    readonly tokens: number;
    readonly budget: number;
  };
  /** A model graded what was recalled for a context, or failed to: what that took. */
  'context:paid': {
    readonly scope: Pick<Scope, 'tenant' | 'user'>;
    readonly context: ContextId;
    readonly cost: ModelCost;
  };
  /** A projection cannot be written and stays in memory: emitted when that begins. Nothing is lost, the journal has it. */
  'projection:unwritten': {
    readonly scope: Pick<Scope, 'tenant' | 'user'>;
    readonly projection: string;
    readonly reason: string;
  };
  'projection:rebuilt': { readonly projection: string; readonly reason: string };
  'listener:failed': { readonly event: string; readonly error: unknown };
}

/** The name of an event. */
export type MemoryEventName = keyof MemoryEvents;

/** Listens to a memory. A listener that throws is reported as `listener:failed` and never disturbs the caller. */
export interface MemoryEventSource {
  on<Name extends MemoryEventName>(name: Name, listener: (event: MemoryEvents[Name]) => void): () => void;
  once<Name extends MemoryEventName>(name: Name, listener: (event: MemoryEvents[Name]) => void): () => void;
  off<Name extends MemoryEventName>(name: Name, listener: (event: MemoryEvents[Name]) => void): void;
}

/** An event source and the right to emit. */
export interface MemoryEventBus extends MemoryEventSource {
  emit<Name extends MemoryEventName>(name: Name, event: MemoryEvents[Name]): void;
  /** Drops every listener. */
  close(): void;
}

/** A {@link MemoryEventBus} on eventemitter3 in which one failing listener stops neither the others nor the caller. */
export const createMemoryEventBus = (): MemoryEventBus => {
  const emitter = new EventEmitter();
  const wrapped = new Map<unknown, Map<string, (event: unknown) => void>>();
  const report = (event: string, error: unknown): void => {
    if (event !== 'listener:failed') emitter.emit('listener:failed', { event, error });
  };
  const guard = (name: string, listener: (event: never) => void, done?: () => void) => (event: unknown) => {
    done?.();
    try {
      // An async listener rejects later; that, too, must not become an unhandled rejection.
      const result: unknown = (listener as (value: unknown) => unknown)(event);
      if (result instanceof Promise) result.catch((error: unknown) => report(name, error));
    } catch (error) {
      report(name, error);
    }
  };
  const off = (name: string, listener: (event: never) => void): void => {
    const guarded = wrapped.get(listener)?.get(name);
    if (guarded === undefined) return;
    emitter.off(name, guarded);
    wrapped.get(listener)?.delete(name);
    if (wrapped.get(listener)?.size === 0) wrapped.delete(listener);
  };
  const add = (name: string, listener: (event: never) => void, once: boolean): (() => void) => {
    off(name, listener);
    const guarded = guard(name, listener, once ? () => off(name, listener) : undefined);
    const byName = wrapped.get(listener) ?? new Map<string, (event: unknown) => void>();
    byName.set(name, guarded);
    wrapped.set(listener, byName);
    emitter.on(name, guarded);
    return () => off(name, listener);
  };
  return {
    on: (name, listener) => add(name, listener, false),
    once: (name, listener) => add(name, listener, true),
    off,
    emit: (name, event) => {
      emitter.emit(name, event);
    },
    close() {
      emitter.removeAllListeners();
      wrapped.clear();
    },
  };
};
