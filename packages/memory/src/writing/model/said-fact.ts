import { type Evidence, type FactInput, type Message, RetentiveError } from '@retentive/core';
import type { AnsweredFact } from './extraction-answer.ts';
import type { ReadInterval } from './said-interval.ts';
import type { Transcript } from './transcript.ts';

/** Says what is wrong with an answer, for the model to read. @throws FACT_INVALID */
export const refuse = (message: string): never => {
  throw new RetentiveError('FACT_INVALID', message);
};

/** A quote and the message that it is said to stand in. */
export interface Cited {
  readonly message: Message;
  readonly quote: string;
}

/** The messages that evidence names by their handles or ids. @throws FACT_INVALID for one that is not there to be read */
export const citedBy = (
  evidence: AnsweredFact['evidence'],
  { messages }: Transcript,
): readonly [Cited, ...Cited[]] => {
  const byId = new Map([...messages.values()].map((message): [string, Message] => [message.id, message]));
  const cited = evidence.map(({ message: handle, quote }) => {
    const message =
      messages.get(handle) ?? byId.get(handle) ?? refuse(`there is no message ${handle} to read`);
    return { message, quote };
  });
  const [first, ...rest] = cited;
  return first === undefined ? refuse('there is no evidence') : [first, ...rest];
};

/** Evidence as the store takes it; that the quotes stand there is checked with the rest. */
export const evidenceOf = (cited: readonly Cited[]): readonly Evidence[] =>
  cited.map(({ message, quote }) => ({ source: message.id, origin: message.origin, quote }));

/** What a model said of a fact, as a writer proposes it. @throws FACT_INVALID */
export const toFact = async (
  said: Omit<AnsweredFact, 'known' | 'relation'>,
  transcript: Transcript,
  readInterval: ReadInterval,
): Promise<FactInput> => {
  const cited = citedBy(said.evidence, transcript);
  const { text, about = 'user', value, negated, entities, when } = said;
  if (when !== undefined && !cited.some(({ message }) => message.text.includes(when))) {
    refuse('"when" does not stand in the message, word for word');
  }
  const [{ message }] = cited;
  const attribute = said.attribute?.toLowerCase();
  return {
    text,
    subject: about.toLowerCase() === 'user' ? (message.speaker ?? 'user') : about,
    ...(attribute === undefined ? {} : { attribute }),
    ...(value === undefined ? {} : { value }),
    ...(negated === undefined ? {} : { negated }),
    ...(entities === undefined ? {} : { entities }),
    valid: await readInterval({ ...said, attribute }, message),
    sources: evidenceOf(cited),
  };
};
