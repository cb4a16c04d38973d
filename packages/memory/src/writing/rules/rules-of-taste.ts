import type { Captures } from './pattern.ts';
import { bare, type Draft, listItems, type Match, type Rule, simple } from './rule.ts';
import { stateBase } from './verb-classes.ts';
import { dietOf, isCondition } from './word-lists.ts';

/** Objects that mean nothing without what was said before. */
const UNCLEAR =
  /^(?:it|you|that|this|these|those|them|him|her|how|when|what|one|so|all|to be|the (?:idea|way|fact|sound|look)|seeing|hearing|talking|being)\b/iu;

const isClear = (phrase: string): boolean =>
  !UNCLEAR.test(phrase) && !/\b(?:it|this|that|to|of|for|with|in|on|at|about|from)$/iu.test(phrase);

/** The things of a list that names them shortly: "hiking, chess and old maps". A longer phrase is one thing. */
const separate = (phrase: string): readonly string[] => {
  const [first = phrase] = phrase.split(
    /, (?:especially|particularly|like|such as|including|mostly|but)\b/iu,
  );
  const items = listItems(first);
  const areShort = items.every((item) => item.split(' ').length <= 3 && isClear(item));
  return items.length > 1 && areShort ? items.map(bare) : [first];
};

/** "I don't like olives" is a dislike, not the end of a liking. */
const liking =
  (attribute: 'likes' | 'dislikes'): Rule['make'] =>
  ({ words, points, mode, captures }) => {
    const value = bare(words('what'));
    if (value === '' || points('what') || !isClear(words('what'))) return [];
    const opposite = attribute === 'likes' ? 'dislikes' : 'likes';
    // Not to hate something is not yet to like it.
    if (mode === 'negated') {
      if (attribute !== 'likes') return [];
      return separate(value).map((item) => ({ attribute: opposite, value: item, negated: false }));
    }
    return separate(value).map((item) => ({
      attribute,
      value: item,
      ...(isGrown(captures) ? { begins: true } : {}),
    }));
  };

const GROWN = new Set('grew grown come came learned learnt fell fallen'.split(' '));

const isGrown = (captures: Captures): boolean => GROWN.has(captures['how']?.[0]?.norm ?? '');

/** "I liked the film" tells of the film; "I have grown to love it" of a taste. */
const likedOnce = ({ captures, isPast, mode }: Match): boolean => {
  return isPast && mode === 'plain' && !isGrown(captures);
};

/** Loving what was is telling of it, not a taste; it is left to the rule of events. */
const dish =
  (attribute: string): Rule['make'] =>
  ({ words }) =>
    listItems(words('what')).flatMap((item) => (isClear(item) ? [{ attribute, value: bare(item) }] : []));

const favorite = ({ words }: Match): readonly Draft[] => {
  const thing = words('thing').toLowerCase();
  const value = words('what');
  return thing === '' || !isClear(value) ? [] : [{ attribute: `favorite:${thing}`, value: bare(value) }];
};

const diet =
  (begins: boolean): Rule['make'] =>
  ({ words }) => {
    const value = dietOf(words('what'));
    return value === undefined ? [] : [{ attribute: 'diet', value, begins }];
  };

const condition: Rule['make'] = ({ words, captures }) => {
  const value = bare(words('what'));
  const isDiagnosis = captures['how'] !== undefined;
  return isDiagnosis || isCondition(value) ? [{ attribute: 'health', value, begins: isDiagnosis }] : [];
};

const OFTEN = /\b(?:a|per|every|each) (?:day|week|month|morning|evening|night)\b|\bdaily\b/iu;

const BODIES =
  /^(?:diabetic|asthmatic|epileptic|autistic|dyslexic|color-?blind|colour-?blind|deaf|blind|an[a]?emic|near-?sighted|short-?sighted|far-?sighted|neurodivergent|bipolar|immunocompromised|pregnant)$/iu;

