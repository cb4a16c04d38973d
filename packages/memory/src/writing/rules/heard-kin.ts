import { withoutAsides } from './asides.ts';
import type { People } from './people.ts';
import type { Reading } from './read-clause.ts';
import { nameAt, readKin } from './subjects.ts';
import { asSentence } from './third-person.ts';
import type { Person, Token } from './tokens.ts';

const kinReading = (name: string, relation: string, speaker: Person): Reading => ({
  attribute: `family:${relation}`,
  value: name,
  person: speaker,
  negated: false,
  valid: {},
  entities: [name],
  text: asSentence(`${name} is ${speaker.label}'s ${relation}`),
});

/** "my sister Mia": whoever is named beside a word for kin. They, and kin without a name, can be meant from then on. */
export const hearKin = (source: readonly Token[], people: People): readonly Reading[] => {
  const { tokens } = withoutAsides(source);
  return tokens.flatMap(({ norm, time }, index) => {
    const kin =
      time === undefined && /^(?:my|our)$/u.test(norm) ? readKin(tokens, index + 1, people) : undefined;
    if (kin === undefined || kin.person.isPlural) return [];
    const { name } = nameAt(tokens, kin.end - 1);
    const { relation = '' } = kin.person;
    if (name === '' || kin.person.name === undefined || !kin.person.label.endsWith(` ${kin.person.name}`)) {
      people.hear(kin.person);
      return [];
    }
    const after = tokens[kin.end];
    people.introduce(kin.person.name, relation);
    if (after?.norm === "'s" && tokens[kin.end + 1]?.pos === 'NOUN') return [];
    if (after?.norm === 'and') return [];
    return [kinReading(kin.person.name, relation, people.speaker)];
  });
};

/** Facts that tell the name of a relative or a pet make them known. */
export const introduceAll = (readings: readonly Reading[], people: People): void => {
  for (const { attribute, value = '' } of readings) {
    const [family, relation = family] = attribute.split(':');
    if ((family === 'family' || family === 'pet') && /^\p{Lu}/u.test(value))
      people.introduce(value, relation ?? '');
  }
};
