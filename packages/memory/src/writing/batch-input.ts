import type { Fact, FactId, Message } from '@retentive/core';
import type { ScopeState } from '../scope/scope-state.ts';
import type { BatchInput } from './batch-extractor.ts';
import { believedAt } from './decide-facts.ts';

/** Messages of the thread that an extractor sees before one that it reads. */
export const PREVIOUS_MESSAGES = 4;

/** Facts that a batch extractor is shown at most, and how many each message asks for. */
const MAX_KNOWN = 24;
const KNOWN_PER_MESSAGE = 6;

/** Notes that it is shown: the newest. */
const MAX_NOTES = 8;

/** Facts near to the messages by their words, those near to most of them first; then in order of their recording. */
const knownFacts = (
  state: ScopeState,
  messages: readonly Message[],
  agent: string | undefined,
): readonly Fact[] => {
  const scores = new Map<FactId, number>();
  const accept = (id: FactId): boolean => believedAt(state, id, agent) !== undefined;
  for (const { text } of messages) {
    for (const { id, score } of state.factTerms.nearest(text, KNOWN_PER_MESSAGE, accept)) {
      scores.set(id, (scores.get(id) ?? 0) + score);
    }
  }
  const best = [...scores].sort(([, a], [, b]) => b - a).slice(0, MAX_KNOWN);
  return best
    .map(([id]) => state.semantic.fact(id) as Fact)
    .sort((a, b) => (a.recorded.from ?? 0) - (b.recorded.from ?? 0) || (a.id < b.id ? -1 : 1));
};

/** What was said before each message in its thread and at its path, without what is read itself. */
const messagesAround = (state: ScopeState, messages: readonly Message[]): readonly Message[] => {
  const read = new Set(messages.map(({ id }) => id));
  const around = new Map<Message['id'], Message>();
  for (const message of messages) {
    for (const before of state.episodic.messagesBefore(message.id, PREVIOUS_MESSAGES)) {
      // What another agent wrote is no evidence here: whoever reads the fact may not read that.
      if (before.agent === message.agent && !read.has(before.id)) around.set(before.id, before);
    }
  }
  return [...around.values()].sort((a, b) => a.time - b.time);
};

/** What a batch extractor reads: messages of one agent path, with what is known near to them. */
export const batchInput = (state: ScopeState, messages: readonly Message[]): BatchInput => {
  const agent = messages[0]?.agent;
  return {
    messages,
    around: messagesAround(state, messages),
    known: knownFacts(state, messages, agent),
    core: state.core.blocks(),
    notes: state.notes
      .notes()
      .filter((note) => note.agent === agent)
      .slice(-MAX_NOTES),
    countTokens: state.countTokens,
    termsOf: state.analyze,
  };
};