/** What somebody likes, eats, has and uses. */
export const TASTE_RULES: readonly Rule[] = [
  {
    when: [
      'O * new|current|all-time? favorite|favourite|favorites|favourites {thing:NP} is|are|was|were now|currently|definitely|still|probably? {what:OBJ}',
      'O * favorite|favourite {thing:NP} <change|go|shift from {old:OBJ} to {what:OBJ}',
      'O * favorite|favourite {thing:NP} has|have changed from {old:OBJ} to {what:OBJ}',
      'O * new|current? favorite|favourite {thing:NP} has|have become {what:OBJ}',
      'O * new|current? favorite|favourite {thing:NP} became {what:OBJ}',
    ],
    make: favorite,
  },
  {
    when: [
      'S * =prefer {what:OBJ} to {over:OBJ}',
      'S * =prefer {what:OBJ} over {over:OBJ}',
      'S * =PREFER {what:OBJ}',
    ],
    make: simple('prefers', { accept: isClear }),
  },
  {
    when: ['S * can not stand|bear|abide {what:OBJ}', 'S * ~HATE {what:OBJ}'],
    make: (match) => (match.isPast && match.mode === 'plain' ? [] : liking('dislikes')(match)),
  },
  {
    when: [
      'S * {how:<grow|come|learn} to like|love|enjoy|appreciate {what:OBJ}',
      'S * {how:<fall} in love with {what:OBJ}',
      'S * =LIKE {what:OBJ}',
      'S am|is|are * a|an|big|huge|great fan of {what:OBJ}',
      'S am|is|are * a big|huge|great fan of {what:OBJ}',
      'S am|is|are * fond|enamored of {what:OBJ}',
      'S am|is|are * into {what:OBJ}',
      'S am|is|are * keen on {what:OBJ}',
      'S am|is|are * crazy|passionate about {what:OBJ}',
      'S am|is|are * interested in {what:OBJ}',
      'S am|is|are * obsessed with {what:OBJ}',
      'S am|is|are * mad|nuts|enthusiastic about {what:OBJ}',
      'S am|is|are * addicted|drawn|partial to {what:OBJ}',
      'S am|is|are * hooked on {what:OBJ}',
      'S am|is|are * a {what:NP} lover|enthusiast|fan|addict|buff|nut|aficionado',
      'S * have|has a soft spot|weakness|passion|thing for {what:OBJ}',
      'S * can not|never get enough of {what:OBJ}',
      'S * =care for {what:OBJ}',
      'S * <LIKE {what:OBJ}',
    ],
    make: (match) => (likedOnce(match) ? [] : liking('likes')(match)),
  },
  {
    when: [
      'S am|is|are * allergic to {what:OBJ}',
      'S have|has an? allergy to {what:OBJ}',
      'S * have|has a|an {kind:WORD} allergy to {what:OBJ}',
      'S * have|has a|an {what:NP} allergy',
      'S * <develop an? {kind:NP} to {what:OBJ}',
      'S * <develop an? allergy to {what:OBJ}',
    ],
    make: dish('allergy'),
  },
  {
    when: ['S have|has {allergy:NP}'],
    make: ({ words }) => {
      const what = /^an? (?<what>.+) allergy$/iu.exec(words('allergy'))?.groups?.['what'];
      return what === undefined ? [] : [{ attribute: 'allergy', value: what }];
    },
  },
  {
    when: ['S * <outgrow|lose O {what:NP}'],
    modes: ['plain'],
    make: ({ words }) => {
      const what = /^(?<what>.+) allergy$/iu.exec(words('what'))?.groups?.['what'];
      return what === undefined ? [] : [{ attribute: 'allergy', value: what, negated: true, begins: true }];
    },
  },
  { when: ['S am|is|are * {what:WORD} intolerant'], make: simple('allergy') },
  {
    when: [
      'S am|is|are * on a {what:NP}',
      'S am|is|are * {what:NP} now? $',
      'S am|is|are * {what:WORD}',
      'S * =follow a {what:NP}',
      'S * =eat {what:WORD} $',
    ],
    make: diet(false),
  },
  {
    when: ['S * <go|become|turn {what:NP}', 'S * <go|become|turn {what:WORD}'],
    modes: ['plain'],
    make: diet(true),
  },
  {
    when: ['S * {verb:~EAT} {what:OBJ} $', 'S * {verb:~EAT} $'],
    make: ({ words, captures, mode, isPast, points }) => {
      const base = stateBase(captures['verb']?.[0]?.norm ?? '') ?? '';
      const what = words('what').replace(/^(?:any|a lot of|lots of|much|many|too much) /iu, '');
      const isVice = /^(?:smoke|vape|gamble)$/u.test(base);
      // What one eats is told of a meal; what one never eats, or drinks, of oneself.
      if (
        mode === 'plain' &&
        (isPast ||
          !(isVice || base === 'drink') ||
          (/^(?:an?|the|my|some|one|two)\b/iu.test(what) && !OFTEN.test(what)))
      )
        return [];
      if (
        base === 'watch' &&
        !/^(?:tv|television|movies|films|sports|football|the news|anime|series)\b/iu.test(what)
      )
        return [];
      if ((base === 'watch' || base === 'eat') && what === '') return [];
      if (what !== '' && (!isClear(what) || points('what'))) return [];
      return [{ attribute: 'habit', value: [base, what].filter((word) => word !== '').join(' ') }];
    },
  },
  {
    when: ['S * ~drive $'],
    modes: ['negated', 'ended'],
    make: () => [{ attribute: 'habit', value: 'drive' }],
  },
  {
    when: ['S was|were|got {how:WORD} with {what:OBJ}'],
    modes: ['plain'],
    make: (match) => (/^diagnosed$/iu.test(match.words('how')) ? condition(match) : []),
  },
  {
    when: ['S * =have {what:NP}', 'S * ~suffer from {what:NP}', 'S * ~live with {what:NP}'],
    make: condition,
  },
  {
    when: ['S am|is|are * {what:WORD} $', 'S am|is|are * a {what:NP} $'],
    make: ({ words, isPast, mode }) => {
      const value = words('what').toLowerCase();
      return BODIES.test(value) && (!isPast || mode === 'past') ? [{ attribute: 'health', value }] : [];
    },
  },
  {
    when: ['S am|is|are left-handed', 'S am|is|are right-handed', 'S am|is|are ambidextrous'],
    modes: ['plain'],
    make: ({ verb, tokensText }) => [
      { attribute: 'handedness', value: tokensText.replace(`${verb} `, '').replace(/[.!]+$/u, '') },
    ],
  },
];
