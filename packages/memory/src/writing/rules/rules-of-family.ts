import { animalOf, isSeveral, relationOf } from './kin.ts';
import { bare, type Draft, listItems, type Match, ownerOf, type Rule } from './rule.ts';

/** "I have two brothers", "I have a sister named Mia". */
const kin = ({ words }: Match): readonly Draft[] => {
  const phrase = words('kin');
  const relation = relationOf(phrase.split(' ').at(-1) ?? '');
  if (relation === undefined) return [];
  const names = listItems(words('name'));
  if (names.length > 1)
    return names.map((value) => ({ attribute: `family:${relation}`, value, entities: [value] }));
  const name = words('name');
  const value = name === '' ? phrase : name;
  const isWhole = name !== '' || isSeveral(phrase.split(' ').at(-1) ?? '') || /^(?:an?|one) /u.test(phrase);
  return isWhole ? [{ attribute: `family:${relation}`, value, entities: name === '' ? [] : [name] }] : [];
};

const noKin = ({ words }: Match): readonly Draft[] => {
  const word = words('kin').split(' ').at(-1) ?? '';
  const relation = relationOf(word);
  if (relation !== undefined) return [{ attribute: `family:${relation}`, negated: true }];
  return animalOf(word) === undefined && !/^pets?$/iu.test(word) ? [] : [{ attribute: 'pet', negated: true }];
};

const pet =
  (begins: boolean): Rule['make'] =>
  ({ words, mode }) => {
    const phrase = words('pet');
    const animal = animalOf(phrase.split(' ').at(-1) ?? '');
    if (animal === undefined) return [];
    const names = listItems(words('name'));
    if (names.length > 0)
      return names.map((value) => ({ attribute: 'pet', value, begins, entities: [value] }));
    return animal === 'pet' && phrase.split(' ').length < 3 && mode === 'plain'
      ? []
      : [
          {
            attribute: 'pet',
            ...(/^(?:an?|any)? ?pets?$/iu.test(phrase) ? {} : { value: bare(phrase) }),
            begins,
            entities: [],
          },
        ];
  };

const petName: Rule['make'] = ({ words, tokensText }) => {
  const names = listItems(words('name'));
  const isGone = GONE.test(tokensText);
  return animalOf(words('pet')) === undefined
    ? []
    : names.map((value) => ({
        attribute: 'pet',
        value,
        entities: [value],
        ...(isGone ? { negated: true, begins: true } : {}),
      }));
};

const GONE =
  /\b(?:died|dead|passed away|passed|ran away|was put down|has died|is gone|crossed the rainbow bridge)\b/iu;

/** "Rex died": the end of having a pet. */
const petGone: Rule['make'] = ({ person, words, tokensText, holding }) => {
  if (!GONE.test(tokensText) && words('pet') === '') return [];
  if (person.relation === 'pet' && GONE.test(tokensText))
    return [{ attribute: 'pet', value: person.name, subject: ownerOf(person), negated: true, begins: true }];
  const known = words('pet') === '' ? undefined : holding(bare(words('pet')), ['pet']);
  return known === undefined ? [] : [{ ...known, negated: true, begins: true }];
};

const RELATIONSHIPS = new Set(['married', 'single', 'divorced', 'engaged', 'widowed', 'separated']);
const relationship =
  (begins: boolean): Rule['make'] =>
  ({ words }) => {
    const value = words('what').toLowerCase();
    return RELATIONSHIPS.has(value) ? [{ attribute: 'relationship', value, begins }] : [];
  };

/** "I am married to Tom": what they are, and to whom. */
const spouse = ({ words, verb, tokensText }: Match): readonly Draft[] => {
  const name = words('name');
  const isEngaged = /\bengaged\b/iu.test(tokensText);
  const begins = verb !== 'am' && verb !== 'is';
  return [
    { attribute: `family:${isEngaged ? 'fiance' : 'spouse'}`, value: name, entities: [name], valid: {} },
    { attribute: 'relationship', value: isEngaged ? 'engaged' : 'married', begins },
  ];
};

const PARTNERS = ['wife', 'husband', 'partner', 'girlfriend', 'boyfriend', 'fiance', 'spouse'];

