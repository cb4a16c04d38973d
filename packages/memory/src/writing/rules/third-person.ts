import { ownValue } from '../../own-value.ts';
import { joinTokens, type Person, type Token } from './tokens.ts';
import { isPast, isTenseless, thirdPerson } from './verb-forms.ts';

const PRONOUNS: Readonly<Record<string, string>> = {
  my: 'their',
  our: 'their',
  me: 'them',
  us: 'them',
  mine: 'theirs',
  ours: 'theirs',
  myself: 'themselves',
  ourselves: 'themselves',
  i: 'they',
  we: 'they',
};

/** "me" after a subject of the first person is that subject. */
const otherPerson = (token: Token, before: Token | undefined): Token => {
  if (token.time !== undefined) return { ...token, text: token.time.phrase };
  const pronoun = ownValue(PRONOUNS, token.norm);
  if (pronoun !== undefined) return { ...token, text: pronoun };
  if (token.norm === 'am' && before?.norm === 'i') return { ...token, text: 'are' };
  return token;
};

const AGREEING: Readonly<Record<string, string>> = {
  am: 'is',
  are: 'is',
  have: 'has',
  do: 'does',
  were: 'was',
};
const UNCHANGED = new Set('can could will would shall should may might must'.split(' '));

const agree = ({ text, norm, pos }: Token): string => {
  const agreed = ownValue(AGREEING, norm);
  if (agreed !== undefined) return agreed;
  const isVerbal = pos === 'VERB' || pos === 'AUX' || pos === 'NOUN' || pos === 'ADJ';
  const isBase =
    isVerbal && !isPast(norm) && !isTenseless(norm) && !norm.endsWith('ing') && !norm.endsWith('s');
  return isBase && !UNCHANGED.has(norm) ? thirdPerson(norm) : text;
};

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A statement as a sentence: a capital at its beginning, a full stop at its end. */
export const asSentence = (words: string): string =>
  `${capitalise(words.replace(/[\s,;:.!-]+$/u, ''))}.`.replace(/\s+/gu, ' ');

/**
 * A clause about a person, as somebody else would say it: the speaker's name for "I", verbs to match, times resolved.
 * Only what must change is changed.
 */
export const inThirdPerson = (tokens: readonly Token[]): string => {
  const [head, ...rest] = tokens;
  const person: Person | undefined = head?.subject ?? head?.owner;
  if (head === undefined || person === undefined) return asSentence(joinTokens(tokens));
  const verb =
    head.subject === undefined
      ? -1
      : rest.findIndex(
          ({ pos, norm, time }) => pos !== 'ADV' && norm !== 'no' && norm !== 'longer' && time === undefined,
        );
  const isFirstPerson = person.isSpeaker && !person.isPlural;
  const words = rest.map((token, index) => {
    const other = otherPerson(token, rest[index - 1]);
    if (index !== verb || !isFirstPerson) return other;
    return { ...token, text: agree(token) };
  });
  const label = head.owner === undefined ? person.label : `${person.label}'s`;
  return asSentence(
    joinTokens([
      { ...head, text: label, norm: '' },
      ...words.map((token) => ({ ...token, spaced: token.spaced || token.time !== undefined })),
    ]),
  );
};
