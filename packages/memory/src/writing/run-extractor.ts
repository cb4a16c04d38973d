import {
  type FactInput,
  isRetentiveError,
  type MessageId,
  parseFactInput,
  RetentiveError,
} from '@retentive/core';
import type { Journal, ScopeKey, SourceId } from '../journal/journal.ts';
import { orAborted } from '../or-aborted.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { Extraction, ExtractionInput, Extractor } from './extractor.ts';
import { createKeptOutput } from './kept-output.ts';
import type { TimeLimit } from './time-limit.ts';

/** What an extractor found, checked. */
export interface ExtractedFacts {
  readonly facts: readonly FactInput[];
  readonly degraded: readonly string[];
}

/** What a message is read with. */
export interface ExtractorRun {
  readonly journal: Journal;
  readonly extractor: Extractor;
  readonly scope: ScopeKey;
  readonly state: ScopeState;
  readonly source: SourceId;
  /** Ends with the turn, or when the extractor has taken too long. */
  readonly limit: TimeLimit;
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

/** @throws FACT_INVALID for an answer of the wrong shape */
const checked = (answer: unknown, { message }: ExtractionInput): ExtractedFacts => {
  const { facts, degraded } = (answer ?? {}) as Partial<Extraction>;
  if (!Array.isArray(facts) || !Array.isArray(degraded)) {
    throw new RetentiveError('FACT_INVALID', 'an extractor gives { facts, degraded }, two lists');
  }
  return {
    facts: facts.map((fact) => withSource(parseFactInput(fact), message)),
    degraded: degraded.map(String),
  };
};

const ask = async (extractor: Extractor, input: ExtractionInput, run: ExtractorRun): Promise<unknown> => {
  const { signal } = run.limit;
  try {
    // One that does not listen to its signal is let go of all the same.
    return await orAborted(extractor.extract(input, { signal }), signal, 'the extraction');
  } catch (error) {
    if (!run.limit.isOver) throw error;
    throw new RetentiveError('DEADLINE_EXCEEDED', `the extractor ${extractor.id} took too long`, {
      cause: error,
    });
  }
};

/**
 * Lets an extractor read a message. Whatever it throws, and an answer of the wrong shape, is given as a reason. One that
 * asks a model is asked once: its answer is journaled before anything is made of it. Rejects when the journal does.
 */
export const runExtractor = async (
  run: ExtractorRun,
): Promise<ExtractedFacts | { readonly error: string }> => {
  const { extractor, state, source, limit } = run;
  const message = state.episodic.message(source as MessageId);
  // Forgotten meanwhile.
  if (message === undefined) return { facts: [], degraded: [] };
  // What another agent wrote is no evidence here: whoever reads the fact may not read that.
  const previous = state.episodic
    .messagesBefore(message.id, PREVIOUS_MESSAGES)
    .filter(({ agent }) => agent === message.agent);
  const known = (subject: string, attribute: string) =>
    state.semantic.same(subject, attribute).filter((fact) => fact.agent === message.agent);
  const input = { message, previous, known };
  const kept = extractor.asksModel === true ? createKeptOutput(run, input) : undefined;
  const answered = await kept?.find();
  try {
    if (answered !== undefined) return checked(answered, input);
  } catch {
    // An answer that this release cannot read, such as one of an imported journal: the model is asked again.
  }
  let answer: unknown;
  let found: ExtractedFacts;
  try {
    answer = await ask(extractor, input, run);
    found = checked(answer, input);
  } catch (error) {
    return { error: reasonOf(error) };
  }
  if (!limit.signal.aborted) await kept?.keep(answer);
  return found;
};
