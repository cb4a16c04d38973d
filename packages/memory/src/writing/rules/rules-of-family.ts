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
const petGone: Rule['make'] = ({ person, words, tokensText, holding, captures }) => {
  const gone = { attribute: 'pet', negated: true, begins: true };
  if (person.relation === 'pet') {
    return GONE.test(tokensText) ? [{ ...gone, value: person.name, subject: ownerOf(person) }] : [];
  }
  const pet = bare(words('pet'));
  const name = words('name');
  if (pet === '') return [];
  const known = holding(name === '' ? pet : name, ['pet']);
  if (known !== undefined) return [{ ...known, negated: true, begins: true }];
  const isAnimal = animalOf(pet.split(' ').at(-1) ?? '') !== undefined;
  return isAnimal && captures['pet'] !== undefined ? [{ ...gone, value: name === '' ? pet : name }] : [];
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
const parted = ({ person, verb, holding, tokensText, known }: Match): readonly Draft[] => {
  const relation = PARTNERS.find((each) =>
    new RegExp(String.raw`\b${each}\b`, 'iu').test(`${tokensText} ${person.isSpeaker ? person.label : ''}`),
  );
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

/** "a cat named Miso and a dog", "an older brother and two sisters": each of a list of relatives and pets. */
const several: Rule['make'] = ({ words, verb }) => {
  const items = listItems(words('list'));
  const begins = !/^(?:have|has)$/u.test(verb);
  const drafts = items.map((item): Draft | undefined => {
    const { phrase = item, name } =
      /^(?<phrase>.+?) (?:named|called) (?<name>\p{Lu}[\p{L} ]*)$/u.exec(item)?.groups ?? {};
    const head = phrase.split(' ').at(-1) ?? '';
    if (!/^(?:an?|one|two|three|four|five|six|\d+) /iu.test(phrase)) return undefined;
    const entities = name === undefined ? [] : [name];
    if (animalOf(head) !== undefined)
      return { attribute: 'pet', value: name ?? bare(phrase), begins, entities };
    const relation = relationOf(head);
    return relation === undefined || begins
      ? undefined
      : { attribute: `family:${relation}`, value: name ?? phrase, entities };
  });
  return items.length < 2 || drafts.includes(undefined) ? [] : drafts.filter((draft) => draft !== undefined);
};

/** Partners, relatives and pets. */
export const FAMILY_RULES: readonly Rule[] = [
  {
    when: [
      'S have|has|had to put O {pet:WORD} {name:NAME} down|to',
      'S have|has|had to put O {pet:WORD} down|to',
      'S have|has|had to put {pet:NAME} down|to',
      'S <put O {pet:WORD} down|to',
      'S <put {pet:NAME} down',
      'S <give {pet:NAME} away|up',
      'S * <give away|up {pet:NAME}',
      'S * <lose {pet:NAME}',
      'S * <lose O {pet:WORD} {name:NAME}',
      'S * <rehome {pet:NP}',
      'S * {died:WORD}',
      'O {pet:WORD} {name:NAME} * <die|pass',
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
      'S am|is|are * dating|seeing someone|somebody named|called {name:NAME}',
      'S am|is|are * dating {name:NAME}',
      'S am|is|are * in a relationship with {name:NAME}',
      'S <start @date|see {name:NAME}',
    ],
    modes: ['plain'],
    make: ({ words }) => [{ attribute: 'family:partner', value: words('name'), entities: [words('name')] }],
  },
  {
    when: ['S am|is a widow|widower|divorcee $'],
    modes: ['plain'],
    make: ({ tokensText }) => [
      { attribute: 'relationship', value: /widow/iu.test(tokensText) ? 'widowed' : 'divorced' },
    ],
  },
  {
    when: ['S am|is|are an only child'],
    modes: ['plain'],
    make: () => [{ attribute: 'family:sibling', negated: true }],
  },
  {
    when: ['S * <pass away', 'S * <die'],
    modes: ['plain'],
    make: ({ person, verb }) =>
      person.isSpeaker || person.relation === 'pet'
        ? []
        : [{ attribute: 'event', value: /^pass/u.test(verb) ? 'passed away' : 'died' }],
  },
  {
    when: ['S * ~live with us|me'],
    modes: ['plain', 'ended'],
    make: ({ person }) =>
      person.owner === undefined
        ? []
        : [{ attribute: 'household', value: person.name ?? person.relation, subject: person.owner }],
  },
  { when: ['S * =have {list:OBJ} $', 'S * <GET {list:OBJ} $'], modes: ['plain'], make: several },
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
  { when: ['S have|has {kin:NP} $'], modes: ['negated', 'ended'], make: noKin },
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
      "O {pet:WORD} 's name is actually|really|now? {name:NAME}",
      'O {pet:WORD} is {name:NAME} $',
      'O {pet:WORD} {name:NAME}',
    ],
    modes: ['plain'],
    make: petName,
  },
];
