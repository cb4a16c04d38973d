import { createSeededRandom, type Random } from '@retentive/core';
import type { TruthHistory, TruthMessage, TruthProbe } from './history-schema.ts';
import {
  conclude,
  DAY_MS,
  type Ending,
  fill,
  type Line,
  operation,
  pick,
  QUESTIONS,
  START,
  type Story,
  shuffled,
  type ToldFact,
  tell,
} from './stories.ts';
import type { Wordings } from './wordings.ts';

/** A generated history with what is asked of it, and what is true in it. */
export interface GeneratedTruth {
  readonly histories: readonly TruthHistory[];
  readonly probes: readonly TruthProbe[];
  /** What was told in each history, whenever it held: a fact read from the talk that is none of these is wrong. */
  readonly told: ReadonlyMap<string, readonly ToldFact[]>;
}

/** Attributes of one person: each with one to three things told. */
const ATTRIBUTES = 9;
/** Small talk, distractors and answers around each thing told. */
const MESSAGES_BETWEEN = 4;

const endingsOf = (attribute: string, { templates }: Wordings): readonly Ending[] => {
  const template = templates[attribute];
  const can = (['change', 'end', 'correction', 'withdrawal', 'never'] as const).filter(
    (kind) => (template?.[kind]?.length ?? 0) > 0,
  );
  // What changed is what memory is measured by; of several at once nothing takes another's place.
  const most =
    template?.many === true ? (['none', 'none'] as const) : (['none', 'change', 'change'] as const);
  return [
    ...most.filter((kind) => kind === 'none' || can.includes(kind)),
    ...can.filter((kind) => template?.many !== true || kind !== 'change'),
  ];
};

/** The talk of a history: what is told, with small talk, other people's affairs and answers in between. */
const talkOf = (
  lines: readonly Line[],
  name: string,
  random: Random,
  wordings: Wordings,
): readonly TruthMessage[] => {
  const messages: TruthMessage[] = [];
  const say = (role: 'user' | 'assistant', content: string, time: number): void => {
    const id = `m${messages.length + 1}`;
    messages.push({
      id,
      thread: `day-${Math.floor(time / DAY_MS)}`,
      role,
      speaker: role === 'user' ? name : undefined,
      time,
      content,
    });
  };
  const other = (): string => {
    if (random.next() < 0.6) return pick(wordings.smalltalk, random);
    const { text, attribute } = pick(wordings.distractors, random);
    const value = pick(wordings.values[attribute ?? ''] ?? ['something'], random);
    return fill(text, {
      value,
      subject: `My ${pick(wordings.relations, random)}`,
      old: value,
      ago: 'last week',
      month: 'May',
      year: '2019',
    });
  };
  for (const { time, text } of lines.toSorted((a, b) => a.time - b.time)) {
    const between = Math.floor(random.next() * MESSAGES_BETWEEN);
    for (let index = 0; index < between; index += 1) {
      say('user', other(), time - (between - index) * 120_000);
      say('assistant', pick(wordings.assistant, random), time - (between - index) * 120_000 + 20_000);
    }
    say('user', text, time);
    say('assistant', pick(wordings.assistant, random), time + 20_000);
  }
  return messages;
};

const historyOf = (id: string, name: string, random: Random, wordings: Wordings) => {
  const attributes = shuffled(Object.keys(wordings.templates), random);
  const told = attributes.slice(0, ATTRIBUTES);
  const stories = told.map((attribute, place): Story => {
    const ending = pick(endingsOf(attribute, wordings), random);
    const story = tell({ subject: name, attribute, day: place * 3, random, wordings }, ending, name);
    const concluded =
      ending === 'never' ? { operations: [], probes: [] } : conclude(attribute, story, name, random);
    return {
      ...story,
      operations: [...story.operations, ...concluded.operations],
      probes: [...story.probes, ...concluded.probes],
    };
  });
  const relative = pick(
    wordings.names.filter((other) => other !== name),
    random,
  );
  const relation = pick(wordings.relations, random);
  const known = told
    .filter((attribute) => (wordings.templates[attribute]?.third?.length ?? 0) > 0)
    .slice(0, 2);
  const others = known.map((attribute, place): Story => {
    const template = wordings.templates[attribute];
    const value = pick(wordings.values[attribute] ?? [''], random);
    const time = START + (place * 5 + 2) * DAY_MS;
    const text = fill(pick(template?.third ?? [], random), { subject: `My ${relation} ${relative}`, value });
    return {
      lines: [{ time, text }],
      operations: [
        operation('add', `${relative}-${attribute}`, { subject: relative, attribute }, time, {
          value,
          valid: { from: time },
        }),
      ],
      probes: [
        {
          ability: 'current',
          question: (QUESTIONS[attribute] ?? '').replace('NAME', relative),
          about: relative,
          attribute,
          answers: [value],
          asOf: undefined,
          knownAt: undefined,
        },
      ],
      told: [
        { subject: relative, attribute, value },
        { subject: name, attribute: 'family', value: relative },
      ],
    };
  });
  const all = [...stories, ...others];
  const probes = all.flatMap((story) => story.probes);
  // As many questions without an answer as with one.
  const missing = attributes.slice(ATTRIBUTES).map((attribute) => ({
    ability: 'absence',
    question: (QUESTIONS[attribute] ?? '').replace('NAME', name),
    about: name,
    attribute,
    answers: [],
    absent: true,
    asOf: undefined,
    knownAt: undefined,
  }));
  const wanted =
    probes.filter(({ ability }) => ability === 'current').length -
    probes.filter(({ ability }) => ability === 'absence').length;
  const history: TruthHistory = {
    id,
    messages: [
      ...talkOf(
        all.flatMap(({ lines }) => lines),
        name,
        random,
        wordings,
      ),
    ],
    operations: all.flatMap(({ operations }) => operations).toSorted((a, b) => (a.time ?? 0) - (b.time ?? 0)),
  };
  return {
    history,
    probes: [...probes, ...missing.slice(0, Math.max(0, wanted))].map((probe) => ({
      ...probe,
      historyId: id,
    })),
    told: all.flatMap((story) => story.told),
  };
};

/** Makes histories, the same for the same seed. */
export const generateTruth = (wordings: Wordings, count: number, seed: number): GeneratedTruth => {
  const random = createSeededRandom(seed);
  const names = shuffled(wordings.names, random);
  const made = Array.from({ length: count }, (_, index) =>
    historyOf(`h${index + 1}`, names[index % names.length] as string, random, wordings),
  );
  return {
    histories: made.map(({ history }) => history),
    probes: made.flatMap(({ probes }) => probes),
    told: new Map(made.map(({ history, told }) => [history.id, told])),
  };
};
