import { createSeededRandom, type Random } from '@retentive/core';
import type { BenchConversation, BenchQuestion, BenchSet, BenchTurn } from '../bench-data.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2025, 0, 6, 9);
const HISTORIES = 24;
/** Others of whom the same kind of thing is told, for each thing that is asked. */
const OTHERS = 40;
const FILLERS = 80;
const TURNS_A_DAY = 8;

const words = (text: string): readonly string[] => text.split('|');

const USERS = words('Ana|Ben|Cleo|Dario|Edda|Finn|Greta|Hugo|Ines|Jonas|Kira|Lars');
const PEOPLE = words(
  'Mia|Nora|Oskar|Pia|Quentin|Rosa|Sven|Tilda|Ugo|Vera|Wanda|Xenia|Yann|Zoe|Alma|Bruno|Carla|Dora|Emil|Fritz|Gina|Heidi|Ivo|Jana|Karl|Lena|Milo|Nils|Olga|Paul|Rita|Selma|Theo|Ulla|Viktor|Willa',
);
const FIRMS = words(
  'Vestel|Brightwater|Norlink|Kestrel Foods|Oakline|Tamarind|Polder Works|Quillon|Serafina|Umbra Labs|Wexford|Zephyrine',
);
const ANIMALS = words('Rex|Biscuit|Pepper|Moss|Ziggy|Olive|Juno|Pixel|Waffle|Bandit|Clover|Nugget');
const CITIES = words('Porto|Utrecht|Ghent|Bergen|Faro|Turin|Graz|Lyon|Malmo|Cork|Split|Bilbao');

/** Something told of somebody by name, and what is asked of it in other words; `B` is who, `{}` the value. */
interface Property {
  readonly told: string;
  readonly asked: string;
  readonly values: readonly string[];
}

const OF_PEOPLE: readonly Property[] = [
  {
    told: 'B is scared of {}.',
    asked: 'What is B afraid of?',
    values: words('thunder|heights|wasps|clowns|needles|moths'),
  },
  {
    told: 'B broke a {} while skiing.',
    asked: 'What injury did B have?',
    values: words('wrist|ankle|collarbone|rib|thumb|knee'),
  },
  {
    told: 'B won a prize for {}.',
    asked: 'What did B get an award for?',
    values: words('pottery|poems|roses|cider|photographs|chess'),
  },
  { told: 'B is going to move to {} in spring.', asked: 'Which town will B live in next?', values: CITIES },
  {
    told: 'B is learning {} at the moment.',
    asked: 'What language is B taking lessons in?',
    values: words('Basque|Finnish|Korean|Welsh|Swahili|Greek'),
  },
  {
    told: 'B bakes {} at weekends.',
    asked: 'What does B make in the kitchen?',
    values: words('rye bread|brioche|pretzels|bagels|scones|tarts'),
  },
];
const OF_FIRMS: readonly Property[] = [
  {
    told: 'B mostly sells {}.',
    asked: 'What are the products of B?',
    values: words('umbrellas|pumps|candles|ladders|violins|tents'),
  },
  { told: 'B has opened a second office in {}.', asked: 'Which city did B expand to?', values: CITIES },
];
const OF_ANIMALS: readonly Property[] = [
  { ...(OF_PEOPLE[0] as Property) },
  {
    told: 'B chewed up {} again.',
    asked: 'What did B destroy?',
    values: words('the sofa|a slipper|the remote|my charger|a pillow|the rug'),
  },
];

/** How somebody is related to the one who talks, in several wordings, and how a question says it without the name. */
interface Bond {
  readonly told: readonly string[];
  readonly asked: string;
  /** Who may be it. In a chain the first one is, and the rest are others. */
  readonly names: readonly string[];
  readonly properties: readonly Property[];
}

const BONDS: readonly Bond[] = [
  {
    told: ['My sister is called B.', 'I spent the afternoon with my sister B.', 'B is my sister.'],
    asked: "A's sister",
    names: PEOPLE,
    properties: OF_PEOPLE,
  },
  {
    told: ['My boss is B.', 'My boss B likes long meetings.', 'B is my boss since last year.'],
    asked: "A's boss",
    names: PEOPLE,
    properties: OF_PEOPLE,
  },
  {
    told: ['My neighbour B lent me a drill.', 'My neighbour is called B.', 'B is my neighbour.'],
    asked: 'the neighbour of A',
    names: PEOPLE,
    properties: OF_PEOPLE,
  },
  {
    told: ['My dentist is B.', "My dentist's name is B.", 'I have a new dentist, B.'],
    asked: "A's dentist",
    names: PEOPLE,
    properties: OF_PEOPLE,
  },
  {
    told: ['I work for B.', 'I work at B now.', 'I have a job at B.'],
    asked: "A's employer",
    names: FIRMS,
    properties: OF_FIRMS,
  },
  {
    told: ['My dog is called B.', 'I have a dog named B.', "My dog's name is B."],
    asked: "A's dog",
    names: ANIMALS,
    properties: OF_ANIMALS,
  },
];

