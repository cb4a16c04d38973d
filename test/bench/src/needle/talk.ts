import type { Random } from '@retentive/core';

/** Something said once, and the question that it answers. */
export interface Needle {
  readonly statement: string;
  readonly question: string;
  /** Stands in no other message. */
  readonly answer: string;
}

/** A kind of needle: `{}` is the answer. */
const KINDS: readonly (readonly [statement: string, question: string])[] = [
  ['By the way, the code of my bicycle lock is {}.', 'What is the code of my bicycle lock?'],
  ['My sister named her new dog {}.', "What is the name of my sister's dog?"],
  ['I parked the car on level {} of the airport garage.', 'On which level did I park the car?'],
  ['Our landlord told us that his first name is {}.', 'What is the first name of our landlord?'],
  ['The dentist moved my appointment to room {}.', "In which room is my dentist's appointment?"],
  ['I promised to call the plumber, whose name is {}.', 'What is the plumber called?'],
  ['The wifi at the cabin uses the password {}.', 'What is the wifi password at the cabin?'],
  ['I prefer the tea that my aunt sends from {}.', 'Where does the tea come from that my aunt sends?'],
];

const PEOPLE = [
  'my brother',
  'a colleague',
  'our neighbour',
  'my aunt',
  'the landlord',
  'my sister',
] as const;
const PLACES = ['the market', 'the cabin', 'the garage', 'the airport', 'the dentist', 'the office'] as const;
const THINGS = ['the car', 'the bicycle', 'a new dog', 'the wifi', 'some tea', 'an appointment'] as const;
const FEELINGS = ['rather tired', 'quite happy', 'a bit worried', 'in a hurry', 'bored', 'curious'] as const;

const FILLERS: readonly ((pick: <Value>(from: readonly Value[]) => Value) => string)[] = [
  (pick) => `Today I went to ${pick(PLACES)} with ${pick(PEOPLE)}, and we talked about ${pick(THINGS)}.`,
  (pick) => `I feel ${pick(FEELINGS)} since ${pick(PEOPLE)} called about ${pick(THINGS)}.`,
  (pick) => `Do you think ${pick(PEOPLE)} would like ${pick(THINGS)}? I am ${pick(FEELINGS)}.`,
  (pick) => `There was a long queue at ${pick(PLACES)} again, so I came home ${pick(FEELINGS)}.`,
  (pick) =>
    `${pick(PEOPLE)} asked me about ${pick(THINGS)} while we were at ${pick(PLACES)}.`.replace(/^./u, (c) =>
      c.toUpperCase(),
    ),
];

const ANSWERS: readonly ((pick: <Value>(from: readonly Value[]) => Value) => string)[] = [
  (pick) => `That sounds ${pick(['nice', 'tiring', 'familiar'])}. How was ${pick(PLACES)}?`,
  (pick) => `I see. Did ${pick(PEOPLE)} say anything about ${pick(THINGS)}?`,
  () => 'Thank you for telling me. Is there anything I can do?',
];

/** Small talk in which needles are said, about the same people, places and things as the needles. */
export interface Talk {
  /** What is said at a turn; an even one by the user. */
  filler(turn: number): string;
  /** The `index`-th needle. */
  needle(index: number): Needle;
}

/** Makes {@link Talk}, the same for the same chance. */
export const createTalk = (random: Random): Talk => {
  const pick = <Value>(from: readonly Value[]): Value =>
    from[Math.floor(random.next() * from.length)] as Value;
  const offset = Math.floor(random.next() * KINDS.length);
  return {
    filler: (turn) => (turn % 2 === 0 ? pick(FILLERS)(pick) : pick(ANSWERS)(pick)),
    needle(index) {
      const [statement, question] = KINDS[(offset + index) % KINDS.length] as (typeof KINDS)[number];
      const letters = Array.from({ length: 5 }, () => pick([...'bdfgklmnprstv']) + pick([...'aeiou'])).join(
        '',
      );
      const answer = letters.replace(/^./u, (c) => c.toUpperCase());
      return { statement: statement.replace('{}', answer), question, answer };
    },
  };
};
