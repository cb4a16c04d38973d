import type { FactInput, Message } from '@retentive/core';
import { plainEnglish } from './plain-english.ts';
import type { MessageReader } from './read-message.ts';
import { findStatements, takesBack } from './statements.ts';

/** Words that a message says should stand in another's place. */
interface Correction {
  readonly right: string;
  /** Unnamed in "sorry, it's Tuesday": then it is the one thing that was said before. */
  readonly wrong: string | undefined;
  readonly quote: string;
}

const MEANT = /\bI (?:meant|mean|meant to say)\b:? (?<right>[^.!,;]+?)(?:,? not (?<wrong>[^.!,;]+))?[.!]*$/iu;
const CONTRAST =
  /^(?:(?:sorry|no|actually|correction|oops|wait|my mistake|my bad)[,:.!]* *)*(?:(?:it|that) (?:is|was) (?:actually )?|make (?:it|that) )?(?<right>(?:on |in |at )?[\p{L}\p{N}][\p{L}\p{N}' -]{0,40}?),? not (?<wrong>[^.!,;]+)[.!]*$/iu;
const INSTEAD =
  /^(?:(?:sorry|no|actually|correction|oops|wait|my mistake|my bad)[,:.!]* *)+(?:(?:it|that) (?:is|was) (?:actually )?|make (?:it|that) )(?<right>[^.!,;]+)[.!]*$/iu;

const MAX_WORDS = 5;
const FIRST_PERSON = /\b(?:i|we|my|our)\b/iu;

const bare = (words: string): string => words.trim().replace(/^(?:on|in|at|the) /iu, '');

const correctionIn = (sentence: string): Correction | undefined => {
  const plain = plainEnglish(sentence);
  for (const form of [MEANT, CONTRAST, INSTEAD]) {
    const { right, wrong } = form.exec(plain)?.groups ?? {};
    if (right === undefined || FIRST_PERSON.test(right) || right.split(' ').length > MAX_WORDS) continue;
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
    /\b(?:i meant|i misspoke|my mistake|i was wrong|correction)\b|^(?:actually|sorry|no|oops)\b/iu.test(
      plain,
    ) ||
    /,? not [^.!,;]+[.!]*$/iu.test(plain)
  );
};

/** True for words that take back what was said before them: it was never so. */
export const isWithdrawal = (quote: string): boolean => takesBack(plainEnglish(quote));

/** Whether a message may put right what was said before it. */
export const mayCorrect = (text: string): boolean =>
  /\b(?:meant|mean|sorry|actually|correction|oops|mistake|my bad|not|no|make (?:it|that)|kidding|jk|joking|made (?:that|it|this) up|a lie|a joke)\b/iu.test(
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

/**
 * The facts that earlier messages of the same person would have stated had they been said right: read anew from the mended
 * words, at their own time. The correction is their first source. Facts that were taken back come negated.
 */
export const readCorrections = (
  message: Message,
  previous: readonly Message[],
  read: MessageReader,
): readonly FactInput[] => {
  const earlier = previous
    .filter(({ role, speaker, remember }) => role === 'user' && speaker === message.speaker && remember)
    .toReversed();
  const corrected: FactInput[] = [];
  for (const { verbatim } of findStatements(message.text)) {
    const correction = correctionIn(verbatim);
    const evidence = { source: message.id, origin: message.origin, quote: verbatim };
    if (correction === undefined) {
      const [last] = earlier;
      // Only a message that is nothing but the withdrawal takes back the one before it.
      if (last === undefined || !isWithdrawal(verbatim) || message.text.trim() !== verbatim) continue;
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
    for (const source of earlier) {
      const { facts } = read(source, source.text);
      const text = replaced(source.text, correction, facts);
      if (text === undefined) continue;
      const known = new Set(facts.map((fact) => fact.text));
      const fresh = read(source, text).facts.filter((fact) => !known.has(fact.text));
      corrected.push(...fresh.map((fact) => ({ ...fact, sources: [evidence, ...(fact.sources ?? [])] })));
      break;
    }
  }
  return corrected;
};
