import type { Evidence, Fact, FactId, FactInput, Interval, Operation } from '@retentive/core';

/** One state of a fact: what was believed of it from one recorded moment to the next. */
export interface FactVersion {
  /** Absent while the fact was not believed: updated, retracted or undone. */
  readonly valid: Interval | undefined;
  readonly status: Fact['status'];
  readonly replacedBy?: FactId | undefined;
  /** Everything it rests on in this version. */
  readonly sources: readonly Evidence[];
  readonly trust: number;
  /** Ms since epoch; a version holds until the next one's. */
  readonly recordedAt: number;
  /** The operation that made this version. */
  readonly operation: Operation['id'];
}

/** A fact with every version of it, oldest first. */
export interface FactRecord {
  readonly id: FactId;
  /** Its place in the order of recording. */
  readonly ordinal: number;
  readonly agent: string | undefined;
  readonly input: FactInput;
  readonly versions: FactVersion[];
}

/** Trust of a statement nobody vouches for. */
export const DEFAULT_TRUST = 0.5;

/** The newest version, believed or not. */
export const latestVersion = (record: FactRecord): FactVersion => record.versions.at(-1) as FactVersion;

/** The version of a record that was believed at `knownAt`; undefined before it was recorded. */
export const versionAt = (record: FactRecord, knownAt: number): FactVersion | undefined =>
  record.versions.findLast(({ recordedAt }) => recordedAt <= knownAt);

/** A record as it was believed at `knownAt`, or undefined where it was not. Says nothing that was learned later. */
export const factAt = (record: FactRecord, knownAt: number): Fact | undefined => {
  const version = versionAt(record, knownAt);
  if (version?.valid === undefined) return undefined;
  return toFact(record, version);
};

/** A fact from one version of its record. */
export const toFact = (record: FactRecord, version: FactVersion): Fact => {
  const { input, versions } = record;
  const first = versions[0] as FactVersion;
  return {
    id: record.id,
    ...(record.agent === undefined ? {} : { agent: record.agent }),
    text: input.text,
    ...(input.subject === undefined ? {} : { subject: input.subject }),
    ...(input.attribute === undefined ? {} : { attribute: input.attribute }),
    ...(input.value === undefined ? {} : { value: input.value }),
    negated: input.negated ?? false,
    entities: input.entities ?? [],
    valid: version.valid ?? {},
    recorded: {
      from: first.recordedAt,
      ...(version.valid === undefined ? { until: version.recordedAt } : {}),
    },
    sources: version.sources,
    trust: version.trust,
    premises: input.premises ?? [],
    status: version.status,
    ...(version.replacedBy === undefined ? {} : { replacedBy: version.replacedBy }),
    ...(input.expiresAt === undefined ? {} : { expiresAt: input.expiresAt }),
  };
};

/** True when `interval` contains the moment; ends that are absent are open. */
export const contains = ({ from, until }: Interval, moment: number): boolean =>
  (from === undefined || from <= moment) && (until === undefined || moment < until);

/** The interval, ended at `until` unless it ended before; never before it began. */
export const endAt = (interval: Interval, until: number): Interval => {
  const end = Math.max(until, interval.from ?? until);
  return { ...interval, until: Math.min(end, interval.until ?? end) };
};
