import { animalOf } from './kin.ts';
import { bare, type Draft, listItems, type Match, phraseOf, type Rule, simple } from './rule.ts';
import { dietOf, isBelonging, isCondition } from './word-lists.ts';

/** Objects that mean nothing without what was said before. */
const UNCLEAR =
  /^(?:it|you|that|this|these|those|them|him|her|how|when|what|one|so|all|to be|the (?:idea|way|fact|sound|look)|seeing|hearing|talking|being)\b/iu;

const isClear = (phrase: string): boolean => !UNCLEAR.test(phrase) && !/\b(?:it|this|that)$/iu.test(phrase);

/** "I don't like olives" is a dislike, not the end of a liking. */
const liking =
  (attribute: 'likes' | 'dislikes'): Rule['make'] =>
  ({ words, mode }) => {
    const value = bare(words('what'));
    if (value === '' || !isClear(words('what'))) return [];
    const opposite = attribute === 'likes' ? 'dislikes' : 'likes';
    // Not to hate something is not yet to like it.
    if (mode === 'negated')
      return attribute === 'likes' ? [{ attribute: opposite, value, negated: false }] : [];
    return [{ attribute, value }];
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

const belonging =
  (begins: boolean, accept: (phrase: string) => boolean): Rule['make'] =>
  ({ words }) => {
    const phrase = words('what');
    const isPet = animalOf(phrase.split(' ').at(-1) ?? '') !== undefined;
    return phrase === '' || isPet || !accept(phrase) || !isClear(phrase)
      ? []
      : [{ attribute: 'owns', value: bare(phrase), begins }];
  };

const isCounted = (phrase: string): boolean =>
  /^(?:an?|my|our|two|three|four|five|\d+|the|their) /iu.test(phrase);

/** What somebody changed from, and to. */
const switched: Rule['make'] = ({ words, person, moment, time }) => {
  const to = bare(words('to'));
  const from = bare(words('from'));
  const isDiet = dietOf(to) !== undefined;
  const attribute = isDiet ? 'diet' : 'uses';
  const value = dietOf(to) ?? to;
  if (!isClear(to) || /^(?:jobs?|seats?|topics?|gears?|teams?|subjects?)$/iu.test(to)) return [];
  const now: Draft = { attribute, value, begins: true };
  if (from === '') return [now];
  const text = `${person.label} used ${from}${time === undefined ? '' : ` until ${time.value}`}.`;
  return [now, { attribute, value: from, text, valid: { until: time?.valid.from ?? moment } }];
};

/** What somebody likes, eats, has and uses. */
export const TASTE_RULES: readonly Rule[] = [
  {
    when: [
      'O * favorite|favourite {thing:NP} is|are {what:OBJ}',
      'O all-time favorite|favourite {thing:NP} is|are {what:OBJ}',
    ],
    modes: ['plain'],
    make: favorite,
  },
  {
    when: [
      'S * =prefer {what:OBJ} to {over:OBJ}',
      'S * =prefer {what:OBJ} over {over:OBJ}',
      'S * =prefer {what:OBJ}',
    ],
    make: simple('prefers', { accept: isClear }),
  },
  {
    when: ['S * can not stand {what:OBJ}', 'S * =hate|dislike|despise|detest|loathe {what:OBJ}'],
    make: liking('dislikes'),
  },
  {
    when: [
      'S * =like|love|enjoy|adore {what:OBJ}',
      'S am|is|are * a|an|big|huge|great fan of {what:OBJ}',
      'S am|is|are * a big|huge|great fan of {what:OBJ}',
      'S am|is|are * fond|enamored of {what:OBJ}',
      'S am|is|are * into {what:OBJ}',
      'S am|is|are * keen on {what:OBJ}',
      'S am|is|are * crazy|passionate about {what:OBJ}',
      'S am|is|are * interested in {what:OBJ}',
      'S am|is|are * obsessed with {what:OBJ}',
      'S * <like|love|enjoy|adore {what:OBJ}',
    ],
    make: (match) => (match.isPast && match.mode !== 'past' ? [] : liking('likes')(match)),
  },
  {
    when: [
      'S am|is|are * allergic to {what:OBJ}',
      'S have|has an? allergy to {what:OBJ}',
      'S * have|has a|an {what:NP} allergy',
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
  { when: ['S am|is|are * {what:WORD} intolerant'], make: simple('allergy') },
  {
    when: [
      'S am|is|are * on a {what:NP}',
      'S am|is|are * {what:NP} now? $',
      'S am|is|are * {what:WORD}',
      'S * =follow a {what:NP}',
    ],
    make: diet(false),
  },
  {
    when: ['S * <go|become|turn {what:NP}', 'S * <go|become|turn {what:WORD}'],
    modes: ['plain'],
    make: diet(true),
  },
  {
    when: ['S * {verb:HABIT} {what:OBJ}', 'S * {verb:HABIT}'],
    modes: ['negated', 'ended', 'past'],
    make: ({ words, captures, mode }) => {
      const verb = captures['verb'] === undefined ? '' : phraseOf(captures['verb']);
      const what = words('what');
      const value = [verb, what].filter((word) => word !== '').join(' ');
      return mode === 'plain' || value === '' || !isClear(what) ? [] : [{ attribute: 'habit', value }];
    },
  },
  {
    when: ['S * <quit|stop|give up? {what:OBJ}'],
    modes: ['plain'],
    make: ({ words }) => {
      const value = words('what').replace(/^up /u, '');
      return /^(?:smoking|drinking|vaping|gambling|eating|caffeine|alcohol|coffee|sugar|meat|soda|cigarettes)\b/iu.test(
        value,
      )
        ? [{ attribute: 'habit', value, negated: true, begins: true }]
        : [];
    },
  },
  {
    when: ['S was|were|got {how:WORD} with {what:OBJ}'],
    modes: ['plain'],
    make: (match) => (/^diagnosed$/iu.test(match.words('how')) ? condition(match) : []),
  },
  { when: ['S * =have {what:NP}', 'S * =suffer from {what:NP}'], make: condition },
  { when: ['S * ~own {what:NP}', 'S * =drive {what:NP}'], make: belonging(false, isCounted) },
  { when: ['S * =have {what:NP}', 'S * have|has got {what:NP}'], make: belonging(false, isBelonging) },
  {
    when: ['S * <buy|purchase {what:NP}', 'S have|has * bought {what:NP}'],
    modes: ['plain'],
    make: belonging(true, (phrase) => isCounted(phrase) && isBelonging(phrase)),
  },
  {
    when: ['S * <sell {what:NP}'],
    modes: ['plain'],
    make: (match) => belonging(true, isCounted)(match).map((draft) => ({ ...draft, negated: true })),
  },
  {
    when: [
      'S have|has? * <switch|change from {from:OBJ} to {to:OBJ}',
      'S have|has? * <switch to {to:OBJ} from {from:OBJ}',
      'S have|has? * <switch to {to:OBJ}',
    ],
    modes: ['plain'],
    make: switched,
  },
  { when: ['S * =use {what:NP}'], make: simple('uses', { accept: isClear }) },
];
