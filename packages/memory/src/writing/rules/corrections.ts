import type { Evidence, FactInput, Message } from '@retentive/core';
import { createHoldings } from './holdings.ts';
import type { KnownFacts } from './people.ts';
import { plainEnglish } from './plain-english.ts';
import type { MessageReader, MessageReading } from './read-message.ts';
import { findStatements } from './statements.ts';
import { takesBack } from './withdrawals.ts';

/** Words that a message says should stand in another's place. */
interface Correction {
  readonly right: string;
  /** Unnamed in "sorry, it's Tuesday": then it is the one thing that was said before. */
  readonly wrong: string | undefined;
  readonly quote: string;
}

/** Words that say that what stands before them was wrong. */
const WRONG =
  '(?:sorry|no|nope|actually|correction|oops|whoops|wait|hang on|hold on|hmm|hmm no|i (?:typed|wrote|said|gave you|picked|used) the wrong [a-z]+|my mistake|my bad|typo|that was a typo|scratch that|strike that|i (?:got|had) (?:that|it) wrong|i misspoke|i mixed (?:that|it|them) up|(?:that|it) (?:is|was) wrong|not quite|let me correct (?:myself|that))';
const IT_IS =
  '(?:(?:it|that|the [a-z]+|his name|her name|its name|the right one) (?:is|was|should be) (?:actually |really |in fact )?|make (?:it|that) )';
const NAMED = String.raw`(?<right>(?:on |in |at )?[\p{L}\p{N}](?:[\p{L}\p{N}'. -]|,(?=[0-9])){0,40}?)`;

const FORMS: readonly RegExp[] = [
  // "*Lisbon"
  /^\*\s?(?<right>[\p{L}\p{N}][^.!,;]*)[.!]*$/u,
  /\bI (?:should have (?:said|written)|wanted to (?:say|write)) (?<right>(?:(?!instead of|rather than)[^.!,;])+)[.!]*$/iu,
  /^(?:(?:oh|ah|hmm|um|sorry),? )*(?:no|nope|wait)[,.]* (?<right>[\p{Lu}\d][^.!,;]*?),? (?:actually|instead|rather)[.!]*$/iu,
  /^(?:(?:[Nn]o|[Nn]ope|[Oo]h|[Ss]orry|[Hh]ang on|[Hh]old on),? )*(?:[Ww]ait|[Nn]o)[,.!–—-]+ (?:make (?:it|that) )?(?<right>[\p{Lu}\d][^.!,;]*)[.!]*$/u,
  // "I said Porto but meant Lisbon", "When I said Porto I meant Lisbon"
  /\bI (?:said|wrote|typed|put) (?<wrong>[^.!,;]+?),? (?:but|and|when) (?:I (?:really |actually )?meant|meant|it is|it should be|it should have been|I should have said)(?: actually| really)? (?<right>[^.!,;]+)/iu,
  // "I should have said paramedic instead of nurse", "It should be Lisbon rather than Porto"
  /\b(?:I should have (?:said|written)|I wanted to say|(?:it|that) should (?:be|have been|say|read)) (?<right>[^.!,;]+?),? (?:rather than|instead of|and not|not) (?<wrong>(?:[^.!,;]|[.,](?=[0-9]))+)/iu,
  /\b(?:it|that) should (?:be|have been|say|read) (?<right>[^.!,;]+)[.!]*$/iu,
  /\bI (?:of course |obviously |actually |really )?(?:meant|mean|meant to say|meant to write):? (?<right>[^.!,;]+?)(?:,? (?:and )?not (?<wrong>(?:[^.!,;]|[.,](?=[0-9]))+))?[.!]*$/iu,
  new RegExp(
    `^(?:${WRONG}[,:.!]* *)*${IT_IS}?${NAMED},? (?:sorry,? |I mean,? |that is,? )?(?:and )?not (?<wrong>(?:[^.!,;]|[.,](?=[0-9]))+)[.!]*$`,
    'iu',
  ),
  // "Not Porto, Lisbon."
  new RegExp(
    `^(?:${WRONG}[,:.!]* *)*not (?<wrong>[^.!,;]+?)[,;:–—-]+ *(?:but )?${IT_IS}?${NAMED}[.!]*$`,
    'iu',
  ),
  new RegExp(`^(?:${WRONG}[,:.!]* *)+(?:but )?${IT_IS}(?<right>[^.!,;]+)[.!]*$`, 'iu'),
  /^(?:make (?:it|that)) (?<right>(?:\p{Lu}|\d)[^.!,;]*)[.!]*$/u,
  /^Make (?:it|that) (?<right>(?:\p{Lu}|\d)[^.!,;]*)[.!]*$/u,
];

