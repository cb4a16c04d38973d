import type { Fact } from '@retentive/core';
import { ownValue } from '../own-value.ts';
import { relationOf } from '../writing/rules/kin.ts';
import { normaliseName } from './fact-lookup.ts';

/**
 * What people call the attributes of the vocabulary, each line an attribute and other names for it, with spaces for `_`, `-`
 * and capitals inside a word. One name may stand in several lines: those first are asked first.
 */
const SYNONYMS = `
name: full name|first name|is called|called
nickname: nick|alias|goes by
age: years old|how old
birthday: birth date|birthdate|date of birth|dob|born on|born
origin: birthplace|place of birth|born in|hometown|home town|comes from|from|nationality|native of
childhood home: grew up in|raised in|hometown|home town
language: languages|speaks|spoken language|native language|mother tongue
relationship: marital status|relationship status|civil status|partner|spouse|married to
home: lives in|lives|lives at|living in|residence|resides in|place of residence|city of residence|current city|home city|city|town|location|address|based in|current location|country of residence
household: lives with|flatmate|roommate|housemate
workplace: office|works at|place of work|work location
employer: works for|works at|company|workplace|firm|organisation|organization|employed by|current employer
job: job title|occupation|profession|role|position|title|works as|work|career
field: industry|sector|works in
studies: study|major|subject|field of study|degree|course|degree program|learning
school: university|college|studies at|attends|alma mater
education: graduated from|alma mater|qualification|degree
pet: has pet|pets|pet name|animal|owns pet
likes: like|loves|enjoys|hobby|hobbies|interest|interests|fan of|passion
dislikes: dislike|hates|hate|aversion|cannot stand
prefers: preference|preferred
allergy: allergies|allergic to|allergic|food allergy
diet: dietary preference|dietary restriction|eats|eating habits
health: medical condition|condition|illness|diagnosis|disease|health condition
habit: habits|hobby|hobbies
car: drives|drive|drives car|vehicle|car model
phone: mobile|mobile phone|cell phone|smartphone|phone model
team: supports|team supported|supported team|favourite team|favorite team|fan of team|football team|sports team
doctor: gp|physician|general practitioner
owns: own|has|possession|possessions
uses: use
wants: want|wish|goal|desire
activity: project|works on|working on|hobby|hobbies
routine: schedule|hobby|hobbies
plan: plans|upcoming|intends|intention
event: events|happened|did
`;

const readTable = (table: string): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>();
  for (const line of table.trim().split('\n')) {
    const [attribute = '', others = ''] = line.split(': ');
    for (const name of [attribute, ...others.split('|')]) {
      const known = names.get(name);
      // The attribute's own name comes before others that are also called so.
      if (known === undefined) names.set(name, [attribute]);
      else if (name === attribute) known.unshift(attribute);
      else known.push(attribute);
    }
  }
  return names;
};

const NAMES = readTable(SYNONYMS);

/**
 * Names of a part of what an attribute holds, each line with the words one of which must stand in what was said, and the
 * attributes that it may be filed under.
 */
const PARTS = `
car,vehicle,drives,drive: car|drive|driving|vehicle: owns|uses
bike,bicycle: bike|bicycle|cycle|cycling: owns|uses
phone,mobile,mobile phone,cell phone: phone|mobile|smartphone: owns|uses
computer,laptop: computer|laptop: owns|uses
device: device|gadget: owns|uses
instrument,plays,plays instrument: play|instrument: owns|activity|routine|likes|habit
sport,exercise,plays sport: sport|play|train|exercise|gym: routine|activity|likes|habit
dog: dog|puppy: pet
cat: cat|kitten: pet
team,supports,team supported,favourite team,favorite team,supported team,fan of team: team|support|fan|club: likes|favorite:team
trip,travel plan,next trip,travel,holiday,vacation: trip|travel|visit|fly|flying|holiday|vacation: plan
appointment: appointment: plan
doctor,gp,physician,general practitioner: doctor|gp|physician: family:doctor|health
`;

const readParts = (table: string): ReadonlyMap<string, readonly CalledAttribute[]> =>
  new Map(
    table
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [names = '', words = '', attributes = ''] = line.split(/: /u);
        const mentions = words.split('|');
        const called = attributes.split('|').map((attribute) => ({ attribute, mentions }));
        return names.split(',').map((name) => [name, called] as const);
      }),
  );

/** An attribute that a name may stand for. */
export interface CalledAttribute {
  readonly attribute: string;
  /** The name is a part of what the attribute holds: facts in which one of these words stands. */
  readonly mentions?: readonly string[] | undefined;
}

const PARTS_BY_NAME = readParts(PARTS);

/** Relations that people ask for by one word, as they are filed. */
const KINDS_OF_KIN: Readonly<Record<string, readonly string[]>> = {
  partner: ['partner', 'husband', 'wife', 'girlfriend', 'boyfriend', 'fiance'],
  child: ['child', 'son', 'daughter'],
  sibling: ['sibling', 'sister', 'brother'],
  parent: ['parent', 'mother', 'father'],
  grandparent: ['grandparent', 'grandmother', 'grandfather'],
};

const OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['spouse', 'partner'],
  ['married to', 'partner'],
  ['kid', 'child'],
  ['kids', 'child'],
]);

/** `livesIn`, `lives_in` and `Lives in` are one name. */
const wordsOf = (attribute: string): string =>
  normaliseName(attribute.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '))
    .replace(/[\s_./-]+/gu, ' ')
    .replace(/^(?:current|present|the|his|her|their|my) /u, '')
    .trim();

const AMERICAN: Readonly<Record<string, string>> = { colour: 'color', flavour: 'flavor', theatre: 'theater' };

const favoriteOf = (words: string): readonly string[] => {
  const thing = /^(?:favou?rite)(?: |:)(.+)$/u.exec(words)?.[1];
  if (thing === undefined) return [];
  const other =
    ownValue(AMERICAN, thing) ?? Object.entries(AMERICAN).find(([, american]) => american === thing)?.[0];
  return [`favorite:${thing}`, ...(other === undefined ? [] : [`favorite:${other}`])];
};

const kinOf = (words: string): readonly string[] => {
  const word = words
    .replace(/(?:'s)? name$/u, '')
    .replace(/^(?:name of|family:)/u, '')
    .trim();
  const filed = OTHERWISE.get(word) ?? relationOf(word);
  const asked = filed ?? word;
  const kinds = ownValue(KINDS_OF_KIN, asked) ?? (filed === undefined ? [] : [asked]);
  return kinds.map((kind) => `family:${kind}`);
};

/**
 * The attributes that a name may stand for, most likely first: the name itself, then those of the vocabulary that go by it.
 * `lives_in`, `city` and `residence` are all asked of `home`.
 */
export const attributesCalled = (name: string): readonly CalledAttribute[] => {
  const words = wordsOf(name);
  const plain = [
    normaliseName(name),
    words,
    ...favoriteOf(words),
    ...kinOf(words),
    ...(NAMES.get(words) ?? []),
  ];
  return [...[...new Set(plain)].map((attribute) => ({ attribute })), ...(PARTS_BY_NAME.get(words) ?? [])];
};

/** True where one of the words begins a word of a fact, or of what was said. */
export const isMentioned = (words: readonly string[], { text, sources }: Fact): boolean => {
  const said = [text, ...sources.map(({ quote = '' }) => quote)].join(' ').toLowerCase();
  return words.some((word) => new RegExp(`(?<!\\p{L})${word}`, 'u').test(said));
};
