import { animalOf } from './kin.ts';
import { isSomebody } from './names.ts';
import { isCarWord } from './word-lists.ts';

/** A value that can be told by its looks, with where it stands. */
export interface Look {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/u));

const COLOURS =
  words(`red blue green yellow orange purple violet pink brown black white grey gray beige navy teal turquoise maroon
burgundy crimson scarlet lilac lavender mauve indigo magenta cyan aqua mint olive khaki coral salmon peach apricot cream ivory gold
silver bronze copper mustard ochre amber emerald jade sage charcoal cobalt azure sapphire plum aubergine fuchsia rose taupe
chartreuse lime terracotta vermilion cerulean periwinkle`);
const OF_COLOURS =
  '(?:dark|light|pale|deep|bright|sky|royal|forest|bottle|powder|baby|hot|burnt|midnight|electric|dusty|sea|pastel|neon|olive|navy|mint|lime)';

const SUBJECTS =
  words(`law medicine history nursing business marketing accounting accountancy finance drama theology midwifery
art arts music film dance anthropology chemistry dentistry forestry geography journalism education classics linguistics
management psychology pharmacy biochemistry agriculture informatics computing divinity engineering`);
const SUBJECT_ENDING =
  /\p{L}{2}(?:ology|onomy|ometry|osophy|iatry|ecture|erature|omics|ematics|istics|hysics|itics|ronics|etics)$/u;
const OF_SUBJECTS =
  /^(?:computer|data|political|social|environmental|marine|molecular|civil|mechanical|electrical|chemical|aerospace|software|art|fine|modern|medieval|ancient|english|french|german|sports|veterinary|business|graphic|interior|fashion|food|occupational|speech|applied|pure|theoretical|international|clinical|criminal|music|film|media|religious|gender|urban|biomedical|industrial|material|materials|library|nuclear|comparative|physical|creative)$/iu;
const SUBJECT_HEADS = words(
  'science sciences engineering design studies literature therapy relations writing planning management',
);

const PHONE_MAKERS =
  'iphone|galaxy|pixel|samsung|nokia|motorola|oneplus|xiaomi|huawei|fairphone|redmi|oppo|realme|xperia|blackberry|nothing phone|honor';
const PHONE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?:google|samsung|sony|apple) )?(?:${PHONE_MAKERS})(?: (?:galaxy|pixel|razr|xperia))?(?:(?: [A-Z]{0,2}\d{1,4}[a-z]{0,2}| (?:pro|max|plus|ultra|mini|edge|SE|note|fold|flip|lite)){1,3})?(?![\p{L}\p{N}])`,
  'giu',
);
const DOCTOR = /(?<![\p{L}])(?:[Dd]r\.?|DR|[Dd]octor) \p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}-]+)?/gu;
const COLOUR = new RegExp(String.raw`(?<![\p{L}-])(?:${OF_COLOURS} )*(?<colour>\p{L}+)(?![\p{L}-])`, 'giu');

const looksBy = (text: string, form: RegExp, accepts: (match: RegExpExecArray) => boolean): readonly Look[] =>
  [...text.matchAll(form)].filter(accepts).map(({ 0: value, index }) => ({
    value: value.replace(/['’]s$/u, ''),
    start: index,
    end: index + value.length,
  }));

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const wordsIn = (text: string): readonly Word[] =>
  [...text.matchAll(WORD)].map(({ 0: found, index }) => {
    const plain = found.replace(/['’]s$|['’-]+$/u, '');
    return { text: plain, start: index, end: index + plain.length };
  });

/** Words in a row that only spaces part. */
const isNext = (text: string, one: Word, other: Word | undefined): boolean =>
  other !== undefined && text.slice(one.end, other.start) === ' ';

/** Makers and models that are other things in small letters. */
const OTHER_THINGS = /^(?:seat|leaf|mini|focus|golf|escape|fit|smart|note|spark|beetle|ranger|pilot|edge)$/u;

/** A maker or a model, with the words of its name after it. */
const carsIn = (text: string): readonly Look[] => {
  const all = wordsIn(text);
  const looks: Look[] = [];
  for (let at = 0; at < all.length; at += 1) {
    const first = all[at] as Word;
    const isOwned = /\b(?:my|our) $/iu.test(text.slice(0, first.start));
    const isName = /^\p{Lu}/u.test(first.text) || (isOwned && !OTHER_THINGS.test(first.text));
    if (!isCarWord(first.text) || !isName) continue;
    let last = at;
    while (
      isNext(text, all[last] as Word, all[last + 1]) &&
      /^\p{Lu}|^[a-z]?\d+[a-z]?$/u.test(all[last + 1]?.text ?? '')
    )
      last += 1;
    const end = (all[last] as Word).end;
    looks.push({ value: text.slice(first.start, end), start: first.start, end });
    at = last;
  }
  return looks;
};

const animalsIn = (text: string): readonly Look[] =>
  wordsIn(text)
    .filter((word) => word.text.toLowerCase() !== 'pet' && animalOf(word.text) !== undefined)
    .map(({ text: value, start, end }) => {
      const before =
        /(?<![\p{L}])(?:guinea|budgie|rescue|border|german|golden|shetland) $/iu.exec(
          text.slice(0, start),
        )?.[0] ?? '';
      return { value: before + value, start: start - before.length, end };
    });

const subjectsIn = (text: string): readonly Look[] => {
  const all = wordsIn(text);
  return all.flatMap((word, at) => {
    const norm = word.text.toLowerCase();
    const before = all[at - 1];
    const isLed = before !== undefined && isNext(text, before, word) && OF_SUBJECTS.test(before.text);
    const isSubject = SUBJECTS.has(norm) || SUBJECT_ENDING.test(norm) || (isLed && SUBJECT_HEADS.has(norm));
    if (!isSubject) return [];
    const start = isLed ? before.start : word.start;
    return [{ value: text.slice(start, word.end), start, end: word.end }];
  });
};

/** Whether a phrase ends with a subject of study. */
export const isSubject = (phrase: string): boolean =>
  subjectsIn(phrase).some(({ end }) => end === phrase.length);

/** Names that stand after a word for where somebody is, or whom for. */
const namesAfter = (prepositions: string): ((text: string) => readonly Look[]) => {
  const form = new RegExp(
    String.raw`(?<![\p{L}])(?:${prepositions}) (?:the )?(?=\p{Lu})(?<name>\p{Lu}[\p{L}\p{N}'’.&-]*(?: (?:(?:of|and|&|de|la) )?\p{Lu}[\p{L}\p{N}'’&-]*)*)`,
    'gu',
  );
  return (text) =>
    [...text.matchAll(form)].flatMap(({ 0: found, index, groups }) => {
      const value = (groups?.['name'] ?? '').replace(/['’]s$|[.'’-]+$/u, '');
      const start = index + found.length - (groups?.['name'] ?? '').length;
      return isSomebody(value.split(' ')[0] ?? '') && !/^Dr\b/u.test(value)
        ? [{ value, start, end: start + value.length }]
        : [];
    });
};

/** Kinds of values that are told by their looks, wherever they stand. */
export const LOOKS: Readonly<Record<string, (text: string) => readonly Look[]>> = {
  pet: animalsIn,
  car: carsIn,
  phone: (text) => looksBy(text, PHONE, () => true),
  doctor: (text) => looksBy(text, DOCTOR, () => true),
  'favorite:color': (text) =>
    looksBy(text, COLOUR, ({ groups }) => COLOURS.has(groups?.['colour']?.toLowerCase() ?? '')),
  studies: subjectsIn,
  home: namesAfter('in|outside'),
};
