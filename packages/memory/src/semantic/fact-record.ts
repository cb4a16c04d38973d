import type { Evidence, Fact, FactId, FactInput, FactSupport, Interval, Operation } from '@retentive/core';
import type { StoredSupport } from './fact-supports.ts';

/** What operations on a fact itself made of it, apart from what it rests on. */
export interface OwnState {
  /** Absent while it was updated, retracted or undone. */
  readonly own: Interval | undefined;
  readonly ownStatus: Fact['status'];
  readonly replacedBy?: FactId | undefined;
  readonly supports: readonly StoredSupport[];
  readonly sources: readonly Evidence[];
  /** The operation that made this state. */
  readonly operation: Operation['id'];
}

/** One state of a fact: what was believed of it from one recorded moment to the next. */
export interface FactVersion extends OwnState {
  /** Absent while the fact was not believed. */
  readonly valid: Interval | undefined;
  readonly status: Fact['status'];
  readonly trust: number;
  /** Supports that held. */
  readonly held: readonly FactSupport[];
  /** When what holds it expires, ms since epoch; infinite where something stays. See {@link expiryOf}. */
  readonly expiresAt: number;
  /** Ms since epoch; a version holds until the next one's. */
  readonly recordedAt: number;
  /** As it is shown, made at its first reading: a scope may be asked for all of its thousands again and again. */
  shown: Fact | undefined;
}

/** A fact with every version of it, oldest first. */
export interface FactRecord {
  readonly id: FactId;
  /** Its place in the order of recording. */
  readonly ordinal: number;
  readonly agent: string | undefined;
  readonly input: FactInput;
  /** When it began in the world, or else when it was recorded: its place among those that replace each other. */
  readonly begins: number;
  readonly versions: FactVersion[];
}

/** Trust of a statement nobody vouches for. */
export const DEFAULT_TRUST = 0.5;

/** The newest version, believed or not. */
export const latestVersion = (record: FactRecord): FactVersion => record.versions.at(-1) as FactVersion;

/** The version of a record that stood at `knownAt`; undefined before it was recorded. */
export const versionAt = (record: FactRecord, knownAt: number): FactVersion | undefined =>
  knownAt === Number.POSITIVE_INFINITY
    ? record.versions.at(-1)
    : record.versions.findLast(({ recordedAt }) => recordedAt <= knownAt);

/** When a fact expires, ms since epoch: by its own time, or with what holds it. Infinite where it stays. */
export const expiryOf = ({ input }: FactRecord, { expiresAt }: FactVersion): number =>
  Math.min(input.expiresAt ?? Number.POSITIVE_INFINITY, expiresAt);

/** A fact from one version of its record, beside the facts that contradict it. */
export const toFact = (
  record: FactRecord,
  version: FactVersion,
  conflictsWith: readonly FactId[] = [],
): Fact => {
  const { input, versions, agent } = record;
  const first = versions[0] as FactVersion;
  const [support] = version.held;
  const { subject, attribute, value } = input;
  const expiresAt = expiryOf(record, version);
  const shown = version.status === 'retracted' ? undefined : version.replacedBy;
  // Field by field: a scope may be asked for thousands of facts at once.
  const fact: { -readonly [Field in keyof Fact]: Fact[Field] } = {
    id: record.id,
    text: input.text,
    negated: input.negated ?? false,
    entities: input.entities ?? [],
    valid: version.valid ?? {},
    recorded:
      version.valid === undefined
        ? { from: first.recordedAt, until: version.recordedAt }
        : { from: first.recordedAt },
    sources: version.sources,
    trust: version.trust,
    premises: support?.premises ?? input.premises ?? [],
    status: version.status,
  };
  if (agent !== undefined) fact.agent = agent;
  if (subject !== undefined) fact.subject = subject;
  if (attribute !== undefined) fact.attribute = attribute;
  if (value !== undefined) fact.value = value;
  if (version.held.length > 1) fact.supports = version.held;
  if (conflictsWith.length > 0) fact.conflictsWith = conflictsWith;
  if (shown !== undefined) fact.replacedBy = shown;
  if (expiresAt !== Number.POSITIVE_INFINITY) fact.expiresAt = expiresAt;
  return fact;
};

/** True when `interval` contains the moment; ends that are absent are open. */
export const contains = ({ from, until }: Interval, moment: number): boolean =>
  (from === undefined || from <= moment) && (until === undefined || moment < until);

/** True when both hold at some moment. */
export const overlaps = (a: Interval, b: Interval): boolean =>
  (a.from ?? Number.NEGATIVE_INFINITY) < (b.until ?? Number.POSITIVE_INFINITY) &&
  (b.from ?? Number.NEGATIVE_INFINITY) < (a.until ?? Number.POSITIVE_INFINITY);
