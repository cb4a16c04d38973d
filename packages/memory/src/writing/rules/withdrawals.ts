import type { FactInput, Message } from '@retentive/core';
import { createHoldings } from './holdings.ts';
import { isSeveral, RELATION_NAMES, relationOf } from './kin.ts';
import { attributeNamed } from './nouns-of-attributes.ts';
import type { KnownFacts } from './people.ts';
import { plainEnglish } from './plain-english.ts';
import type { MessageReader } from './read-message.ts';
import { findStatements } from './statements.ts';
import { ATTRIBUTE_NAMES } from './vocabulary.ts';

const ONLY = '(?:just |only |totally |completely |obviously |of course )*';
const JOKING =
  '(?:kidding|joking|lying|teasing|pulling your leg|messing with you|having you on|making (?:it|that) up|bluffing)';

/** Takes back what stands before it. */
const TAKES_BACK = new RegExp(
  [
    String.raw`\b${ONLY}(?:just kidding|jk|i am ${ONLY}${JOKING}|i was ${ONLY}${JOKING}|i (?:totally |completely )?made (?:all )?(?:that|it|this)(?: all)? up)\b(?! about)`,
    String.raw`^(?:ha(?:ha)*[,!. ]+)?(?:kidding|joking)\b(?! about)`,
    String.raw`^(?:nah,? |no,? |lol,? )*(?:not really|joke|jokes|only (?:teasing|messing|joking|kidding)|just (?:teasing|messing|joking))\b[^.]{0,12}[.!]*$`,
    `(?:, | )(?:ha|nah,? only (?:teasing|messing|joking|kidding)|lol,? no|lol,? not)[.!]*$`,
    String.raw`\b(?:that|it|this|all of that|none of (?:that|it)|what i (?:just )?said) (?:was|is) (?:${ONLY}a (?:joke|lie|fib)|not (?:actually |really )?(?:true|right)|false|untrue|made up|nonsense)\b`,
    String.raw`\bnone of (?:that|it|this) (?:was|is) true\b`,
    String.raw`^(?:no[,.]? |oh |sorry[,.]? |actually[,.]? |please |ok |okay )*(?:scratch|strike|disregard|ignore|forget) (?:that|this|my last message|what i (?:just )?said)(?! about)\b`,
    String.raw`\bi take (?:that|it) back\b`,
  ].join('|'),
  'iu',
);

/** True for a sentence that takes back what stands before it. */
export const takesBack = (sentence: string): boolean => TAKES_BACK.test(sentence);

/** A denying sentence without the words that only say that it was a joke: "I don't have a dog, I made it up". */
export const withoutTakingBack = (plain: string): string =>
  plain
    .split(/[,;:–—!]|\band\b|\bbut\b/u)
    .filter((part) => !takesBack(part.trim()))
    .join(',')
    .replace(/^[\s,]+|[\s,]+$/gu, '');

const SAID =
  '(?:said|told you|wrote|mentioned|claimed|was saying)(?: (?:before|earlier|yesterday|last time|once))?';
const PART = '(?:thing|part|bit|story|stuff|claim|remark|comment|line)';
const FALSE_ = `(?:is|was) (?:${ONLY}(?:a joke|a lie|a fib|made up|false|wrong|untrue|nonsense|invented)|not (?:actually |really |even )?(?:true|right|real|correct|so))`;