const MAX_WORDS = 5;
const FIRST_PERSON = /\b(?:i|we|my|our)\b/iu;

const bare = (words: string): string =>
  words
    .trim()
    .replace(/^(?:his|her|its|their|the|my) name is (?:actually )?/iu, '')
    .replace(/^(?:on|in|at|the|an?) /iu, '');

const correctionIn = (sentence: string): Correction | undefined => {
  const plain = plainEnglish(sentence);
  for (const form of FORMS) {
    const { right, wrong } = form.exec(plain)?.groups ?? {};
    if (right === undefined || FIRST_PERSON.test(right) || right.split(' ').length > MAX_WORDS) continue;
    if (/\b(?:is|are|was|were|am|that|it)\b/iu.test(bare(right))) continue;
    return {
      right: bare(right),
      wrong: wrong === undefined ? undefined : bare(wrong),
      quote: sentence.trim(),
    };
  }
  return undefined;
};

/** True for words that put a record right rather than tell of a change. */
export const isCorrection = (quote: string): boolean => {
  const plain = plainEnglish(quote);
  if (/\b(?:now|anymore|any more|no longer|moved|switched|changed|since|these days)\b/iu.test(plain))
    return false;
  return (
    correctionIn(quote) !== undefined ||
    /\b(?:i meant|i misspoke|my mistake|i was wrong|correction|to be precise|to correct|correct myself|(?:got|had) that wrong|mixed (?:that|it) up|that (?:was|is) wrong|name is actually)\b|^(?:actually|sorry|no|oops|wait|typo)\b/iu.test(
      plain,
    ) ||
    /,? not [^.!,;]+[.!]*$/iu.test(plain)
  );
};

/** The words that a correction says were wrong, where it names them: "..., not Porto". */
export const wrongWords = (quote: string): string | undefined => {
  const plain = plainEnglish(quote);
  const named =
    correctionIn(quote)?.wrong ??
    /,? (?:and )?not (?<wrong>(?:[^.!,;]|[.,](?=[0-9]))+)[.!]*$/iu.exec(plain)?.groups?.['wrong'];
  return named === undefined ? undefined : bare(named);
};

/** Whether a message may put right what was said before it. */
export const mayCorrect = (text: string): boolean =>
  /^\*|\b(?:meant|mean|sorry|actually|correction|oops|mistake|my bad|not|no|make (?:it|that)|kidding|jk|joking|lying|lied|made|a lie|a joke|scratch|strike|ignore|disregard|forget|never|wrong|typo|teasing|leg|messing|pretending|true|false|take|should have|rather than|said)\b/iu.test(
    text,
  );

