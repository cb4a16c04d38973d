import { type Draft, type Match, type Rule, simple } from './rule.ts';

/** Where somebody lives "in" without living there: the past, fear, a dream. */
const isPlace = (phrase: string): boolean =>
  !/^(?:fear|hope|peace|denial|luxury|poverty|style|sin|exile|silence|harmony|trash|pain|comfort|stealth)\b/iu.test(
    phrase,
  ) &&
  !/\b(?:past|present|moment|fear|hope|denial|peace|future|dreams?|bubble|world|shadow|car|shoes|way|times?|society|trash|folder|monday|chat|meeting|trouble|love|era|century|age|house|flat|apartment|place|condo|building|city|town|village|countryside|suburbs?)$/iu.test(
    phrase,
  );

const home = (begins: boolean): Rule['make'] =>
  simple('home', { of: 'place', begins, strip: false, accept: isPlace });

/** Both ends of a move: the new home from then on, the old one until then. */
const moved = ({ words, time, person, moment, holding }: Match): readonly Draft[] => {
  const to = words('place');
  const from = words('from');
  if (to === '' || !isPlace(to)) return [];
  const here: Draft = { attribute: 'home', value: to, begins: true };
  if (from === '' || holding(from, ['home']) !== undefined) return [here];
  const when = time === undefined ? '' : ` until ${time.value}`;
  const text = `${person.label} lived in ${from}${when}.`;
  const valid = { until: time?.valid.from ?? moment };
  return [here, { attribute: 'home', value: from, text, valid, entities: [from] }];
};

/** Leaving a place: only one that is known to be home; people leave rooms and parties too. */
const left = ({ words, holding }: Match): readonly Draft[] => {
  const known = holding(words('from'), ['home', 'employer', 'school', 'gym']);
  return known === undefined ? [] : [{ ...known, negated: true, begins: true }];
};

const awayFrom = (match: Match): readonly Draft[] => {
  const place = match.words('from');
  if (place === '' || !isPlace(place)) return [];
  return [{ attribute: 'home', value: place, negated: true, begins: true }];
};

const HOUSE = 'flat|apartment|house|place|home|condo|studio|cottage|cabin|village|town|city|suburb|farm|room';

/** Where and with whom somebody lives, and how that changed. */
export const PLACE_RULES: readonly Rule[] = [
  {
    when: [
      'S * ~LIVE * alone? in|on|near {kind:NP} in|near|outside {place:PLACE}',
      'S * ~LIVE|stay * alone? in|at|near|outside {place:PLACE}',
      'S * ~LIVE * in|on {place:NP}',
      'S * ~LIVE with {who:NP} in|near {place:PLACE}',
      'S am|is|are|was|were * based|living|residing|settled|located in|near {place:PLACE}',
      'O home is|was now? in? {place:PLACE}',
      'O home|base is now? in? {place:PLACE}',
      `O ${HOUSE} is in|near {place:PLACE}`,
      'S * =call {place:NAME} home $',
      'S * have|has a|an {kind:NP} in {place:NAME}',
    ],
    make: (match) => {
      const kind = match.words('kind');
      if (match.captures['kind'] !== undefined && !new RegExp(String.raw`\b(?:${HOUSE})$`, 'iu').test(kind))
        return [];
      const isHave = /^(?:have|has)$/u.test(match.verb);
      if (isHave && !/\b(?:flat|apartment|house)$/iu.test(kind)) return [];
      return isHave ? [] : home(false)(match);
    },
  },
  {
    when: [
      'S * <MOVE * out? back? away? from {from:PLACE} to {place:PLACE}',
      'S * <move out of {from:PLACE} to {place:PLACE}',
      'S * <MOVE * back? over? down? up? out? to|in|into {place:PLACE} from {from:PLACE}',
      'S * <leave {from:NAME} for {place:NAME}',
      'S * <MOVE * back? over? down? up? house? to|in {place:PLACE}',
      'S * ~end up @settle|live * down? in {place:PLACE}',
      'S * ~end up in {place:NAME}',
      'S * <settle down? in {place:PLACE}',
      'S * <pack up and <move to {place:PLACE}',
      'S * <make {place:NAME} O home',
      'S * <buy|rent|find|get a|an {kind:NP} in {place:NAME}',
    ],
    modes: ['plain'],
    make: (match) => {
      const kind = match.words('kind');
      const isHouse = kind === '' || new RegExp(String.raw`\b(?:${HOUSE})$`, 'iu').test(kind);
      if (!isHouse || kind !== '') return [];
      // People leave an employer for another one as well.
      const from = match.captures['from'] === undefined ? undefined : match.words('from');
      const isLeaving = /^(?:left|leave)$/u.test(match.verb);
      if (isLeaving && (from === undefined || match.holding(from, ['home']) === undefined)) return [];
      return moved(match);
    },
  },
  {
    when: [
      'S * <move * out of|from {from:PLACE} $',
      'S * <move away from {from:PLACE}',
      'S * <move out of {from:PLACE}',
    ],
    modes: ['plain'],
    make: awayFrom,
  },
  { when: ['S * <leave {from:NP} $', 'S * <leave {from:NAME}'], modes: ['plain'], make: left },
  {
    when: [
      'S * ~LIVE|share alone?',
      'S * ~LIVE * with {who:NP}',
      'S * ~share a|an|our|my {kind:NP} with {who:NP}',
    ],
    modes: ['plain', 'past', 'ended', 'negated'],
    make: simple('household', { of: 'who', strip: false }),
  },
  {
    when: ['S am|is|are * in {place:NAME} now|nowadays', 'S am|is|are now|currently in {place:NAME} $'],
    modes: ['plain'],
    make: ({ words, holding, person }) =>
      person.isSpeaker && holding('', ['home']) !== undefined && words('place') !== '' ? [] : [],
  },
];
