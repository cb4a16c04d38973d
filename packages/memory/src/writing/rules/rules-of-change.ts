import { animalOf } from './kin.ts';
import { attributeNamed } from './nouns-of-attributes.ts';
import { bare, type Draft, type Match, type Rule } from './rule.ts';
import { isClear, thingAttribute } from './rules-of-having.ts';
import { attributeRule } from './vocabulary.ts';
import { dietOf, isBelonging, isVehicle } from './word-lists.ts';

/** The end of having something: under whatever attribute it is known. */
const gone = (match: Match): readonly Draft[] => {
  const { words, points, holding } = match;
  const phrase = words('what');
  if (phrase === '' || points('what')) return [];
  const known = holding(bare(phrase), ['owns', 'car', 'pet', 'phone', 'laptop', 'uses', 'bike', 'home']);
  if (known !== undefined) return [{ ...known, negated: true, begins: true }];
  const isMine = /^(?:my|our|their) /iu.test(phrase);
  if (/^(?:my |our |their |the )?car$/iu.test(phrase))
    return [{ attribute: 'car', negated: true, begins: true }];
  if (animalOf(phrase.split(' ').at(-1) ?? '') !== undefined) return [];
  return isMine || isBelonging(phrase)
    ? [{ attribute: thingAttribute(phrase), value: bare(phrase), negated: true, begins: true }]
    : [];
};

/** Both ends of a change of anything: what was before tells which attribute it is. */
const UNSAID =
  /^(?:jobs?|seats?|topics?|gears?|teams?|subjects?|tabs?|rooms?|sides?|red|blue|green|yellow|black|white|on|off|true|false|\d+)$/iu;

const exchanged = (match: Match): readonly Draft[] => {
  if (/^(?:my|our|their|the) name$/iu.test(match.words('from'))) return [];
  const { words, points, holding, person, time, moment } = match;
  const [from, to] = [words('from'), bare(words('to'))];
  if (to === '' || points('to') || !isClear(words('to'))) return [];
  const known =
    holding(bare(from)) ??
    (isVehicle(from) || isVehicle(to) ? { attribute: 'car', value: bare(from) } : undefined);
  const named = attributeNamed(bare(from))?.attribute;
  const diet = dietOf(to);
  const isSwitch = /^(?:switch|chang)/u.test(match.verb) && match.preposition === 'from' && !UNSAID.test(to);
  const attribute =
    known?.attribute ?? named ?? (diet === undefined ? (isSwitch ? 'uses' : undefined) : 'diet');
  if (attribute === undefined) return [];
  if (known === undefined && named === undefined && isSwitch) {
    const until = { until: time?.valid.from ?? moment };
    const text = `${person.label} used ${bare(from)}${time === undefined ? '' : ` until ${time.value}`}.`;
    return [
      { attribute, value: diet ?? to, begins: true },
      { attribute, value: bare(from), text, valid: until },
    ];
  }
  const now: Draft = { attribute, value: to, begins: true };
  if (known === undefined) return [now];
  const when = time === undefined ? '' : ` until ${time.value}`;
  const valid = { until: time?.valid.from ?? moment };
  const before: Draft = { attribute, value: known.value, text: `${person.label} had ${from}${when}.`, valid };
  if (known.value === undefined) return [now];
  if (known.isKnown !== true) return [now, before];
  // Where one value holds at a time the new one ends the old by itself.
  const isMany = attributeRule(attribute).values === 'many';
  return isMany ? [{ attribute, value: known.value, negated: true, begins: true }, now] : [now];
};

/** What was planned and is not any more. */
const calledOff = ({ words, holding }: Match): readonly Draft[] => {
  const known = holding(words('what'), ['plan', 'subscription', 'gym']);
  return known === undefined ? [] : [{ ...known, negated: true, begins: true }];
};

/** "I don't go to the gym anymore": the end of something that is told by its verb. */
const noLonger = ({ words, captures, holding }: Match): readonly Draft[] => {
  const verb = captures['verb']?.[0]?.norm ?? '';
  const what = words('what');
  const known =
    holding(`${verb} ${what}`, ['routine', 'activity', 'hobby', 'plan', 'habit', 'wants']) ??
    holding(what, ['subscription', 'gym', 'owns', 'pet', 'plays', 'hobby']);
  return known === undefined ? [] : [{ ...known, negated: true }];
};

/** Changes of anything: what is known tells which attribute it is. Asked before the rules for what there is. */
export const CHANGE_RULES: readonly Rule[] = [
  {
    when: [
      'S * <trade|swap|exchange in? {from:NP} in? for {to:NP}',
      'S * <replace {from:NP} with|by {to:NP}',
      'S * <switch|change|move|go from {from:NP} to {to:NP}',
      'S * <change|switch|upgrade {from:NP} to {to:NP}',
      'S * <switch|change {from:NP} from {old:NP} to {to:NP}',
      'S * <leave|ditch|drop|swap {from:NP} for {to:NP}',
    ],
    modes: ['plain'],
    make: exchanged,
  },
  {
    when: [
      'S * <sell|scrap|donate {what:NP}',
      'S * <get rid of {what:NP}',
      'S * <give {what:NP} away|up',
      'S * <give away|up {what:NP}',
      'S * <give {what:NP} to',
    ],
    modes: ['plain'],
    make: gone,
  },
  {
    when: [
      'S * <cancel|postpone|scrap|skip|abandon {what:NP}',
      'S * <call off {what:NP}',
      'O {what:NP} is|was|got|has been? cancelled|canceled|off|postponed',
      'O {what:NP} fell through',
      'S am|is|are going to|on {what:OBJ}',
      'S am|is|are {what:OBJ}',
    ],
    modes: ['plain', 'ended', 'negated'],
    make: (match) => {
      const isDenied = match.mode !== 'plain';
      const isOff = /\b(?:cancell?ed|off|postponed|fell through|scrapped|skipped|abandoned)\b/iu.test(
        match.tokensText,
      );
      return isDenied || isOff ? calledOff(match) : [];
    },
  },
];

/** Asked after the rules for what there is. */
export const ENDING_RULES: readonly Rule[] = [
  { when: ['S * {verb:WORD} {what:OBJ}'], modes: ['ended'], make: noLonger },
];
