import type { Fact, FactId, FactInput, Operation } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';
import type { SemanticStore } from '../semantic/semantic-store.ts';
import { deriveId } from '../writing/derive-id.ts';

/** Name and version of what merges facts; part of every id that it makes. */
const FACT_MERGER = 'merge-1';

/** Two facts that say the same become one: what has to be journaled together, once. */
export interface FactMerge {
  readonly keeper: FactId;
  readonly duplicate: FactId;
  readonly operations: readonly Operation[];
}

/** Marks tell things apart (C and C#, 5 and -5), so that only case, white space and a final full stop go. */
const fold = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/(?<=[\p{L}\p{N}])\.$/u, '');

/** Facts with the same name say the same thing of the same time, and are kept as long. */
const nameOf = ({ agent, subject, attribute, value, text, negated, valid, expiresAt }: Fact): string =>
  JSON.stringify([
    agent,
    negated,
    valid.from ?? null,
    valid.until ?? null,
    expiresAt ?? null,
    ...(subject !== undefined && attribute !== undefined && value !== undefined
      ? [fold(subject), attribute, fold(value)]
      : [fold(text)]),
  ]);

const inputOf = ({
  text,
  subject,
  attribute,
  value,
  negated,
  entities,
  valid,
  sources,
  trust,
}: Fact): FactInput => ({
  text,
  subject,
  attribute,
  value,
  negated,
  entities,
  valid,
  sources,
  trust,
});

/**
 * Which believed facts say the same as one recorded before them: that one takes over their sources, and they are retracted.
 * What something was derived from, or was derived itself, stays: a retraction would take the conclusion with it. Operations have
 * ids that follow from the two facts. Only facts at paths that are accepted. Linear in the facts. Pure.
 */
export const planMerges = (
  key: ScopeKey,
  semantic: Pick<SemanticStore, 'believed'>,
  accepts: (agent: string | undefined) => boolean,
): readonly FactMerge[] => {
  const facts = [...semantic.believed()];
  const premises = new Set(facts.flatMap((fact) => fact.premises));
  const keepers = new Map<string, Fact>();
  const merges: FactMerge[] = [];
  for (const fact of facts) {
    if (!accepts(fact.agent)) continue;
    const name = nameOf(fact);
    const keeper = keepers.get(name);
    if (keeper === undefined) {
      keepers.set(name, fact);
      continue;
    }
    if (premises.has(fact.id) || fact.premises.length > 0 || keeper.premises.length > 0) continue;
    const because = 'two records of one fact are merged';
    const at = fact.agent === undefined ? {} : { agent: fact.agent };
    merges.push({
      keeper: keeper.id,
      duplicate: fact.id,
      operations: [
        {
          id: deriveId('operation', key, FACT_MERGER, keeper.id, fact.id, 'support'),
          kind: 'skip',
          ...at,
          target: { store: 'semantic', id: keeper.id, fact: inputOf(fact) },
          because,
          sources: fact.sources,
        },
        {
          id: deriveId('operation', key, FACT_MERGER, keeper.id, fact.id, 'retract'),
          kind: 'retract',
          ...at,
          target: { store: 'semantic', id: fact.id },
          because,
          sources: [],
        },
      ],
    });
  }
  return merges;
};
