import { splitSentences } from '../../chunking/sentences.ts';
import { relationOf } from './kin.ts';
import { isSomebody } from './names.ts';
import { meantAsSaid, ownWords } from './own-words.ts';
import { CHILD, SWEETHEART } from './slot-words.ts';

/** Somebody of the speaker's kin whose name a sentence takes for known. */
export interface NamedKin {
  readonly attribute: string;
  readonly name: string;
  readonly quote: string;
}

/** Words of a text that is made up, handed on or worked on: its "I" may be anybody. */
const NOT_MEANT =
  /(?<![\p{L}])(?:translat\p{L}*|rephrase|rewrite|proofread|novels?|sketch|chapter|stor(?:y|ies)|lyrics?|songs?|rhymes?|limerick|characters?|narrator|role ?play|act as|pretend\p{L}*|imagin\p{L}*|suppos\p{L}*|let us say|let's say|scripts?|screenplay|scene|jok(?:e|ed|es|ing)|kidding|dream\p{L}*|grammar|forwarded|hypothetical\p{L}*|sentence|would be|were|wish|someday|future|fake|made up)(?![\p{L}])|["“”„«»]/iu;

/** "I have no son Tom": what is denied is not taken for known. */
const DENIED_BEFORE = /(?<![\p{L}])(?:not|never|no|nor|without)(?![\p{L}])|n['’]t(?![\p{L}])/iu;

const AGED = String.raw`\d{1,2}[- ]?(?:yo|y\/o|year[- ]old)`;
const KIN = `(?:${SWEETHEART}|${CHILD}|brother|sister|bro|sis|mother|mum|mom|father|dad|${AGED})`;
/** Asked first: most of what is said names nobody of one's kin. */
const ANY_KIN = new RegExp(String.raw`(?<![\p{L}])${KIN}(?![\p{L}])`, 'u');
const NAME = String.raw`(?<name>\p{Lu}\p{Ll}[\p{L}'’-]*?)(?=['’]s(?![\p{L}])|[\s,.;:!?)–—]|$)`;
const ADJECTIVES = String.raw`(?:(?:\p{Ll}[\p{Ll}-]*) ){0,2}`;

const form = (source: string): RegExp => new RegExp(String.raw`(?<![\p{L}])${source}`, 'gu');

/** "my wife Ana", "our son, Tom,", "Tom, my son,", "Tom (husband, 52 years)", "the missus, Ana,". */
const FORMS: readonly RegExp[] = [
  form(`(?:[Mm]y|[Oo]ur) ${ADJECTIVES}(?<kin>${KIN}) ${NAME}`),
  form(
    String.raw`(?:[Mm]y|[Oo]ur|[Tt]he (?=wife|missus|hubby|husband)) ?${ADJECTIVES}(?<kin>${KIN}), ${NAME}(?=['’]s|,|\.|;|!|\?|$)`,
  ),
  form(
    String.raw`${NAME},? (?:[Mm]y|[Oo]ur) ${ADJECTIVES}(?<kin>${KIN})(?=[,.;:!?)–—]|$| (?:has|is|was|who|and)(?![\p{L}]))`,
  ),
  form(String.raw`${NAME} \((?:my |our )?(?<kin>${KIN})(?=[,)])`),
];

const attributeOf = (kin: string): string => {
  const relation = relationOf(kin.split(' ').at(-1) ?? '');
  if (relation !== undefined) return `family:${relation}`;
  return new RegExp(`^(?:${SWEETHEART})$`, 'u').test(kin) ? 'family:partner' : 'family:child';
};

/**
 * Names of kin that sentences take for known. What is asked, hoped or doubted of "my wife Ana" leaves her the wife: so questions
 * are read for it too, and only what may be made up is not.
 */
export const namedKin = (text: string): readonly NamedKin[] => {
  if (!ANY_KIN.test(text)) return [];
  return meantAsSaid(splitSentences(ownWords(text))).flatMap((sentence) => {
    if (NOT_MEANT.test(sentence)) return [];
    const found = FORMS.flatMap((each) => [...sentence.matchAll(each)]);
    return found.flatMap(({ groups, index }) => {
      const { kin = '', name = '' } = groups ?? {};
      if (DENIED_BEFORE.test(sentence.slice(0, index))) return [];
      return isSomebody(name) ? [{ attribute: attributeOf(kin), name, quote: sentence.trim() }] : [];
    });
  });
};