const SMALL_TALK = words(
  'What a lot of rain today.|The train was late again.|I heard a dog all night.|My back hurts from sitting.|Do you know a good recipe for soup?|Everybody wants a new boss, it seems.|My shoes are wet.|I like the city in the morning.|A language course would be nice.|The kitchen needs paint.|I slept badly.|Thanks, that was helpful!|The dentist called about the bill.|An award show was on, I fell asleep.|Sunday was quiet.|I should buy a lamp.',
);

const pick = <Value>(values: readonly Value[], random: Random): Value =>
  values[Math.floor(random.next() * values.length)] as Value;

const fill = (text: string, name: string, value = ''): string =>
  text.replace(/\bB\b/u, name).replace('{}', value);

interface Said {
  readonly text: string;
  /** From 0, the beginning, to 1. */
  readonly at: number;
  readonly key?: string | undefined;
}

/** A name that is nobody's yet. */
const takeName = (names: readonly string[], taken: Set<string>, random: Random): string => {
  const name = pick(
    names.filter((candidate) => !taken.has(candidate)),
    random,
  );
  taken.add(name);
  return name;
};

interface Chain {
  readonly said: readonly Said[];
  readonly asked: readonly Pick<BenchQuestion, 'question' | 'answers' | 'category' | 'evidence'>[];
}

const chainOf = (
  { told, asked, names, properties }: Bond,
  place: number,
  { user, random }: { readonly user: string; readonly random: Random },
): Chain => {
  const [name = '', ...free] = names;
  const property = pick(properties, random);
  const value = pick(property.values, random);
  const [tells, has] = [`r${place}`, `p${place}`];
  const others = Array.from({ length: OTHERS }, (): Said => {
    const other = pick(free, random);
    return { text: fill(property.told, other, pick(property.values, random)), at: random.next() };
  });
  return {
    said: [
      { text: fill(pick(told, random), name), at: random.next() * 0.5, key: tells },
      { text: fill(property.told, name, value), at: random.next(), key: has },
      ...others,
    ],
    asked: [
      {
        question: fill(property.asked, asked.replace(/\bA\b/u, user)),
        answers: [value],
        category: 'two-hop',
        evidence: [tells, has],
      },
      { question: fill(property.asked, name), answers: [value], category: 'one-hop', evidence: [has] },
    ],
  };
};

const historyOf = (index: number, random: Random) => {
  const user = USERS[index % USERS.length] as string;
  const id = `two-hop-${index}`;
  const taken = new Set<string>();
  // All names are given before others are spoken of, so that nobody else has one of them.
  const given = BONDS.map(({ names }) => takeName(names, taken, random));
  const chains = BONDS.map((bond, place) => {
    const free = bond.names.filter((name) => !taken.has(name));
    return chainOf({ ...bond, names: [given[place] as string, ...free] }, place, { user, random });
  });
  const fillers = Array.from(
    { length: FILLERS },
    (): Said => ({ text: pick(SMALL_TALK, random), at: random.next() }),
  );
  const said = [...chains.flatMap((chain) => chain.said), ...fillers].sort((a, b) => a.at - b.at);
  const turns = said.map(({ text, key }, place): BenchTurn => {
    const day = Math.floor(place / TURNS_A_DAY);
    return {
      id: `${id}-${key ?? `t${place}`}`,
      thread: `${id}-day-${day}`,
      session: `${id}-day-${day}`,
      role: 'user',
      speaker: user,
      text,
      time: START + (24 * day + (place % TURNS_A_DAY)) * HOUR_MS,
    };
  });
  const conversation: BenchConversation = { id, turns };
  const questions = chains
    .flatMap(({ asked }) => asked)
    .map(
      (asked, place): BenchQuestion => ({
        ...asked,
        id: `${id}-q${place}`,
        conversationId: id,
        evidence: asked.evidence.map((key) => `${id}-${key}`),
        answerable: true,
      }),
    );
  return { conversation, questions };
};

/**
 * Histories in which somebody says in one message who their sister is, and in another something of her by name, among the
 * same kind of things told of others; asked of "Ana's sister". And the same questions by name, as a control.
 */
export const createTwoHopSet = (seed: number): BenchSet => {
  const random = createSeededRandom(seed);
  const made = Array.from({ length: HISTORIES }, (_, index) => historyOf(index, random));
  return {
    name: 'generated',
    conversations: made.map(({ conversation }) => conversation),
    questions: made.flatMap(({ questions }) => questions),
  };
};
