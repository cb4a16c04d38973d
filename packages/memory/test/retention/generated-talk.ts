import { createSeededRandom } from '@retentive/core';

/** Small talk that nobody will ask about. Written for this test. */
const FILLER = [
  'That sounds really nice, have fun!',
  'How was your day?',
  'Oh I see, that makes sense to me.',
  'Thanks a lot, you are the best!',
  'I know what you mean, it happens to me all the time.',
  'Good morning! Did you sleep well?',
  'Haha, yes, I was thinking the same thing.',
  'Okay, talk to you later then.',
  'I am so happy for you!',
  'It is getting late, I should go to bed.',
  'Well, you never know what will happen.',
  'What are you doing tonight?',
  'I just got home and I am a bit tired.',
  'Really? Tell me more about it!',
  'You are right, we should do that some time.',
  'No problem at all, take your time.',
  'I hope you feel better soon.',
  'Let me think about it and get back to you.',
  'The weather has been so good this week.',
  'That is a great idea, I love it.',
];

const NAMES = ['Oduya', 'Henrike', 'Tamsin', 'Bartosz', 'Ximena', 'Lior', 'Marit', 'Kwame'];
const PLACES = ['Tromsø', 'Valparaíso', 'Ghent', 'Busan', 'Lusaka', 'Coimbra', 'Tbilisi', 'Galway'];
const THINGS = ['cello', 'kayak', 'telescope', 'loom', 'accordion', 'greenhouse', 'harpsichord', 'unicycle'];

type Pick = (list: readonly string[]) => string;

/** One-off facts in words that the filler does not share. */
const FACTS: readonly ((pick: Pick, number: number) => string)[] = [
  (pick) => `My sister ${pick(NAMES)} moved to ${pick(PLACES)} to restore a ${pick(THINGS)}.`,
  (pick, number) => `The locker code for the ${pick(THINGS)} is ${number}.`,
  (pick) => `${pick(NAMES)} sold the ${pick(THINGS)} to a dentist from ${pick(PLACES)}.`,
  (pick, number) => `Our train to ${pick(PLACES)} leaves at 7:45 from platform ${number % 20}.`,
  (pick) => `I am learning the ${pick(THINGS)} with ${pick(NAMES)}, who studied in ${pick(PLACES)}.`,
];

/** One message, and whether it is the fact. */
export interface TalkLine {
  readonly text: string;
  readonly isFact: boolean;
}

/** A talk of `lines` lines in which one of the first half is a fact. The same seed gives the same talk. */
export const generateTalk = (seed: number, lines: number): readonly TalkLine[] => {
  const random = createSeededRandom(seed);
  const pick: Pick = (list) => list[Math.floor(random.next() * list.length)] as string;
  const place = Math.floor((random.next() * lines) / 2);
  return Array.from({ length: lines }, (_, line): TalkLine => {
    if (line !== place) return { text: pick(FILLER), isFact: false };
    const fact = FACTS[seed % FACTS.length] as (typeof FACTS)[number];
    return { text: fact(pick, 1000 + Math.floor(random.next() * 9000)), isFact: true };
  });
};

/** Probability that a value of `high` lies above one of `low`, ties counting half. */
export const areaUnderCurve = (high: readonly number[], low: readonly number[]): number => {
  let above = 0;
  for (const a of high) for (const b of low) above += a > b ? 1 : a === b ? 0.5 : 0;
  return above / (high.length * low.length);
};
