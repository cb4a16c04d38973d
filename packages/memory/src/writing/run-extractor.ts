import { type FactInput, isRetentiveError, type MessageId, parseFactInput } from '@retentive/core';
import type { SourceId } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { Extractor } from './extractor.ts';

/** What an extractor found, checked. */
export interface ExtractedFacts {
  readonly facts: readonly FactInput[];
  readonly degraded: readonly string[];
}

/** Messages of the thread that an extractor sees before the one it reads. */
const PREVIOUS_MESSAGES = 4;

/** A reason is kept in the journal; an answer of a model that came with it is not. */
const MAX_REASON_LENGTH = 300;

/** An error as a short reason for the journal. */
export const reasonOf = (error: unknown): string => {
  const name = isRetentiveError(error) ? error.code : error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${message}`.slice(0, MAX_REASON_LENGTH).toWellFormed();
};

/** Every fact rests at least on the message it was found in, and is forgotten with it. */
const withSource = (
  fact: FactInput,
  message: {
    readonly id: MessageId;
    readonly origin: 'user' | 'agent' | 'tool' | 'web' | 'system';
    readonly expiresAt?: number | undefined;
  },
): FactInput => {
  const expiresAt = fact.expiresAt ?? message.expiresAt;
  return {
    ...fact,
    sources: fact.sources ?? [{ source: message.id, origin: message.origin }],
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

/** Lets an extractor read a message. Whatever it throws, and an answer of the wrong shape, is given as a reason. */
export const runExtractor = async (
  extractor: Extractor,
  { episodic }: ScopeState,
  source: SourceId,
  signal: AbortSignal,
): Promise<ExtractedFacts | { readonly error: string }> => {
  const message = episodic.message(source as MessageId);
  // Forgotten meanwhile.
  if (message === undefined) return { facts: [], degraded: [] };
  try {
    // What another agent wrote is no evidence here: whoever reads the fact may not read that.
    const previous = episodic
      .messagesBefore(message.id, PREVIOUS_MESSAGES)
      .filter(({ agent }) => agent === message.agent);
    const { facts, degraded } = await extractor.extract({ message, previous }, { signal });
    if (!Array.isArray(facts) || !Array.isArray(degraded)) {
      return { error: 'FACT_INVALID: an extractor gives { facts, degraded }, two lists' };
    }
    return {
      facts: facts.map((fact) => withSource(parseFactInput(fact), message)),
      degraded: degraded.map(String),
    };
  } catch (error) {
    return { error: reasonOf(error) };
  }
};
