import { assertNever, type DocumentId, type MemoryEventBus, type MessageId } from '@retentive/core';
import type { JournalEntry, SourceId } from './journal/journal.ts';
import type { ScopeChange } from './scope/scope-state.ts';

const isDocument = (id: SourceId, change: ScopeChange): boolean =>
  change.source?.type === 'document' && change.source.id === id;

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
  switch (body.kind) {
    case 'source':
      if (body.state === 'complete') closed(body.source.id, 'complete');
      return;
    case 'closed':
      closed(body.id, body.state);
      return;
    case 'text':
    case 'resumed':
    case 'operation':
    case 'job':
    case 'context':
    case 'access':
    case 'output':
      return;
    default:
      assertNever(body);
  }
};
