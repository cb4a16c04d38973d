import { animalOf } from './kin.ts';
import { bare, type Draft, listItems, type Match, type Rule, simple } from './rule.ts';
import { isBelonging, isVehicle } from './word-lists.ts';

/** Objects that mean nothing without what was said before. */
const UNCLEAR =
  /^(?:it|you|that|this|these|those|them|how|when|what|one|so|all|another|the (?:idea|way|fact|same|other|new|old))\b/iu;

/** True for a phrase that can be understood alone. */
export const isClear = (phrase: string): boolean =>
  phrase !== '' &&
  !UNCLEAR.test(phrase) &&
  !/\b(?:it|this|that|to|of|for|with|in|on|at|about|from)$/iu.test(phrase);

const isCounted = (phrase: string): boolean =>
  /^(?:an?|my|our|two|three|four|five|\d+|their) /iu.test(phrase);

/** Under which attribute a thing is kept: a car is one at a time, other things may be many. */
export const thingAttribute = (phrase: string): string => (isVehicle(phrase) ? 'car' : 'owns');

const belonging =
  (begins: boolean, accept: (phrase: string) => boolean): Rule['make'] =>
  ({ words, points, mode }) => {
    const phrase = points('what') ? '' : words('what');
    const isPet = animalOf(phrase.split(' ').at(-1) ?? '') !== undefined;
    if (phrase === '' || isPet || !accept(phrase) || !isClear(phrase)) return [];
    const attribute = thingAttribute(phrase);
    // "I have no car" is about any car.
    const isAny =
      attribute === 'car' && mode !== 'plain' && /^(?:an?|any|my|the|their)? ?car$/iu.test(phrase);
    return [{ attribute, ...(isAny ? {} : { value: bare(phrase) }), begins }];
  };

const drives = ({ words, points }: Match): readonly Draft[] => {
  const phrase = words('what');
  const isCar =
    /^(?:an?|my|the|our|their) (?:.*\b(?:\p{Lu}|\d)|.*\b(?:car|van|truck|taxi|bus|suv|hybrid|convertible|lorry)\b)/u.test(
      phrase,
    );
  return points('what') || !isCar ? [] : [{ attribute: 'car', value: bare(phrase) }];
};

const BUSINESS =
  /\b(?:bakery|shop|store|restaurant|caf[eé]|company|business|startup|start-up|studio|agency|farm|bookstore|salon|bar|pub|brewery|hotel|hostel|practice|clinic|gallery|firm|vineyard|winery)$/iu;

const GYM =
  /\b(?:gym|fitness|crossfit|yoga studio|pilates studio|climbing hall|bouldering hall|health club|sports club)\b/iu;

/** Where somebody trains: a gym that has a name, or one that the words around it leave no doubt about. */
const gym: Rule['make'] = ({ words, captures, mode, verb, isPast }) => {
  const phrase = words('gym');
  const kind = words('kind');
  const isGym =
    GYM.test(phrase) ||
    GYM.test(kind) ||
    /^(?:work|train)/u.test(verb) ||
    (captures['kind'] === undefined && /\bgym$/iu.test(phrase));
  if (!isGym) return [];
  const begins = /^(?:join|sign)/u.test(verb);
  if (mode !== 'plain' && /^(?:an?|any) gym$/iu.test(phrase)) return [{ attribute: 'gym' }];
  // "I go to the gym" says that somebody trains, not where.
  if (/^(?:the|an?|my|our|their) (?:local |new )?gym$/iu.test(phrase)) return [];
  return isPast && !begins && mode === 'plain' ? [] : [{ attribute: 'gym', value: bare(phrase), begins }];
};

