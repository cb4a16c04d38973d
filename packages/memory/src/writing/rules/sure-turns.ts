import { asSaid, type Held, mentions } from './held-values.ts';
import { type Turn, turnOf } from './slot-cues.ts';

/** Kinds of which nearly any words can be a value, so that naming one says little of it. */
const ANYTHING = new Set(
  'likes dislikes plan wants activity uses hobby routine habit prefers project plays diet owns subscription studies'.split(
    ' ',
  ),
);

/** Whether a value may be named without a word being said of it: "dancing" in talk of a studio. */
const isNamedInPassing = ({ attribute }: Held): boolean => ANYTHING.has(attribute);

const CLAUSES = /[,;:.!?–—()]+\s*|\s-\s|\s(?:but|so|because|since|although|though|while|when|which)\s/u;

const OVER =
  'no longer|any ?more|any longer|used to|stopped|quit|(?:ga|gi)ve(?:n|s)? up|done with|through with|(?:am|are) (?:so |completely |totally )?over|over and done|(?:is|are) (?:over|dead|history|finished)|no more|changed my mind|had enough of|finished|ended';
const UNLIKED =
  'gone off|went off|bored (?:of|with|by)|tired of|fed up|sick of|can not stand|outgr(?:own|ew)|gr(?:own|ew) out of|lost (?:all )?interest|sw(?:ore|orn) off|made (?:my )?peace|wo(?:re|rn) off|cooled|fallen out of love|holds no|bores?';
const GONE =
  'cancel(?:l?ed)?|called off|off the (?:table|cards|menu)|not happening|not going to happen|fell through|fallen through|fizzled|pulled out of|backed out of|decided against|sold|got rid|dropped|shelved|abandoned|scrapped|broke|lost|stolen|swiped|nicked|gave (?:\\p{L}+ ){0,2}away|returned|dropped out|graduated|bust|bankrupt|popped|skip';

const anyOf = (...words: readonly string[]): RegExp =>
  new RegExp(String.raw`\b(?:${words.join('|')})\b`, 'iu');
const ENDS_LIKING = anyOf(OVER, UNLIKED);
const ENDS = anyOf(OVER, GONE, 'gone off|went off|outgr(?:own|ew)');

/** Words that set a value against another one of the same person. */
const CHANGES =
  /\b(?:instead|rather than|no longer|any ?more|used to|switch\p{L}*|swap\p{L}*|trad(?:ed|ing)|changed?|replaced?|gone over|went over|went off|gone off|these days|nowadays|now|lately|became|become|over to|turned into|from \p{L}+ to|not)\b/iu;
const CORRECTS =
  /\b(?:meant|I mean|wrong|typos?|mistake\p{L}*|misspoke|correct\p{L}*|not|I (?:said|told|typed|wrote|put)|should (?:be|read|say|have)|rather than|instead|sorry|oops|whoops|actually|mixed|autocorrect)\b/iu;

/** Words by which something of a kind is said of oneself, and denied. */
const SAID_BY: Readonly<Record<string, string>> = {
  plan: 'plan|planning|going|go|want|intend|happening|take|taking|do|doing',
  wants: 'want|going|intend|need|after|wish',
  owns: 'own|have|got',
  uses: 'use|using|have|on',
  studies: 'study|studying|course|major|enrolled|student|degree',
  subscription: 'use|using|have|subscribe|subscribed|on',
};
const LIKED_BY =
  'like|love|enjoy|fan|keen|into|fond|care|mind|hate|dislike|prefer|joy|loathe|detest|bother|bothers';
const DONE_BY = 'do|doing|play|playing|go|going|keep';

const deniedBy = (words: string): RegExp =>
  new RegExp(
    String.raw`\b(?:do|does|did|am|is|are|was|have|has|had|will|would)? ?(?:not|never|no)(?: (?:really|even|actually|much|a|an|the|big|any|longer|so|at|all|that|very|going|to))* (?:${words})\b`,
    'iu',
  );

const LIKINGS = new Set(['likes', 'dislikes', 'prefers']);
const DENIALS: ReadonlyMap<string, RegExp> = new Map(
  [...ANYTHING].map((attribute) => [
    attribute,
    deniedBy(SAID_BY[attribute] ?? (LIKINGS.has(attribute) ? LIKED_BY : DONE_BY)),
  ]),
);

const NOT_ENDED =
  /\b(?:not|never)(?: (?:going|want|to|really|ever|plan|planning|have|had))* (?:stop|stopp\p{L}+|quit|quitting|gi\p{L}+ up|drop|dropp\p{L}+|abandon|lose|lost|sell|cancel)\b/iu;

/** The clause of a text that names a value with all of its words; empty if none does. */
const clauseNaming = (text: string, { value, slot }: Held): string =>
  text.split(CLAUSES).find((clause) => mentions(asSaid(clause), value, slot.shape) === 2) ?? '';

/** How a sentence begins that goes on about what the one before it named. */
const GOES_ON_ABOUT = /^(?:it|he|she|they|that|this|not|no|gone|sold|never|we are|I am)\b/iu;

/** The sentence of a text that names a value or its kind, and the next one where that goes on about it. */
const nearOf = (text: string, { value, slot }: Held): string => {
  const sentences = text.split(/(?<=[.!?;])\s+|\s[–—-]\s/u);
  const at = sentences.findIndex(
    (sentence) => mentions(asSaid(sentence), value, slot.shape) > 0 || slot.nouns.test(sentence),
  );
  const next = sentences[at + 1] ?? '';
  return [sentences[at] ?? '', GOES_ON_ABOUT.test(next) ? next : ''].join(' ');
};

/** Of a longer one, which mentions many things, it is not plain what such words are about. */
const isShort = (text: string): boolean => text.split(' ').length <= 24;

/**
 * Whether a text says for sure what a turn takes it to: of what may be named in passing, the clause that names it must end or
 * deny it; of the rest anything near is enough.
 */
export const isSure = (text: string, held: Held, turn: Turn): boolean => {
  if (!isNamedInPassing(held))
    return isShort(text) || turnOf(nearOf(text, held), turn === 'changed' || turn === 'corrected') === turn;
  const clause = clauseNaming(text, held);
  const denies = DENIALS.get(held.attribute);
  if (clause === '' || denies === undefined) return false;
  switch (turn) {
    case 'ended':
      return (
        ((LIKINGS.has(held.attribute) ? ENDS_LIKING : ENDS).test(clause) && !NOT_ENDED.test(clause)) ||
        denies.test(clause)
      );
    case 'denied':
    case 'never':
      return denies.test(clause);
    case 'changed':
      return isShort(text) && CHANGES.test(text);
    case 'corrected':
      return isShort(text) && CORRECTS.test(text);
    case 'withdrawn':
      return isShort(text);
  }
};
