import type { Fact, FactId } from '@retentive/core';
import type { ScopeState } from '../scope/scope-state.ts';
import { normaliseName } from '../semantic/fact-lookup.ts';
import { normaliseValue } from '../semantic/same-value.ts';

/** Facts of one agent path as they will stand once what was decided is written. */
export interface DraftedFacts {
  /** Believed facts of a subject and attribute, in order. */
  same(subject: string, attribute: string): readonly Fact[];
  /** Those of them that have a value, however it is written. */
  valued(subject: string, attribute: string, value: string | undefined): readonly Fact[];
  /** The fact of an id, where something was decided about it and it stays believed. */
  drafted(id: FactId): Fact | undefined;
  put(fact: Fact): void;
  /** Takes a fact out of belief. */
  remove(fact: Fact): void;
}

/** Facts of one subject and attribute, found by their values too. */
interface Slot {
  readonly facts: Map<FactId, Fact>;
  readonly byValue: Map<string, Set<FactId>>;
}

/**
 * Makes a draft on what is stored. It reads each subject and attribute once: nobody else may write to the scope as long as it
 * is used.
 */
export const createDraftedFacts = (
  { semantic }: Pick<ScopeState, 'semantic'>,
  agent: string | undefined,
): DraftedFacts => {
  const slots = new Map<string, Slot>();
  const drafted = new Map<FactId, Fact>();

  const place = ({ facts, byValue }: Slot, fact: Fact): void => {
    facts.set(fact.id, fact);
    const value = normaliseValue(fact.value);
    const ids = byValue.get(value);
    if (ids === undefined) byValue.set(value, new Set([fact.id]));
    else ids.add(fact.id);
  };
  const slotOf = (subject: string, attribute: string): Slot => {
    const name = JSON.stringify([normaliseName(subject), normaliseName(attribute)]);
    const known = slots.get(name);
    if (known !== undefined) return known;
    const slot: Slot = { facts: new Map(), byValue: new Map() };
    for (const fact of semantic.same(subject, attribute)) if (fact.agent === agent) place(slot, fact);
    slots.set(name, slot);
    return slot;
  };
  const slotOfFact = ({ subject = '', attribute = '' }: Fact): Slot => slotOf(subject, attribute);

  return {
    same: (subject, attribute) => [...slotOf(subject, attribute).facts.values()],
    valued(subject, attribute, value) {
      const { facts, byValue } = slotOf(subject, attribute);
      return [...(byValue.get(normaliseValue(value)) ?? [])].flatMap((id) => facts.get(id) ?? []);
    },
    drafted: (id) => drafted.get(id),
    put(fact) {
      drafted.set(fact.id, fact);
      place(slotOfFact(fact), fact);
    },
    remove(fact) {
      drafted.delete(fact.id);
      const { facts, byValue } = slotOfFact(fact);
      facts.delete(fact.id);
      byValue.get(normaliseValue(fact.value))?.delete(fact.id);
    },
  };
};
