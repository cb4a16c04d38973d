import type { Interval } from '@retentive/core';
import { genderOf, RELATION_NAMES, relationOf } from './kin.ts';
import type { Person } from './tokens.ts';

/** What is believed of a subject already, as far as it tells who somebody is. */
export type KnownFacts = (
  subject: string,
  attribute: string,
) => readonly {
  readonly text: string;
  readonly value?: string | undefined;
  readonly negated?: boolean | undefined;
  readonly valid?: Interval | undefined;
}[];

/** Somebody, or some animal, that the speaker named by a relation. */
interface Acquaintance {
  readonly name: string;
  /** `sister`, or `pet`. */
  readonly relation: string;
}

/** Who is who to one speaker: names that were told, and whom "she" can mean. */
export interface People {
  readonly speaker: Person;
  /** The person whom the speaker has told the name of. */
  named(name: string): Person | undefined;
  /** The speaker's only relative of that kind who has a name. */
  nameOf(relation: string): string | undefined;
  /** The one person that a pronoun can mean; undefined where nobody or several were spoken of. */
  meantBy(pronoun: string): Person | undefined;
  /** Somebody was spoken of: from now on a pronoun can mean them. */
  hear(person: Person): void;
  introduce(name: string, relation: string): void;
  /** A name that nobody has told: whoever it is, a pronoun may mean them. */
  hearStranger(): void;
}

/** The speaker, as facts name them. */
export const speakerPerson = (speaker: string | undefined): Person => ({
  subject: speaker ?? 'user',
  label: speaker ?? 'the user',
  isSpeaker: true,
  isPlural: false,
});

const GENDER: Readonly<Record<string, 'she' | 'he' | undefined>> = {
  she: 'she',
  her: 'she',
  he: 'he',
  his: 'he',
};

const nameKey = (name: string): string => name.toLowerCase();

/** Makes an empty circle of people around a speaker. */
export const createPeople = (speaker: Person, known?: KnownFacts): People => {
  const told = new Map<string, Acquaintance>();
  const heard = new Map<string, Person>();
  let isKnownRead = false;
  let strangers = 0;

  const add = (name: string, relation: string): void => {
    if (!told.has(nameKey(name))) told.set(nameKey(name), { name, relation });
  };

  /** Asked for at the first name only: most messages name nobody. */
  const everybody = (): ReadonlyMap<string, Acquaintance> => {
    if (!isKnownRead && known !== undefined) {
      isKnownRead = true;
      for (const relation of RELATION_NAMES) {
        for (const { value, negated } of known(speaker.subject, `family:${relation}`)) {
          if (value !== undefined && negated !== true && /^\p{Lu}[\p{L}' -]*$/u.test(value))
            add(value, relation);
        }
      }
      for (const { value, negated } of known(speaker.subject, 'pet')) {
        if (value !== undefined && negated !== true && /^\p{Lu}[\p{L}]*$/u.test(value)) add(value, 'pet');
      }
    }
    return told;
  };

  const personOf = ({ name, relation }: Acquaintance): Person => ({
    subject: name,
    label: relation === 'pet' ? name : `${speaker.label}'s ${relation} ${name}`,
    isSpeaker: false,
    isPlural: false,
    relation,
    name,
    owner: speaker.subject,
  });

  return {
    speaker,
    named(name) {
      const found = everybody().get(nameKey(name));
      return found === undefined ? undefined : personOf(found);
    },
    nameOf(relation) {
      const names = [...everybody().values()].filter((each) => each.relation === relation);
      return names.length === 1 ? names[0]?.name : undefined;
    },
    meantBy(pronoun) {
      const gender = GENDER[pronoun];
      if (gender === undefined || strangers > 0) return undefined;
      const candidates = [...heard.values()].filter(({ relation = '', isPlural }) => {
        const own = genderOf(relation);
        return !isPlural && (own === undefined || own === gender);
      });
      return candidates.length === 1 ? candidates[0] : undefined;
    },
    hear(person) {
      if (!person.isSpeaker) heard.set(nameKey(person.subject), person);
    },
    introduce(name, relation) {
      add(name, relationOf(relation) ?? relation);
      const found = told.get(nameKey(name));
      heard.delete(nameKey(`${speaker.subject}'s ${relation}`));
      if (found !== undefined) heard.set(nameKey(name), personOf(found));
    },
    hearStranger() {
      strangers += 1;
    },
  };
};