/** "We separated", "I broke up with my girlfriend": of the married a state, of others the end of what is known. */
const parted = ({ verb, holding, tokensText, known }: Match): readonly Draft[] => {
  const relation = PARTNERS.find((each) => new RegExp(String.raw`\b${each}\b`, 'iu').test(tokensText));
  const named = /(?:with|from) (?<name>\p{Lu}\p{L}+)/u.exec(tokensText)?.groups?.['name'];
  const attributes = PARTNERS.map((each) => `family:${each}`);
  const found =
    named === undefined
      ? attributes
          .filter((each) => relation === undefined || each.endsWith(`:${relation}`))
          .flatMap((each) => known(each))
      : [holding(named, attributes)].filter((each) => each !== undefined);
  const ends = found
    .slice(0, 1)
    .map((each) => ({ attribute: each.attribute, value: each.value, negated: true, begins: true }));
  const isLegal = /^(?:divorced|separated)$/u.test(verb);
  if (isLegal) return [{ attribute: 'relationship', value: verb, begins: true }, ...ends];
  if (ends.length > 0) return ends;
  return relation === undefined || named !== undefined
    ? []
    : [{ attribute: `family:${relation}`, negated: true, begins: true }];
};

/** "Luis dumped me" ends what Luis was; "we are no longer together" too. "We are dating" is not read. */
const partedOrTogether = (match: Match): readonly Draft[] => {
  const { person, verb, mode } = match;
  if (/^(?:am|is|are)$/u.test(verb) && mode === 'plain') return [];
  const isPartner = PARTNERS.includes(person.relation ?? '');
  if (!isPartner || person.owner === undefined)
    return /^(?:dumped|left|leave)$/u.test(verb) ? [] : parted(match);
  return [
    {
      attribute: `family:${person.relation}`,
      value: person.name,
      subject: person.owner,
      negated: true,
      begins: true,
    },
  ];
};

/** Partners, relatives and pets. */
export const FAMILY_RULES: readonly Rule[] = [
  {
    when: [
      'S have|had to put {pet:NAME} down',
      'S <put {pet:NAME} down',
      'S <give {pet:NAME} away|up',
      'S * <give away|up {pet:NAME}',
      'S * <lose {pet:NAME}',
      'S * <lose O {pet:WORD} {name:NAME}',
      'S * <rehome {pet:NP}',
      'S * {died:WORD}',
      'O {pet:WORD} * <die|pass',
    ],
    modes: ['plain'],
    make: petGone,
  },
  { when: ['S * have|has {pet:NAME}'], modes: ['ended'], make: petGone },
  {
    when: [
      'S am|is|are * married|engaged to {name:NAME}',
      'S <get|become * married|engaged to {name:NAME}',
      'S * <marry {name:NAME}',
    ],
    modes: ['plain'],
    make: spouse,
  },
  {
    when: [
      'S am|is|are * happily|recently|newly|legally? {what:WORD}',
      'O relationship|marital status is {what:WORD}',
    ],
    modes: ['plain', 'ended', 'negated'],
    make: relationship(false),
  },
  {
    when: ['S * <get|become|marry * {what:WORD}', 'S was|were {what:WORD} T'],
    modes: ['plain'],
    make: relationship(true),
  },
  {
    when: [
      'S * <divorce',
      'S * <separate',
      'S * <split up|from',
      'S * <break up',
      'S * <dump|leave me $',
      'S am|is|are together|dating',
      'S am|is|are in a relationship',
      'S * <end things|it with',
    ],
    modes: ['plain', 'ended'],
    make: partedOrTogether,
  },
  {
    when: [
      'S * =have {kin:NP} named|called {name:NAMES}',
      'S * =have {kin:NP} ,|:|( {name:NAMES}',
      'S * =have {kin:NP} $',
      'S * =have {kin:NP}',
    ],
    modes: ['plain'],
    make: kin,
  },
  { when: ['S * have|has no {kin:NP}', 'S have|has any {kin:NP}'], make: noKin },
  {
    when: [
      'S * =have {pet:NP} named|called {name:NAMES}',
      'S * =have {pet:NP} ,|:|( {name:NAMES}',
      'S * =have {pet:NP}',
    ],
    make: pet(false),
  },
  {
    when: [
      'S * <adopt|get|buy|rescue|bring home? {pet:NP} named|called {name:NAMES}',
      'S * <adopt|get|buy|rescue|bring {pet:NP} ,|:|( {name:NAMES}',
      'S * <adopt|get|buy|rescue|bring {pet:NP}',
    ],
    modes: ['plain'],
    make: pet(true),
  },
  {
    when: [
      'O {pet:WORD} is|are named|called {name:NAMES}',
      "O {pet:WORD} 's name is {name:NAME}",
      'O {pet:WORD} is {name:NAME} $',
      'O {pet:WORD} {name:NAME}',
    ],
    modes: ['plain'],
    make: petName,
  },
];
