import { type FactInput, parseFactInput, RetentiveError, throwIfAborted } from '@retentive/core';
import type { ProposedFact } from '../fact-types.ts';
import type { ScopedMemory } from '../memory-types.ts';
import { decideFacts } from '../writing/decide-facts.ts';
import { parseReason, requireBelieved } from './check-change.ts';
import type { FactMemoryParts } from './fact-memory.ts';
import { retainedFact } from './retain.ts';

/** Facts of one call at most. */
const MAX_PROPOSED = 1_000;

/** Makes the part of a scoped memory that lets the decider write. */
export const createProposedFacts = (parts: FactMemoryParts): Pick<ScopedMemory, 'proposeFacts'> => ({
  async proposeFacts(proposed, { because, signal } = {}) {
    const { key, load, journal, ids, clock, scope, retain, truth } = parts;
    if (!Array.isArray(proposed) || proposed.length > MAX_PROPOSED) {
      throw new RetentiveError('OPTION_INVALID', `facts are a list of at most ${MAX_PROPOSED}`);
    }
    const now = clock.now();
    const facts: readonly FactInput[] = proposed.map((fact) =>
      retainedFact(parseFactInput(fact), now, retain(key)),
    );
    for (const fact of facts) for (const store of truth.stores) store.check(fact);
    const reason = because === undefined ? undefined : parseReason(because, 'FACT_INVALID');
    throwIfAborted(signal, 'proposeFacts');
    const state = await load();
    return state.exclusively(async () => {
      const { semantic } = state;
      for (const premise of facts.flatMap(({ premises = [] }) => premises))
        requireBelieved(semantic, premise, scope);
      const { decider, nearest } = truth;
      const deciding = { scope: key, state, decider, nearest, agent: scope.agent };
      const decided = await decideFacts(facts, [ids.create('operation')], now, deciding, { signal });
      const operations = decided.map((operation) =>
        reason === undefined ? operation : { ...operation, because: `${reason}: ${operation.because}` },
      );
      if (operations.length > 0) {
        const entries = operations.map((operation) => ({ kind: 'operation', operation }) as const);
        await journal.append({ scope: key, entries }, { signal });
      }
      await truth.derive(key, state, { signal });
      return operations.flatMap(({ id, kind, because: why, target }): readonly ProposedFact[] => {
        const fact = target.store === 'semantic' ? semantic.fact(target.id) : undefined;
        return fact === undefined ? [] : [{ operation: id, kind, because: why, fact }];
      });
    });
  },
});
