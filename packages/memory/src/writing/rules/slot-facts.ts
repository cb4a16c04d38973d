import type { FactInput, Message } from '@retentive/core';
import { ownValue } from '../../own-value.ts';
import { asSentence } from './third-person.ts';
import { attributeRule } from './vocabulary.ts';

/** How a fact of an attribute reads: as it is, and as it is no longer. */
const SAYINGS: Readonly<Record<string, readonly [string, string]>> = {
  home: ['lives in', 'does not live in'],
  employer: ['works for', 'does not work for'],
  job: ['works as', 'does not work as'],
  pet: ['has a pet:', 'does not have the pet'],
  likes: ['likes', 'does not like'],
  dislikes: ['dislikes', 'does not dislike'],
  owns: ['owns', 'does not own'],
  car: ['drives', 'does not drive'],
  studies: ['studies', 'does not study'],
  plan: ['has the plan:', 'no longer has the plan:'],
  allergy: ['is allergic to', 'is not allergic to'],
  language: ['speaks', 'does not speak'],
  team: ['supports', 'does not support'],
};

const named = (attribute: string): string =>
  attribute.replace(/^favorite:/u, 'favorite ').replace(/^family:/u, '');

/** What was found of a slot, before it is a fact. */
export interface SlotDraft {
  readonly subject: string;
  readonly attribute: string;
  readonly value: string;
  readonly negated?: boolean | undefined;
  /** It was never so. */
  readonly isTakenBack?: boolean | undefined;
  /** Messages that told what this one puts right. */
  readonly sources?: FactInput['sources'] | undefined;
}

/** A draft as a fact with the words it rests on. */
export const slotFact = (draft: SlotDraft, message: Message, quote: string): FactInput => {
  const { subject, attribute, value, negated = false, isTakenBack = false, sources = [] } = draft;
  const label = subject === 'user' ? 'the user' : subject.replace(/^user's /u, "the user's ");
  const [is, isNot] = ownValue(SAYINGS, attribute) ?? [];
  const said =
    is === undefined
      ? `${label}'s ${named(attribute)} is ${negated ? 'not ' : ''}${value}`
      : `${label} ${negated ? isNot : is} ${value}`;
  const { span } = attributeRule(attribute);
  return {
    text: asSentence(`${said}.`),
    subject,
    attribute,
    value,
    negated,
    entities: /^\p{Lu}/u.test(value) ? [value] : [],
    valid: isTakenBack || span === 'lasting' ? {} : { from: message.time },
    sources: [{ source: message.id, origin: message.origin, quote }, ...sources],
    trust: subject === (message.speaker ?? 'user') ? 0.8 : 0.7,
  };
};
