import { type DurationInput, type FactInput, parseDuration } from '@retentive/core';
import type { ScopeKey } from '../journal/journal.ts';

/** How long things are kept: the same for every user, or by user; undefined for as long as nobody takes them out. */
export type RetainOption = DurationInput | ((scope: ScopeKey) => DurationInput | undefined);

/** How long a scope keeps things, in ms; undefined for ever. @throws OPTION_INVALID */
export type RetainMs = (scope: ScopeKey) => number | undefined;

/** Reads the option. What is not a function is checked at once. @throws OPTION_INVALID */
export const parseRetain = (retain: RetainOption | undefined): RetainMs => {
  if (retain === undefined) return () => undefined;
  if (typeof retain !== 'function') {
    const ms = parseDuration('retain', retain);
    return () => ms;
  }
  return ({ tenant, user }) => {
    const own = retain({ tenant, user });
    return own === undefined ? undefined : parseDuration('retain', own);
  };
};

/** A fact with the time at which it expires, where it names none itself. */
export const retainedFact = (fact: FactInput, now: number, retainMs: number | undefined): FactInput =>
  retainMs === undefined || fact.expiresAt !== undefined ? fact : { ...fact, expiresAt: now + retainMs };
