import {
  assertNever,
  type DocumentId,
  type MemoryEventBus,
  type MemoryEvents,
  type MessageId,
} from '@retentive/core';
import type { JobRecord, JournalEntry, SequenceRange, SourceId } from './journal/journal.ts';
import type { ArchivedChunk } from './retention/retention-types.ts';
import type { ScopeChange } from './scope/scope-state.ts';
import type { FactChange } from './semantic/semantic-store.ts';

const countOf = (ranges: readonly SequenceRange[]): number =>
  ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);

const isDocument = (id: SourceId, change: ScopeChange): boolean =>
  change.source?.type === 'document' && change.source.id === id;

type Stamp = Pick<MemoryEvents['fact:added'], 'sequence' | 'scope'>;

const emitFact = (events: MemoryEventBus, stamp: Stamp, change: FactChange): void => {
  const { type, operation } = change;
  switch (type) {
    case 'added':
      events.emit('fact:added', { ...stamp, fact: change.fact.id, operation });
      return;
    case 'updated':
      events.emit('fact:updated', { ...stamp, from: change.from.id, to: change.to.id, operation });
      return;
    case 'superseded':
      events.emit('fact:superseded', {
        ...stamp,
        from: change.from.id,
        to: change.to.id,
        because: change.because,
        operation,
      });
      return;
    case 'retracted':
      events.emit('fact:retracted', { ...stamp, fact: change.fact.id, because: change.because, operation });
      return;
    default:
      assertNever(type);
  }
};

const emitJob = (events: MemoryEventBus, stamp: Stamp, job: JobRecord): void => {
  const { state, source, degraded = [], cost } = job;
  if (degraded.length > 0) {
    events.emit('extraction:degraded', { ...stamp, message: source as MessageId, remarks: degraded });
  }
  if (cost === undefined) return;
  const { messages, operations, ...asked } = cost;
  events.emit('extraction:paid', { ...stamp, state, messages, operations, cost: asked });
};

/** Tells listeners what an entry did, once it is durable and applied. */
export const emitApplied = (events: MemoryEventBus, entry: JournalEntry, change: ScopeChange): void => {
  const { sequence, scope, body } = entry;
  const stamp = { sequence, scope };
  const closed = (id: SourceId, state: 'complete' | 'torn'): void => {
    if (isDocument(id, change))
      events.emit('document:closed', { ...stamp, document: id as DocumentId, state });
    else
      events.emit('message:closed', {
        ...stamp,
        message: id as MessageId,
        thread: change.source?.thread ?? '',
        state,
      });
  };
  if (body.kind === 'source') {
    const { source } = body;
    if (source.type === 'document') events.emit('document:opened', { ...stamp, document: source.id });
    else events.emit('message:opened', { ...stamp, message: source.id, thread: source.thread });
  }
  for (const chunk of change.added) {
    events.emit('chunk:stored', { ...stamp, chunk: chunk.id, thread: chunk.thread, tokens: chunk.tokens });
  }
  if (change.block !== undefined) {
    events.emit('core:changed', { ...stamp, label: change.block.label, version: change.block.version });
  }
  if (change.episode !== undefined) {
    const { id, thread, messages } = change.episode;
    events.emit('episode:closed', { ...stamp, episode: id, thread, messages: messages.length });
  }
  for (const fact of change.facts) emitFact(events, stamp, fact);
  if (change.note !== undefined) events.emit('note:changed', { ...stamp, ...change.note });
  switch (body.kind) {
    case 'source':
      if (body.state === 'complete') closed(body.source.id, 'complete');
      return;
    case 'closed':
      closed(body.id, body.state);
      return;
    case 'forgotten':
      for (const id of body.ids)
        events.emit('item:forgotten', { ...stamp, id, entries: countOf(body.sequences) });
      return;
    case 'job':
      emitJob(events, stamp, body.job);
      return;
    case 'text':
    case 'resumed':
    case 'operation':
    case 'pin':
    case 'context':
    case 'access':
    case 'output':
      return;
    default:
      assertNever(body);
  }
};

/** Tells listeners which chunks left the working set for what an entry brought; a moment after the entry itself. */
export const emitArchived = (
  events: MemoryEventBus,
  { sequence, scope }: JournalEntry,
  archived: readonly ArchivedChunk[],
): void => {
  for (const { chunk, score, age } of archived) {
    events.emit('chunk:archived', { sequence, scope, chunk: chunk.id, score, age });
  }
};
