import { nationalityOf, religionOf } from './lists-of-people.ts';
import { bare, type Draft, listItems, type Match, ownerOf, type Rule, simple } from './rule.ts';
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

const age = ({ words, verb }: Match): readonly Draft[] => {
  const value = numberOf(words('age'));
  return Number.isInteger(value) && value > 0 && value < OLDEST
    ? [{ attribute: 'age', value: String(value), begins: /^turn/u.test(verb) }]
    : [];
};

const birthday = ({ captures, words }: Match): readonly Draft[] => {
  const time = captures['when']?.[0]?.time;
  if (time === undefined || time.grain !== 'day') return [];
  // Of a birthday the year is only known where it was said of the birth.
  const value = /born/u.test(words('how')) ? time.value : time.value.replace(/ \d{4}$/u, '');
  return [{ attribute: 'birthday', value, valid: {} }];
};

const named = ({ words, person, captures, tokensText }: Match): readonly Draft[] => {
  const value = words('name');
  // "My boss is Norwegian" tells no name, and "I am Batman" none either.
  const isPlainIs = !/\b(?:name|named|called)\b/iu.test(tokensText);
  if (
    isPlainIs &&
    (person.isSpeaker ||
      person.name !== undefined ||
      nationalityOf(value) !== undefined ||
      religionOf(value) !== undefined)
  )
    return [];
  if (
    person.relation !== undefined &&
    (captures['name'] ?? []).some(({ norm }) => norm === 'and' || norm === ',')
  ) {
    return listItems(value).map((each) => ({
      attribute: `family:${person.relation}`,
      value: each,
      entities: [each],
      valid: {},
      subject: ownerOf(person),
      text: `${each} is one of ${person.label}`,
    }));
  }
  const name: Draft = { attribute: 'name', value, entities: [value], valid: {} };
  if (person.relation === undefined) return [name];
  return [
    {
      ...name,
      attribute: person.relation === 'pet' ? 'pet' : `family:${person.relation}`,
      subject: ownerOf(person),
    },
  ];
};

const languages: Rule['make'] = ({ words }) => {
  const found = listItems(words('what')).flatMap((item) => languageName(item.split(' ').at(-1) ?? '') ?? []);
  return found.map((value) => ({ attribute: 'language', value, entities: [value] }));
};

/** "I support Benfica"; an idea or a decision is no team. */
const team: Rule['make'] = ({ words, captures, verb }) => {
  if (captures['none'] !== undefined) return [{ attribute: 'team' }];
  const phrase = words('what');
  if (verb !== 'am' && verb !== 'is' && verb !== 'are') return [{ attribute: 'team', value: bare(phrase) }];
  const value = /^(?<value>\p{Lu}.*?)(?: (?:supporter|fan))$/u.exec(bare(phrase))?.groups?.['value'];
  return value === undefined ? [] : [{ attribute: 'team', value }];
};

const belongs: Rule['make'] = ({ words, points, mode }) => {
  const what = points('what') ? '' : words('what');
  const nationality = nationalityOf(what);
  if (nationality !== undefined && !/^\p{Ll}/u.test(nationality))
    return [{ attribute: 'nationality', value: nationality, valid: {} }];
  const religion = religionOf(what);
  if (religion === undefined) return [];
  return /^religious$/iu.test(religion) && mode !== 'plain'
    ? [{ attribute: 'religion' }]
    : [{ attribute: 'religion', value: religion }];
};

/** Who somebody is, comes from and belongs to. */
export const PEOPLE_RULES: readonly Rule[] = [
  {
    when: [
      'O full|first|real? name is|was actually|really|now? {name:NAME} $',
      'S am|is|are * named|called {name:NAMES} $',
      'S is|are {name:NAMES} $',
      'O name has changed to {name:NAME}',
      'S * <change O name to {name:NAME}',
    ],
    modes: ['plain'],
    make: named,
  },
  {
    when: ['S * go|goes by {what:NAME}', 'O nickname is {what:NAME}', 'S ~call me {what:NAME} $'],
    make: (match) => simple('nickname')(match).map((draft) => ({ ...draft, subject: ownerOf(match.person) })),
  },
  {
    when: [
      'S * am|is|are {age:NUM} years|yrs old|young?',
      'S * am|is|are {age:NUM} now? $',
      'S * <turn {age:NUM} $',
      'S * <turn {age:NUM} T',
      'O age is {age:NUM} $',
    ],
    modes: ['plain'],
    make: age,
  },
  {
    when: [
      'S am|is|are * {what:NP} $',
      'S am|is|are * {what:WORD} $',
      'S am|is|are * half|part {what:WORD} $',
      'S am|is|are * {what:WORD} by birth|nationality',
    ],
    modes: ['plain', 'negated'],
    make: belongs,
  },
  {
    when: [
      'S am|is|are a {what:NP} supporter|fan $',
      'S am|is|are a {what:NP} $',
      'S * ~SUPPORT {what:NAME} $',
      'S * ~SUPPORT {what:NAME}',
      'S * ~root for {what:NAME}',
      'S * ~support any {none:NP}',
    ],
    make: team,
  },
  {
    when: ['O birthday is|falls on? {when:T}', 'S was {how:WORD} {when:T}'],
    modes: ['plain'],
    make: birthday,
  },
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
      'S * can * speak|understand {what:OBJ}',
      'S * =know some|a? little|bit? of? {what:OBJ}',
      'O {what:WORD} is * fluent|native|decent|rusty',
      'O native language|tongue is {what:OBJ}',
      'O mother tongue is {what:OBJ}',
      'S am|is fluent in {what:OBJ}',
    ],
    make: languages,
  },
];
