import { type Fact, type FactId, type FactInput, isRetentiveError } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import type { TruthOperation } from './history-schema.ts';

/** The longest text of a fact, in UTF-16 units. */
const MAX_TEXT = 2_048;

type Reference = TruthOperation['replaces'];

const sameText = (one: string | undefined, other: string | undefined): boolean =>
  (one ?? '').trim().toLowerCase() === (other ?? '').trim().toLowerCase();

/** Facts by what operations call them. */
const createNames = (scope: ScopedMemory) => {
  const byName = new Map<string, FactId>();
  return {
    note(names: readonly string[], id: FactId): void {
      for (const name of names) byName.set(name, id);
    },
    /** Believed facts that a reference means: one of that name, or those of its subject and attribute, newest first. */
    async find(reference: Reference): Promise<readonly Fact[]> {
      if (reference === undefined) return [];
      if (typeof reference === 'string') {
        const id = byName.get(reference);
        if (id === undefined) return [];
        const all = await scope.facts({ ended: true });
        return all.filter((fact) => fact.id === id);
      }
      const { subject, attribute, value } = reference;
      const found = await scope.facts({ about: subject, attribute });
      const own = found.filter((fact) => sameText(fact.subject, subject));
      return value === undefined ? own : own.filter((fact) => sameText(fact.value, value));
    },
  };
};

const factOf = (operation: TruthOperation, premises: readonly FactId[]): FactInput => {
  const { subject, attribute, value, text, negated, valid } = operation;
  const isDated = valid.from !== undefined || valid.until !== undefined;
  return {
    text: text ?? [subject, negated === true ? 'not' : '', attribute, value].filter(Boolean).join(' '),
    ...(subject === undefined ? {} : { subject }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(value === undefined ? {} : { value }),
    ...(negated === undefined ? {} : { negated }),
    ...(isDated ? { valid } : {}),
    ...(premises.length === 0 ? {} : { premises }),
  };
};

/** What an operation without a named target is about: the newest of its slot, by its value where it ends or takes back. */
const slotOf = ({ kind, subject, attribute, value }: TruthOperation): Reference => {
  if (subject === undefined || attribute === undefined) return undefined;
  const byValue = kind === 'retract' || kind === 'end';
  return { subject, attribute, ...(byValue && value !== undefined ? { value } : {}) };
};

/** Operations that could not be carried out, by why. */
export interface Unapplied {
  readonly operation: TruthOperation;
  readonly reason: string;
}

/**
 * Carries out the operations of a history by the SDK, each at its own recorded time. What updates or supersedes and has
 * nothing to take the place of is an addition; what takes back, or ends, where nothing is known does nothing.
 */
export const applyOperations = async (
  scope: ScopedMemory,
  operations: readonly TruthOperation[],
  moveTo: (time: number) => void,
): Promise<readonly Unapplied[]> => {
  const names = createNames(scope);
  const unapplied: Unapplied[] = [];

  const add = async (operation: TruthOperation, fact: FactInput): Promise<void> => {
    const made = await scope.changeFact({ kind: 'add', fact });
    names.note(operation.ids, made.fact.id);
  };

  /** Says of facts that they are no longer so, from a time on. */
  const end = async (targets: readonly Fact[], from: number | undefined): Promise<void> => {
    for (const { id, subject, attribute, value, text } of targets) {
      await scope.changeFact({
        kind: 'supersede',
        id,
        fact: {
          text: `no longer: ${text}`.slice(0, MAX_TEXT),
          ...(subject === undefined ? {} : { subject }),
          ...(attribute === undefined ? {} : { attribute }),
          ...(value === undefined ? {} : { value }),
          negated: true,
          ...(from === undefined ? {} : { valid: { from } }),
        },
      });
    }
  };

  const replace = async (operation: TruthOperation, fact: FactInput): Promise<void> => {
    const { kind, time, valid } = operation;
    const named = await names.find(operation.replaces);
    const targets = named.length > 0 ? named : await names.find(slotOf(operation));
    const until = valid.until ?? valid.from;
    if (kind === 'end' || (kind === 'retract' && until !== undefined)) return end(targets, until ?? time);
    if (kind === 'retract') {
      for (const { id } of targets) await scope.changeFact({ kind, id });
      return;
    }
    const [target] = targets;
    if (target === undefined || (kind !== 'update' && kind !== 'supersede')) return add(operation, fact);
    const made = await scope.changeFact({ kind, id: target.id, fact });
    names.note(operation.ids, made.fact.id);
  };

  const apply = async (operation: TruthOperation): Promise<void> => {
    const { kind } = operation;
    if (kind === 'skip') return;
    const premises = (await Promise.all(operation.premises.map(names.find))).map(([fact]) => fact?.id);
    // Nothing follows from what is not believed.
    if (premises.some((id) => id === undefined)) return;
    const fact = factOf(operation, premises as readonly FactId[]);
    await (kind === 'add' ? add(operation, fact) : replace(operation, fact));
  };

  for (const operation of operations) {
    if (operation.time !== undefined) moveTo(operation.time);
    try {
      await apply(operation);
    } catch (error) {
      if (!isRetentiveError(error)) throw error;
      unapplied.push({ operation, reason: `${error.code}: ${error.message}` });
    }
  }
  return unapplied;
};