/** Sentences that take back something they name. */
const TOPICAL: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:ignore|disregard|forget|never mind|scratch|strike|do not mind) (?:what|everything|whatever|anything|the ${PART}) (?:i ${SAID} )?about (?<topic>.+)$`,
    'iu',
  ),
  new RegExp(
    String.raw`\bi (?:would like to )?(?:take|took) back (?:what|everything|whatever|the ${PART}) (?:i ${SAID} )?about (?<topic>.+)$`,
    'iu',
  ),
  new RegExp(
    String.raw`\bi (?:lied|was ${ONLY}${JOKING}|am ${ONLY}${JOKING}|made up the ${PART}|invented the ${PART}|was making up the ${PART}) about (?<topic>.+)$`,
    'iu',
  ),
  new RegExp(String.raw`\b(?:the|my|that) ${PART} (?:about|with|of) (?<topic>.+?) ${FALSE_}`, 'iu'),
  new RegExp(String.raw`\bwhat i ${SAID} about (?<topic>.+?) ${FALSE_}`, 'iu'),
  /\bit (?:is|was) (?:not (?:actually |really )?true|a lie|false|a joke|untrue) that (?<topic>.+)$/iu,
  new RegExp(`^that (?<topic>(?:i|my|we|our) .+?) ${FALSE_}`, 'iu'),
  new RegExp(
    String.raw`\b(?:i|we) (?:${SAID}|pretended)(?: that)? (?<topic>(?:i|my|we|our) .+?),? (?:but|and) (?:that|it|this) ${FALSE_}`,
    'iu',
  ),
  new RegExp(
    String.raw`\b(?:i|we) (?:${SAID}|pretended)(?: that)? (?<topic>(?:i|my|we|our) .+?),? (?:but|and) i ${FALSE_.replace('(?:is|was) ', '')}?(?:was ${ONLY}${JOKING}|lied|made (?:it|that) up)`,
    'iu',
  ),
  new RegExp(String.raw`\bi was (?:${ONLY})pretending to (?<topic>.+)$`, 'iu'),
  /\bthere (?:is|was|has) (?:never been (?:any|a)|never (?:any|a)|no|not (?:any|a)) (?<topic>[\p{L} -]+)/iu,
  new RegExp(String.raw`^(?:the|my) (?<topic>[\p{L} -]+?) ${FALSE_.replace('|wrong|', '|')}`, 'iu'),
];

const topicOf = (plain: string): string | undefined => {
  for (const form of TOPICAL) {
    const topic = form.exec(plain)?.groups?.['topic'];
    if (topic !== undefined)
      return topic
        .replace(/,? (?:i (?:was|made|lied)|that was|sorry|please|ok).*$/iu, '')
        .replace(/[\s,.!]+$/u, '');
  }
  return undefined;
};

/** True for words that take back what was said before them, or what they name: it was never so. */
export const isWithdrawal = (quote: string): boolean => {
  const plain = plainEnglish(quote);
  return takesBack(plain) || topicOf(plain) !== undefined;
};

/** True for words that say that something was so at no time: "I never had a dog", "I was never married". */
export const saysNever = (quote: string): boolean =>
  /\b(?:(?:i|we|he|she) (?:have |has |had |was |were )?never|(?:have|has|was|were|do|does) never|and never have|was not ever)\b/iu.test(
    plainEnglish(quote),
  );

/** "living in Porto", "be a pilot", "where I live" as the statement that it speaks of. */
const asStatement = (topic: string): string | undefined => {
  if (/^(?:i|my|we|our) /iu.test(topic) && topic.split(' ').length > 2) return topic;
  if (/^(?:be|being) /iu.test(topic)) return topic.replace(/^(?:be|being) /iu, 'I am ');
  if (/^having /iu.test(topic)) return topic.replace(/^having /iu, 'I have ');
  return /^(?:not )?\p{L}+ing /iu.test(topic) ? `I am ${topic}` : undefined;
};

/** Topics that name an attribute instead of a value. */
const SLOTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:where (?:i|we) (?:live|am living)|my home|my place|my city|living there)$/iu, ['home']],
  [/^(?:where (?:i|we) work|who (?:i|we) work for)$/iu, ['employer', 'workplace', 'job']],
  [/^(?:my (?:job|work|profession|occupation)|what i do(?: for a living)?)$/iu, ['job', 'employer']],
  [/^(?:my age|how old i am)$/iu, ['age']],
  [/^(?:my (?:marriage|relationship|marital status))$/iu, ['relationship']],
  [/^(?:my (?:diet|being (?:vegan|vegetarian)))$/iu, ['diet']],
  [/^(?:my (?:pets?|animals?))$/iu, ['pet']],
  [/^(?:my (?:allergy|allergies))$/iu, ['allergy']],
  [/^(?:my (?:studies|degree|course))$/iu, ['studies', 'education', 'school']],
  [/^(?:my (?:name))$/iu, ['name']],
];

interface Known {
  readonly subject: string;
  readonly attribute: string;
  readonly value?: string | undefined;
  readonly text: string;
}

const ofSlots = (subject: string, attributes: readonly string[], known: KnownFacts): readonly Known[] =>
  attributes.flatMap((attribute) =>
    known(subject, attribute)
      .filter(({ negated }) => negated !== true)
      .map(({ value, text }) => ({ subject, attribute, value, text })),
  );

/** What is known of what a topic names. */
const meantBy = (topic: string, subject: string, known: KnownFacts): readonly Known[] => {
  const slot = SLOTS.find(([form]) => form.test(topic))?.[1];
  if (slot !== undefined) return ofSlots(subject, slot, known);
  const noun = /^(?:my|our|having an?|the|any|an?) (?<noun>.+)$/iu.exec(topic)?.groups?.['noun'] ?? '';
  const named = attributeNamed(noun)?.attribute;
  const found = named === undefined ? [] : ofSlots(subject, [named], known);
  if (found.length > 0) return found;
  const relation = relationOf(noun);
  if (relation !== undefined && RELATION_NAMES.includes(relation)) {
    const family = ofSlots(subject, [`family:${relation}`], known);
    const names = family.flatMap(({ value }) =>
      value !== undefined && /^\p{Lu}/u.test(value) ? [value] : [],
    );
    const others = [`${subject}'s ${isSeveral(noun) ? noun.toLowerCase() : relation}`, ...names];
    return [...family, ...others.flatMap((other) => ofSlots(other, ATTRIBUTE_NAMES, known))];
  }
  const held = createHoldings(subject, known)(topic);
  if (held === undefined) return [];
  return ofSlots(subject, [held.attribute], known).filter(({ value }) => value === held.value);
};

/** Facts that a message takes back by naming what they are about, negated; its words are their source. */
export const readWithdrawals = (
  message: Message,
  read: MessageReader,
  known: KnownFacts | undefined,
): readonly FactInput[] => {
  if (known === undefined) return [];
  const subject = message.speaker ?? 'user';
  const taken: FactInput[] = [];
  for (const { verbatim } of findStatements(message.text)) {
    const topic = topicOf(plainEnglish(verbatim));
    if (topic === undefined) continue;
    const sources = [{ source: message.id, origin: message.origin, quote: verbatim }];
    const statement = asStatement(topic);
    const told = statement === undefined ? [] : read(message, `${statement}.`).facts;
    const meant =
      told.length > 0
        ? told.map((fact) => ({
            subject: fact.subject ?? subject,
            attribute: fact.attribute ?? '',
            value: fact.value,
            text: fact.text,
          }))
        : meantBy(topic, subject, known);
    taken.push(
      ...meant.map((fact) => ({
        ...fact,
        text: `It is not true that ${fact.text}`,
        negated: true,
        entities: [],
        valid: {},
        sources,
      })),
    );
  }
  return taken;
};
