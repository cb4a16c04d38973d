import { createSeededRandom, type Random } from '@retentive/core';

/** One thing said in a history. */
export interface TruthTurn {
  readonly text: string;
  readonly time: number;
}

/** A question whose answer is one value. */
export interface TruthQuestion {
  readonly question: string;
  readonly value: string;
}

/** What one person told over some months, and what is asked afterwards. */
export interface TruthHistory {
  readonly user: string;
  readonly turns: readonly TruthTurn[];
  /** Lines that core memory is given, where it is on. */
  readonly core: readonly string[];
  readonly questions: readonly TruthQuestion[];
}

const DAY_MS = 86_400_000;
const START = Date.UTC(2025, 0, 6, 9);
/** Small talk around what matters, as much as a few weeks bring. */
const FILLERS = 120;

const PLACES = ['Porto', 'Lisbon', 'Utrecht', 'Ghent', 'Bergen', 'Oslo', 'Faro', 'Braga', 'Turin', 'Graz'];
const JOBS = ['nurse', 'carpenter', 'translator', 'chemist', 'pilot', 'baker', 'plumber', 'librarian'];
const COLOURS = ['green', 'purple', 'orange', 'turquoise', 'yellow', 'crimson'];
const PETS = ['Luna', 'Biscuit', 'Pepper', 'Moss', 'Ziggy', 'Olive', 'Juno'];
const NAMES = [
  'Ana',
  'Ben',
  'Cleo',
  'Dario',
  'Edda',
  'Finn',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kira',
  'Lars',
];
const FOODS = ['peanuts', 'shellfish', 'eggs', 'soy', 'sesame'];
const DOCTORS = ['Falk', 'Moreira', 'Lindqvist', 'Okafor', 'Brandt'];
const LANGUAGES = ['French', 'Danish', 'Polish', 'Dutch', 'Catalan'];

/** What is said, what corrects it months later, and what is asked; `{}` is the value. */
const CHANGING = [
  {
    said: 'I live in {}.',
    later: 'I moved to {} last week.',
    asked: 'Where does NAME live?',
    values: PLACES,
  },
  { said: 'I work as a {}.', later: 'I work as a {} now.', asked: 'What is the job of NAME?', values: JOBS },
  {
    said: 'My favourite colour is {}.',
    later: 'My favourite colour is {} these days.',
    asked: "What is NAME's favourite colour?",
    values: COLOURS,
  },
  {
    said: 'My cat is called {}.',
    later: 'My cat is called {}, I told you a wrong name.',
    asked: "What is NAME's cat called?",
    values: PETS,
  },
] as const;

/** What is to be known always, though nobody would ask for it in its own words. */
const STANDING = [
  {
    said: 'I am allergic to {}.',
    line: 'Allergic to {}.',
    asked: 'What should we cook for dinner tonight?',
    values: FOODS,
  },
  {
    said: 'My doctor is called {}.',
    line: 'Doctor: {}.',
    asked: 'I feel sick. Whom do I call?',
    values: DOCTORS,
  },
  {
    said: 'Please always answer me in {}.',
    line: 'Answer in {}.',
    asked: 'How does a heat pump work?',
    values: LANGUAGES,
  },
] as const;

const SMALL_TALK = [
  'The train to PLACE was late again.',
  'What a lot of rain today.',
  'I watched a film about PLACE last night.',
  'Do you know a good recipe for soup?',
  'My neighbour NAME works too much.',
  'Where did I put my keys?',
  'A friend of mine lives near PLACE, I think.',
  'The colour of the sea was lovely this morning.',
  'I heard a cat all night.',
  'What is a good job for the weekend?',
  'Thanks, that was helpful!',
  'NAME called and asked about dinner.',
  'I might learn to cook at some point.',
  'How do you spell favourite?',
] as const;

const pick = <Value>(values: readonly Value[], random: Random): Value =>
  values[Math.floor(random.next() * values.length)] as Value;

const smallTalk = (random: Random): string =>
  pick(SMALL_TALK, random).replace('PLACE', pick(PLACES, random)).replace('NAME', pick(NAMES, random));

const historyOf = (
  user: string,
  random: Random,
  statements: readonly { readonly text: string; readonly at: number }[],
  rest: Pick<TruthHistory, 'core' | 'questions'>,
): TruthHistory => {
  const texts: string[] = Array.from({ length: FILLERS }, () => smallTalk(random));
  const ordered = statements.toSorted((a, b) => b.at - a.at);
  for (const { text, at } of ordered) texts.splice(Math.floor(at * FILLERS), 0, text);
  return { user, turns: texts.map((text, day) => ({ text, time: START + day * DAY_MS })), ...rest };
};

/** Facts that are said early and corrected late, asked in other words. */
export const createChangingFacts = (seed: number): readonly TruthHistory[] => {
  const random = createSeededRandom(seed);
  return NAMES.map((user) => {
    const facts = CHANGING.map(({ said, later, asked, values }) => {
      const before = pick(values, random);
      const after = pick(
        values.filter((value) => value !== before),
        random,
      );
      return {
        said: [
          { text: said.replace('{}', before), at: random.next() * 0.4 },
          { text: later.replace('{}', after), at: 0.5 + random.next() * 0.4 },
        ],
        question: { question: asked.replace('NAME', user), value: after },
      };
    });
    return historyOf(
      user,
      random,
      facts.flatMap(({ said }) => said),
      { core: [], questions: facts.map(({ question }) => question) },
    );
  });
};

/** What must be known whatever is asked: said once in talk, and standing in core memory where it is on. */
export const createStandingFacts = (seed: number): readonly TruthHistory[] => {
  const random = createSeededRandom(seed);
  return NAMES.map((user) => {
    const facts = STANDING.map(({ said, line, asked, values }) => {
      const value = pick(values, random);
      return {
        said: { text: said.replace('{}', value), at: random.next() * 0.9 },
        line: line.replace('{}', value),
        question: { question: asked, value },
      };
    });
    return historyOf(
      user,
      random,
      facts.map(({ said }) => said),
      { core: facts.map(({ line }) => line), questions: facts.map(({ question }) => question) },
    );
  });
};