/** What somebody owns, drives, uses and pays for. */
export const HAVING_RULES: readonly Rule[] = [
  {
    when: ['S * ~COMMUTE to work|school {what:OBJ}', 'S * ~COMMUTE {what:OBJ}'],
    make: simple('commute', { strip: false, accept: isClear }),
  },
  {
    when: ['S * =run|manage|co-own {what:NP}'],
    make: belonging(false, (phrase) => isCounted(phrase) && BUSINESS.test(phrase)),
  },
  {
    when: [
      'S am|is|are * member of|at {gym:NP}',
      'S am|is|are * a|the member of|at {gym:NP}',
      'S * ~work|train out? at {kind:NP} named|called {gym:NAME}',
      'S * ~work|train out at {gym:NAME}',
      'S * =go|belong to {gym:NP}',
      'S * =go|belong to a|the|O gym at|called|named {gym:NAME}',
      'S * <join {kind:NP} , {gym:NAME}',
      'S * <join {kind:NP} named|called {gym:NAME}',
      'S * <join {gym:NP}',
      'S * <sign up at|with {gym:NP}',
    ],
    make: gym,
  },
  {
    when: ['S * =pay for {what:NAMES}', 'S * have|has {what:NAMES}'],
    modes: ['plain'],
    make: ({ words, verb }) =>
      verb === 'pay' || verb === 'pays'
        ? listItems(words('what')).map((value) => ({ attribute: 'subscription', value }))
        : [],
  },
  { when: ['S * =drive {what:NP}'], make: drives },
  {
    when: ['S * ~OWN {what:NP}'],
    make: belonging(
      false,
      (phrase) => isCounted(phrase) && !/\b(?:ticket|issue|task|bug|mistake|problem)s?\b/iu.test(phrase),
    ),
  },
  {
    when: ['S * have|has {what:NP}', 'S * have|has any {what:NP}'],
    make: belonging(false, (phrase) => isBelonging(phrase) || isVehicle(phrase)),
  },
  {
    when: ['S * <GET {what:NP}'],
    modes: ['plain'],
    make: belonging(true, (phrase) => isCounted(phrase) && (isBelonging(phrase) || isVehicle(phrase))),
  },
  {
    when: [
      'S am|is|are * subscribed to {what:OBJ}',
      'S * =subscribe to {what:OBJ}',
      'S * <subscribe to {what:OBJ}',
    ],
    make: simple('subscription', { accept: isClear, strip: false }),
  },
  {
    when: ['S have|has {what:NP}'],
    make: ({ words }) => {
      const what = /^(?:an? |my |any )?(?<what>.+) subscription$/iu.exec(words('what'))?.groups?.['what'];
      return what === undefined ? [] : [{ attribute: 'subscription', value: what }];
    },
  },
  {
    when: ['S * <cancel|end {what:NP}', 'S * <unsubscribe from {what:NP}'],
    modes: ['plain'],
    make: ({ words, captures, holding }) => {
      const phrase = bare(words('what'));
      const what = phrase.replace(/ (?:subscription|membership|plan)$/iu, '');
      const isOne = what !== phrase || captures['what']?.[0]?.pos === 'PROPN';
      const known = holding(what, ['subscription', 'gym', 'plan', 'uses']);
      if (known !== undefined) return [{ ...known, negated: true, begins: true }];
      if (GYM.test(what)) return [{ attribute: 'gym', negated: true, begins: true }];
      return isOne ? [{ attribute: 'subscription', value: what, negated: true, begins: true }] : [];
    },
  },
  {
    when: ['S am|is|are on {what:NAME} $'],
    modes: ['negated', 'ended'],
    make: simple('uses'),
  },
  {
    when: ['S * <switch to {to:OBJ} from {from:OBJ}', 'S * <switch to {to:OBJ}'],
    modes: ['plain'],
    make: ({ words, captures, points }) => {
      const to = bare(words('to'));
      const [first] = captures['to'] ?? [];
      const isOther = /^(?:another|the|an?|my|our|their)\b/iu.test(words('to')) || first?.pos === 'VERB';
      return isOther ||
        points('to') ||
        !isClear(to) ||
        /^(?:jobs?|seats?|topics?|gears?|teams?|subjects?|plan \w|mode|dark|light)\b/iu.test(to)
        ? []
        : [{ attribute: 'uses', value: to, begins: true }];
    },
  },
  {
    when: ['S * =use {what:NP}', 'S * ~use {what:NP}'],
    make: (match) =>
      match.isPast && match.mode === 'plain'
        ? []
        : listItems(match.words('what')).flatMap((item) =>
            isClear(item) && !match.points('what') && !/^(?:the|an?) (?:wrong|right|same)\b/iu.test(item)
              ? [{ attribute: 'uses', value: bare(item) }]
              : [],
          ),
  },
];
