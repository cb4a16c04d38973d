import {
  type CallOptions,
  canRead,
  type DocumentId,
  type FactId,
  type MessageId,
  type OperationId,
  RetentiveError,
  type Scope,
  throwIfAborted,
} from '@retentive/core';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { ForgetReport } from '../removal-types.ts';
import { assertChangeable } from './check-change.ts';
import { type ForgetTarget, type JournaledOperation, planForgetting } from './forget-plan.ts';
import type { ScopeState } from './scope-state.ts';
import { type TakeOutParts, takeOut } from './take-out.ts';

/** What forgetting works with. */
export interface ForgetParts extends TakeOutParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly journal: Journal;
}

/**
 * What is at a path that the scope does not read is not there for it. @throws MESSAGE_NOT_FOUND, FACT_NOT_FOUND,
 * OPTION_INVALID for a source that is open, and for what is read by a grant
 */
const findTarget = (
  id: unknown,
  scope: Scope,
  { episodic, semantic, examples }: ScopeState,
): ForgetTarget => {
  if (typeof id !== 'string') {
    throw new RetentiveError(
      'OPTION_INVALID',
      `forget takes the id of a message, document, fact or example, got ${typeof id}`,
    );
  }
  const known = episodic.source(id as MessageId);
  const source = known !== undefined && canRead(scope, known.header.agent) ? known : undefined;
  if (source?.state === 'open') {
    throw new RetentiveError('OPTION_INVALID', `"${id}" is still being written; complete or tear it first`);
  }
  if (source !== undefined) {
    assertChangeable(scope, source.header.agent, `"${id}"`);
    return { sources: new Set([id as MessageId]) };
  }
  const fact = semantic.fact(id as FactId);
  if (fact !== undefined && canRead(scope, fact.agent)) {
    assertChangeable(scope, fact.agent, `the fact "${id}"`);
    return { facts: new Set([fact.id]) };
  }
  const example = examples.example(id as OperationId);
  if (example !== undefined && canRead(scope, example.agent)) {
    assertChangeable(scope, example.agent, `the example "${id}"`);
    return { isWritten: (operation) => operation.id === id };
  }
  throw id.startsWith('fac_')
    ? new RetentiveError('FACT_NOT_FOUND', `no fact "${id}" in this scope`, { details: { id } })
    : new RetentiveError('MESSAGE_NOT_FOUND', `no message, document or fact "${id}" in this scope`);
};

const readOperations = async (
  { journal, key }: ForgetParts,
  { signal }: CallOptions,
): Promise<readonly JournaledOperation[]> => {
  const operations: JournaledOperation[] = [];
  for await (const { sequence, body } of journal.read({ scope: key, signal })) {
    if (body.kind === 'operation') operations.push({ sequence, operation: body.operation });
  }
  return operations;
};

/**
 * Runs alone in its scope, so no operation comes in between; entries about the source itself, which may, the journal
 * finds for itself.
 */
const forget = async (
  parts: ForgetParts,
  id: MessageId | DocumentId | FactId | OperationId,
  state: ScopeState,
  options: CallOptions,
): Promise<ForgetReport> => {
  const { key } = parts;
  const target = findTarget(id, parts.scope, state);
  const plan = planForgetting(await readOperations(parts, options), target);
  const sources = [...(target.sources ?? [])];
  const { episodic } = state;
  const { body } = await takeOut(parts, { key, episodic }, { ids: [id], sources, plan }, options);
  const ranges = body.kind === 'forgotten' ? body.sequences : [];
  const entries = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return { messages: sources.length, facts: plan.facts.length, entries };
};

/** Makes the part of a scope that takes things out for good. */
export const createForgetMemory = (parts: ForgetParts): Pick<ScopedMemory, 'forget'> => ({
  async forget(id, { signal } = {}) {
    throwIfAborted(signal, 'forget');
    const state = await parts.load();
    return state.exclusively(() => forget(parts, id, state, { signal }));
  },
});
