import type { FactId, FactSupport, Interval } from '@retentive/core';

/** More ways to derive the same than this change nothing about it. */
export const MAX_SUPPORTS = 16;

/** A support as an operation gave it; whether it holds follows from its premises. */
export interface StoredSupport extends FactSupport {
  /** When the conclusion holds by this support; that of its record where it is absent. */
  readonly valid?: Interval | undefined;
  /** When what gave it expires, ms since epoch. */
  readonly expiresAt?: number | undefined;
}

/** What a believed premise lends to a conclusion. */
export interface PremiseState {
  readonly valid: Interval;
  readonly trust: number;
  /** Ms since epoch; infinite where it stays. */
  readonly expiresAt: number;
}

/** What a fact is held by, and what follows. */
export interface Holding {
  readonly valid: Interval;
  readonly trust: number;
  /** The supports that hold, with the trust that their premises leave them. */
  readonly held: readonly FactSupport[];
  /** Ms since epoch; infinite where it stays. */
  readonly expiresAt: number;
}

/** The interval, ended at `until` unless it ended before; never before it began. */
export const endAt = (interval: Interval, until: number): Interval => {
  const end = Math.max(until, interval.from ?? until);
  return { ...interval, until: Math.min(end, interval.until ?? end) };
};

/** The shortest interval around both. */
const around = (a: Interval, b: Interval): Interval => ({
  ...(a.from === undefined || b.from === undefined ? {} : { from: Math.min(a.from, b.from) }),
  ...(a.until === undefined || b.until === undefined ? {} : { until: Math.max(a.until, b.until) }),
});

/**
 * Whether a fact of the interval `own` is held by one of its supports at least: a derivation needs all of its premises, ends
 * with the first of them that ends, expires with the first that expires, and is trusted no more than the least of them; of
 * several supports the longest, the last to expire and the most trusted counts.
 */
export const holdingOf = (
  own: Interval | undefined,
  supports: readonly StoredSupport[],
  premise: (id: FactId) => PremiseState | undefined,
): Holding | undefined => {
  if (own === undefined) return undefined;
  let valid: Interval | undefined;
  let expiresAt = Number.NEGATIVE_INFINITY;
  const held: FactSupport[] = [];
  for (const { premises, trust: given, valid: stated = own, expiresAt: kept } of supports) {
    let part = stated;
    let trust = given;
    let expires = kept ?? Number.POSITIVE_INFINITY;
    let holds = true;
    for (const id of premises) {
      const state = premise(id);
      if (state === undefined) {
        holds = false;
        break;
      }
      if (state.valid.until !== undefined) part = endAt(part, state.valid.until);
      trust = Math.min(trust, state.trust);
      expires = Math.min(expires, state.expiresAt);
    }
    if (!holds) continue;
    held.push({ premises, trust });
    expiresAt = Math.max(expiresAt, expires);
    valid = valid === undefined ? part : around(valid, part);
  }
  if (valid === undefined) return undefined;
  return {
    valid: own.until === undefined ? valid : endAt(valid, own.until),
    trust: Math.max(...held.map(({ trust }) => trust)),
    held,
    expiresAt,
  };
};
