import type { BlockChange, CallOptions, FactInput, Operation } from '@retentive/core';
import { changeLines, PROFILE_BLOCK } from '../core-blocks/core-blocks.ts';
import type { ProposedChange } from './batch-extractor.ts';
import { believedAt, type DecidingParts, decideFacts } from './decide-facts.ts';
import type { Decider, Decision } from './decider.ts';
import { deriveId } from './derive-id.ts';

type Of<Store extends ProposedChange['store']> = Extract<ProposedChange, { store: Store }>;

const KINDS = { append: 'add', replace: 'update', remove: 'retract' } as const satisfies Record<
  BlockChange['type'],
  Operation['kind']
>;

/** What was decided, and what could not be carried out any more. */
export interface DecidedChanges {
  readonly operations: readonly Operation[];
  readonly degraded: readonly string[];
}

const of = <Store extends ProposedChange['store']>(
  changes: readonly ProposedChange[],
  store: Store,
): readonly Of<Store>[] => changes.filter((change): change is Of<Store> => change.store === store);

/** A decider that keeps to what was said of facts that are still believed, and decides the rest itself. */
const keepingTo = (
  said: ReadonlyMap<FactInput, Decision>,
  { decider, state, agent }: DecidingParts,
): Decider => ({
  id: decider.id,
  async decide(proposed, known, options) {
    const decision = said.get(proposed);
    const isBelieved = decision?.existing !== undefined && believedAt(state, decision.existing, agent);
    if (decision !== undefined && isBelieved) return decision;
    if (decision?.kind === 'retract')
      return { kind: 'skip', because: 'what it takes back is not believed any more' };
    return decider.decide(proposed, known, options);
  },
});

/** Lines of core memory as they will stand, one change after the other. */
const createCoreDraft = ({ state }: DecidingParts) => {
  const drafted = new Map<string, readonly string[]>();
  return (label: string, change: BlockChange): boolean => {
    const block = state.core.block(label);
    const before = drafted.get(label) ?? block?.lines ?? [];
    const after = changeLines(before, change);
    if (after === undefined || after === before) return false;
    const limit = block?.limit ?? PROFILE_BLOCK.limit;
    if (change.type !== 'remove' && state.countTokens(after.join('\n')) > limit) return false;
    drafted.set(label, after);
    return true;
  };
};

/**
 * The operations that proposed changes come to, each decided as if those before it were written. A line of core memory
 * that is not there any more, or has no room, is left out and reported.
 */
export const decideChanges = async (
  changes: readonly ProposedChange[],
  origin: readonly string[],
  now: number,
  parts: DecidingParts,
  options: CallOptions = {},
): Promise<DecidedChanges> => {
  const { scope, agent } = parts;
  const facts = of(changes, 'semantic');
  const said = new Map(
    facts.flatMap(({ fact, decision }) => (decision === undefined ? [] : [[fact, decision] as const])),
  );
  const proposed = facts.map(({ fact }) => fact);
  const decider = keepingTo(said, parts);
  const operations = [...(await decideFacts(proposed, origin, now, { ...parts, decider }, options))];
  const degraded = new Set<string>();
  const at = agent === undefined ? {} : { agent };
  const idOf = (store: string, index: number): Operation['id'] =>
    deriveId('operation', scope, ...origin, store, index);
  const draft = createCoreDraft(parts);
  for (const [index, { change, label = PROFILE_BLOCK.label, because, sources }] of of(
    changes,
    'core',
  ).entries()) {
    if (!draft(label, change)) {
      degraded.add('extraction:core');
      continue;
    }
    const target = { store: 'core', label, change } as const;
    operations.push({ id: idOf('core', index), kind: KINDS[change.type], ...at, target, because, sources });
  }
  for (const [index, { kind, note, replaces, because, sources }] of of(changes, 'episodic').entries()) {
    if (kind === 'retract' && parts.state.notes.note(replaces as Operation['id']) === undefined) continue;
    const target = { store: 'episodic', note, ...(replaces === undefined ? {} : { replaces }) } as const;
    operations.push({ id: idOf('episodic', index), kind, ...at, target, because, sources });
  }
  return { operations, degraded: [...degraded] };
};