const replaced = (
  text: string,
  { wrong, right }: Correction,
  facts: readonly FactInput[],
): string | undefined => {
  const [only, ...others] = facts;
  const words = wrong ?? (others.length === 0 ? only?.value : undefined);
  if (words === undefined || words === '') return undefined;
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
  const found = new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`, 'iu');
  return found.test(text) ? text.replace(found, () => right) : undefined;
};

/** The last statement of a text, with all that follows it. */
const lastStatement = (text: string): string => {
  const last = findStatements(text).at(-1)?.verbatim ?? '';
  return last === '' ? '' : text.slice(text.lastIndexOf(last));
};

/** Reads a message that puts itself right: "On Friday. Sorry, I meant Monday, not Friday." */
export const readMended = (message: Message, read: MessageReader): MessageReading => {
  let { text } = message;
  let quote: string | undefined;
  for (const { verbatim } of findStatements(text)) {
    const correction = correctionIn(verbatim);
    const at = text.indexOf(verbatim);
    const before = text.slice(0, Math.max(0, at));
    // "Actually it is blue": what stands right before it says one thing only.
    const said = correction === undefined || correction.wrong !== undefined ? '' : lastStatement(before);
    const mended =
      correction === undefined
        ? undefined
        : said === ''
          ? replaced(before, correction, [])
          : replaced(said, correction, read(message, said).facts);
    if (at < 0 || mended === undefined) continue;
    text =
      before.slice(0, before.length - (said === '' ? before : said).length) +
      mended +
      text.slice(at + verbatim.length);
    quote = verbatim;
  }
  const reading = read(message, text);
  if (quote === undefined) return reading;
  const said = new Set(read(message, message.text).facts.map((fact) => fact.text));
  // What nobody said in these words rests on the words that put it right.
  const sources = [{ source: message.id, origin: message.origin, quote }];
  const facts = reading.facts.map((fact) => (said.has(fact.text) ? fact : { ...fact, sources }));
  return { ...reading, facts };
};

/** A fact that was told long before, put right by its value. */
const knownCorrected = (
  { wrong, right }: Correction,
  { speaker = 'user' }: Message,
  evidence: Evidence,
  known: KnownFacts | undefined,
): readonly FactInput[] => {
  const held = wrong === undefined ? undefined : createHoldings(speaker, known)(wrong);
  if (held?.value === undefined || wrong === undefined) return [];
  const old = known?.(speaker, held.attribute).find(
    ({ value, negated }) => value === held.value && negated !== true,
  );
  const text = old === undefined ? undefined : replaced(old.text, { wrong, right, quote: '' }, []);
  const value = replaced(held.value, { wrong, right, quote: '' }, []);
  if (text === undefined || value === undefined || old === undefined) return [];
  const { valid } = old;
  return [
    {
      text,
      subject: speaker,
      attribute: held.attribute,
      value,
      valid,
      entities: [],
      trust: 0.9,
      sources: [evidence],
    },
  ];
};

/**
 * The facts that earlier messages of the same person would have stated had they been said right: read anew from the mended
 * words, at their own time. The correction is their first source. Facts that were taken back come negated.
 */
export const readCorrections = (
  message: Message,
  previous: readonly Message[],
  read: MessageReader,
  known?: KnownFacts,
): readonly FactInput[] => {
  const earlier = previous
    .filter(({ role, speaker, remember }) => role === 'user' && speaker === message.speaker && remember)
    .toReversed();
  const corrected: FactInput[] = [];
  for (const { verbatim } of findStatements(message.text)) {
    const correction = correctionIn(verbatim);
    const before = message.text.slice(0, Math.max(0, message.text.indexOf(verbatim)));
    // It speaks of this message itself.
    if (correction?.wrong !== undefined && replaced(before, correction, []) !== undefined) continue;
    const evidence = { source: message.id, origin: message.origin, quote: verbatim };
    if (correction === undefined) {
      const [last] = earlier;
      // Only a message that begins with the withdrawal takes back the one before it.
      if (
        last === undefined ||
        !takesBack(plainEnglish(verbatim)) ||
        !message.text.trim().startsWith(verbatim)
      )
        continue;
      const { facts } = read(last, last.text);
      corrected.push(
        ...facts.map((fact) => ({
          ...fact,
          text: `It is not true that ${fact.text}`,
          negated: !(fact.negated ?? false),
          sources: [evidence, ...(fact.sources ?? [])],
        })),
      );
      continue;
    }
    let isFound = false;
    for (const source of earlier) {
      const { facts } = read(source, source.text);
      const text = replaced(source.text, correction, facts);
      if (text === undefined) continue;
      const known = new Set(facts.map((fact) => fact.text));
      const fresh = read(source, text).facts.filter((fact) => !known.has(fact.text));
      corrected.push(...fresh.map((fact) => ({ ...fact, sources: [evidence, ...(fact.sources ?? [])] })));
      isFound = true;
      break;
    }
    if (!isFound) corrected.push(...knownCorrected(correction, message, evidence, known));
  }
  return corrected;
};
