import { animalOf, isSeveral, relationOf } from './kin.ts';
import { bare, type Draft, listItems, type Match, type Rule, simple } from './rule.ts';
import { languageName } from './word-lists.ts';

const OLDEST = 120;
const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const numberOf = (words: string): number =>
  words
    .toLowerCase()
    .split(/[\s-]+/u)
    .map((word) => {
      if (TENS.includes(word)) return (TENS.indexOf(word) + 2) * 10;
      return ONES.includes(word) ? ONES.indexOf(word) : Number(word);
    })
    .reduce((sum, part) => sum + part, 0);

const age = ({ words }: Match): readonly Draft[] => {
  const value = numberOf(words('age'));
  return Number.isInteger(value) && value > 0 && value < OLDEST
    ? [{ attribute: 'age', value: String(value) }]
    : [];
};

/** "Ana" for "Ana's sister". */
const speakerOf = (subject: string): string => subject.replace(/'s [\p{L}-]+$/u, '');

const birthday = ({ captures, words }: Match): readonly Draft[] => {
  const time = captures['when']?.[0]?.time;
  if (time === undefined || time.grain !== 'day') return [];
  // Of a birthday the year is only known where it was said of the birth.
  const value = /born/u.test(words('how')) ? time.value : time.value.replace(/ \d{4}$/u, '');
  return [{ attribute: 'birthday', value, valid: {} }];
};

const named = ({ words, person }: Match): readonly Draft[] => {
  const value = words('name');
  const name: Draft = { attribute: 'name', value, entities: [value], valid: {} };
  if (person.relation === undefined) return [name];
  return [{ ...name, attribute: `family:${person.relation}`, subject: speakerOf(person.subject) }];
};

/** "I have two brothers", "I have a sister named Mia". */
const kin = ({ words }: Match): readonly Draft[] => {
  const phrase = words('kin');
  const relation = relationOf(phrase.split(' ').at(-1) ?? '');
  if (relation === undefined) return [];
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
  ({ words }) => {
    const phrase = words('pet');
    const animal = animalOf(phrase.split(' ').at(-1) ?? '');
    if (animal === undefined) return [];
    const name = words('name');
    const value = name === '' ? bare(phrase) : name;
    return [{ attribute: 'pet', value, begins, entities: name === '' ? [] : [name] }];
  };

const petName: Rule['make'] = ({ words }) => {
  const animal = animalOf(words('pet'));
  const name = words('name');
  return animal === undefined ? [] : [{ attribute: 'pet', value: name, entities: [name] }];
};

const languages: Rule['make'] = ({ words }) => {
  const found = listItems(words('what')).flatMap((item) => languageName(item.split(' ').at(-1) ?? '') ?? []);
  return found.map((value) => ({ attribute: 'language', value, entities: [value] }));
};

const RELATIONSHIPS = new Set(['married', 'single', 'divorced', 'engaged', 'widowed', 'separated']);
const relationship =
  (begins: boolean): Rule['make'] =>
  ({ words }) => {
    const value = words('what').toLowerCase();
    return RELATIONSHIPS.has(value) ? [{ attribute: 'relationship', value, begins }] : [];
  };

/** Who somebody is, comes from and belongs to. */
export const PEOPLE_RULES: readonly Rule[] = [
  {
    when: ['O full|first? name is {name:NAME} $', 'S am|is|are named|called {name:NAME} $'],
    modes: ['plain'],
    make: named,
  },
  {
    when: ['S * go|goes by {what:NAME}', 'O nickname is {what:NAME}', 'S ~call me {what:NAME} $'],
    make: (match) =>
      simple('nickname')(match).map((draft) => ({ ...draft, subject: speakerOf(match.person.subject) })),
  },
  {
    when: ['S * am|is|are {age:NUM} years|yrs? old|young?', 'S * <turn {age:NUM}'],
    modes: ['plain'],
    make: age,
  },
  { when: ['O birthday is {when:T}', 'S was {how:WORD} {when:T}'], modes: ['plain'], make: birthday },
  {
    when: [
      'S * am|is|are originally? from {what:PLACE}',
      'S * ~come originally? from {what:PLACE}',
      'S was|were born in {what:PLACE}',
      'S was|were born and raised in {what:PLACE}',
      'O hometown|birthplace is {what:PLACE}',
    ],
    modes: ['plain'],
    make: (match) => simple('origin', { strip: false })(match).map((draft) => ({ ...draft, valid: {} })),
  },
  {
    when: ['S <grow up in|near {what:PLACE}', 'S was|were raised in {what:PLACE}'],
    modes: ['plain'],
    make: (match) =>
      simple('childhood home', { strip: false })(match).map((draft) => ({ ...draft, valid: {} })),
  },
  {
    when: [
      'S * =speak fluent|some|a? little? {what:OBJ}',
      'O native language|tongue is {what:OBJ}',
      'O mother tongue is {what:OBJ}',
      'S am|is fluent in {what:OBJ}',
    ],
    make: languages,
  },
  {
    when: ['S am|is|are * happily|recently? {what:WORD}'],
    modes: ['plain', 'ended'],
    make: relationship(false),
  },
  { when: ['S <get * {what:WORD}'], modes: ['plain'], make: relationship(true) },
  {
    when: ['S * =have {kin:NP} named|called {name:NAME}', 'S * =have {kin:NP} $', 'S * =have {kin:NP}'],
    modes: ['plain'],
    make: kin,
  },
  { when: ['S * have|has no {kin:NP}', 'S have|has any {kin:NP}'], make: noKin },
  {
    when: [
      'S * =have {pet:NP} named|called {name:NAME}',
      'S * =have {pet:NP} , {name:NAME}',
      'S * =have {pet:NP}',
    ],
    modes: ['plain', 'past', 'ended'],
    make: pet(false),
  },
  {
    when: [
      'S * <adopt|get|buy|rescue|bring {pet:NP} named|called {name:NAME}',
      'S * <adopt|get|buy|rescue|bring {pet:NP} , {name:NAME}',
      'S * <adopt|get|buy|rescue|bring {pet:NP}',
    ],
    modes: ['plain'],
    make: pet(true),
  },
  {
    when: [
      'O {pet:WORD} is named|called {name:NAME}',
      "O {pet:WORD} 's name is {name:NAME}",
      'O {pet:WORD} {name:NAME}',
    ],
    modes: ['plain'],
    make: petName,
  },
];
