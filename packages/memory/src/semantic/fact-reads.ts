import type { Fact, Interval } from '@retentive/core';
import type { FactBeliefs } from './fact-beliefs.ts';
import { type FactLookup, normaliseName } from './fact-lookup.ts';
import { contains, expiryOf, type FactRecord, latestVersion, versionAt } from './fact-record.ts';
import type { FactQuery, SemanticStore } from './semantic-types.ts';

type FactReads = Pick<
  SemanticStore,
  'fact' | 'facts' | 'believed' | 'same' | 'ever' | 'having' | 'attributesOf' | 'isNamed'
>;

const holds = (valid: Interval, query: FactQuery): boolean => {
  const { asOf } = query;
  if (asOf !== undefined) return contains(valid, asOf);
  return query.ended === true || valid.until === undefined || valid.until > query.now;
};

/** Whether a path may be read; most facts in a row stand at the same. */
const createAccepts = ({ accepts }: FactQuery): ((record: FactRecord) => boolean) => {
  if (accepts === undefined) return () => true;
  let last: { readonly agent: string | undefined; readonly accepted: boolean } | undefined;
  return ({ agent }) => {
    if (last === undefined || last.agent !== agent) last = { agent, accepted: accepts(agent) };
    return last.accepted;
  };
};

/** Makes the reading side of a semantic store. */
export const createFactReads = (
  { get, believed, show }: Pick<FactBeliefs, 'get' | 'believed' | 'show'>,
  lookup: FactLookup,
): FactReads => {
  const recordsOf = ({ about, attribute: named, calling }: FactQuery): readonly FactRecord[] => {
    if (calling !== undefined) return lookup.calling(calling);
    const attribute = named === undefined ? undefined : normaliseName(named);
    if (about !== undefined) return lookup.named(about, attribute);
    return attribute === undefined ? lookup.all() : lookup.attribute(attribute);
  };

  const believedOf = (records: readonly FactRecord[]): readonly Fact[] =>
    records.flatMap((record) => {
      const version = believed(record.id);
      return version === undefined ? [] : [show(record, version)];
    });

  return {
    fact(id) {
      const record = get(id);
      return record === undefined ? undefined : show(record, latestVersion(record));
    },
    facts(query) {
      const { knownAt = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY } = query;
      const records = recordsOf(query);
      const accepted = createAccepts(query);
      const found: Fact[] = [];
      for (let index = records.length - 1; index >= 0 && found.length < limit; index -= 1) {
        const record = records[index] as FactRecord;
        if (!accepted(record)) continue;
        const version = versionAt(record, knownAt);
        if (version?.valid === undefined || !holds(version.valid, query)) continue;
        if (expiryOf(record, version) <= query.now) continue;
        found.push(show(record, version, knownAt));
      }
      return found;
    },
    *believed() {
      for (const record of lookup.all()) {
        const version = believed(record.id);
        if (version !== undefined) yield show(record, version);
      }
    },
    same: (subject, attribute) => believedOf(lookup.slot(subject, attribute)),
    ever: (subject, attribute) =>
      lookup.slot(subject, attribute).map((record) => show(record, latestVersion(record))),
    isNamed: lookup.isNamed,
    attributesOf: lookup.attributesOf,
    having: (attribute) => believedOf(lookup.attribute(attribute)),
  };
};
