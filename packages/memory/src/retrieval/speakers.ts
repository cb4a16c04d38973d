import type { Chunk } from '@retentive/core';

const WORD = /[\p{L}\p{M}]+/gu;

/** Names of at least this length may differ in one letter and still be the same. */
const FUZZY_LENGTH = 5;

/** True when one insertion, deletion, substitution or swap of neighbours (or none) turns `a` into `b`. */
export const withinOneEdit = (a: string, b: string): boolean => {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
};

const sameName = (a: string, b: string): boolean =>
  a === b || (a.length >= FUZZY_LENGTH && b.length >= FUZZY_LENGTH && withinOneEdit(a, b));

/**
 * The speakers that a query names, by any word of their name (at least 2 letters), one typing mistake allowed in longer
 * ones. Empty when it names all of several, since that tells nothing. Pure.
 */
export const namedSpeakers = (query: string, speakers: ReadonlySet<string>): ReadonlySet<string> => {
  const words = [...query.toLowerCase().matchAll(WORD)].map(([word]) => word);
  const named = [...speakers].filter((speaker) =>
    [...speaker.toLowerCase().matchAll(WORD)].some(
      ([name]) => name.length >= 2 && words.some((word) => sameName(word, name)),
    ),
  );
  return named.length > 1 && named.length === speakers.size ? new Set() : new Set(named);
};

const FIRST_PERSON = /\b(?:i|i'm|i've|me|my|mine|myself|we|our|ours)\b/iu;
/** In capitals it is a country. */
const US = /\bus\b/u;

/** What {@link saidBySubject} gives for a query that is about nobody who speaks. */
export const saidByNobody = (): boolean => false;

/**
 * Tells whether a chunk was said by whom the query is about: a person it names, or, where it says "I" or "my", the
 * people in the conversation rather than the assistant. Pure.
 */
export const saidBySubject = (query: string, speakers: ReadonlySet<string>): ((chunk: Chunk) => boolean) => {
  const named = namedSpeakers(query, speakers);
  const aboutMe = FIRST_PERSON.test(query) || US.test(query);
  if (named.size === 0 && !aboutMe) return saidByNobody;
  return ({ speaker, role, source }) =>
    (speaker !== undefined && named.has(speaker)) ||
    (aboutMe && role === 'user' && source.type === 'message');
};
