import type { CallOptions, FactInput, Message, MessageId } from '@retentive/core';
import type { Extractor } from '../../writing/extractor.ts';
import { createRuleExtractor } from '../../writing/rules/rule-extractor.ts';
import { type EvaluationConversation, type EvaluationTurn, turnWords } from '../data/evaluation-set.ts';
import type { DraftQuestion } from './draft-question.ts';

/** Messages before one that an extractor may look at. */
const PREVIOUS = 4;

const messageOf = (turn: EvaluationTurn): Message => ({
  id: turn.id as MessageId,
  thread: turn.thread,
  role: turn.role,
  speaker: turn.speaker,
  origin: turn.role === 'assistant' ? 'agent' : turn.role,
  time: turn.time,
  ...(turn.timeZone === undefined ? {} : { timeZone: turn.timeZone }),
  remember: true,
  state: 'complete',
  text: turn.text,
});

interface Stated extends FactInput {
  readonly subject: string;
  readonly attribute: string;
  readonly value: string;
}

const isStated = (fact: FactInput): fact is Stated =>
  fact.subject !== undefined &&
  fact.attribute !== undefined &&
  fact.value !== undefined &&
  fact.negated !== true &&
  // With attributes that are sentences no question can be made.
  /^[\p{L} ]{2,30}$/u.test(fact.attribute.replaceAll(/[._-]/gu, ' '));

/** Where the words of a fact stand. */
const spansOf = ({ sources = [] }: FactInput, textOf: ReadonlyMap<string, string>): DraftQuestion['spans'] =>
  sources.flatMap(({ source, quote, start = textOf.get(source)?.indexOf(quote ?? '\0') ?? -1, end }) =>
    start < 0 ? [] : [{ turn: source, start, end: end ?? start + (quote?.length ?? 0) }],
  );

/** What is asked for as it is last said to be; the turn that says so is the evidence, and what was said before is not. */
const draftOf = (
  stated: readonly Stated[],
  textOf: ReadonlyMap<string, string>,
): DraftQuestion | undefined => {
  const last = stated.at(-1);
  if (last === undefined) return undefined;
  const spans = spansOf(last, textOf);
  if (spans.length === 0) return undefined;
  const values = new Set(stated.map(({ value }) => value.toLowerCase()));
  return {
    question: `What is the ${last.attribute.replaceAll(/[._-]/gu, ' ')} of ${last.subject}?`,
    answers: [last.value],
    category: values.size > 1 ? 'changed-fact' : 'fact',
    answerable: true,
    spans,
  };
};

/** One question a subject and attribute of the facts that an extractor finds; those of the offline rules are in English. */
export const askOfFacts = async (
  { turns }: EvaluationConversation,
  { extractor = createRuleExtractor(), signal }: CallOptions & { readonly extractor?: Extractor | undefined },
): Promise<readonly DraftQuestion[]> => {
  const messages = turns.filter((turn) => turnWords(turn) !== '').map(messageOf);
  const stated = new Map<string, Stated[]>();
  for (const [index, message] of messages.entries()) {
    const previous = messages.slice(Math.max(0, index - PREVIOUS), index);
    const { facts } = await extractor.extract({ message, previous }, { signal });
    for (const fact of facts.filter(isStated)) {
      const key = `${fact.subject.toLowerCase()}\n${fact.attribute.toLowerCase()}`;
      const known = stated.get(key);
      if (known === undefined) stated.set(key, [fact]);
      else known.push(fact);
    }
  }
  const textOf = new Map<string, string>(messages.map(({ id, text }) => [id, text]));
  return [...stated.values()].flatMap((facts) => draftOf(facts, textOf) ?? []);
};
