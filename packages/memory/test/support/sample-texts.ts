import { createSeededRandom } from '@retentive/core';

const WHO = ['I', 'my sister', 'our neighbour', 'Signe', 'the landlord', 'Caio', 'a friend from work'];
const DOES = ['bought', 'lost', 'found', 'painted', 'forgot', 'repaired', 'sold', 'borrowed', 'cleaned'];
const WHAT = [
  'the old bicycle',
  'a red kettle',
  'two tickets',
  'the boat',
  'some books',
  'a warm coat',
  'the keys',
];
const WHEN = ['yesterday', 'last week', 'in the morning', 'after dinner', 'on Monday', 'before the trip'];
const END = ['.', '!', ', I think.', ', and that was that.', ' again.', ' and went home.'];

/** So many short sentences about everyday things, the same ones for the same seed. Made for tests, of no real person. */
export const sampleTexts = (count: number, seed = 7): readonly string[] => {
  const random = createSeededRandom(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(random.next() * list.length)] as string;
  return Array.from(
    { length: count },
    () => `${pick(WHO)} ${pick(DOES)} ${pick(WHAT)} ${pick(WHEN)}${pick(END)}`,
  );
};
