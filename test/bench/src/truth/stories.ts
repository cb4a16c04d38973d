import type { Random } from '@retentive/core';
import type { TruthOperation, TruthProbe } from './history-schema.ts';
import type { Wordings } from './wordings.ts';

/** What somebody told. */
export interface ToldFact {
  readonly subject: string;
  readonly attribute: string;
  readonly value: string;
}

export const DAY_MS = 86_400_000;
export const START = Date.UTC(2024, 0, 8, 9);
/** Days between two things told of one attribute: clear of any "last week". */
const STEP_DAYS = 60;

/** How each attribute is asked for. */
export const QUESTIONS: Readonly<Record<string, string>> = {
  'lives in': 'Where does NAME live?',
  'works for': 'Which company does NAME work for?',
  'job title': 'What is the job of NAME?',
  partner: "Who is NAME's partner?",
  birthday: "When is NAME's birthday?",
  'has pet': 'Which pet does NAME have?',
  'favourite food': "What is NAME's favourite food?",
  'favourite colour': "What is NAME's favourite colour?",
  likes: 'What does NAME like?',
  dislikes: 'What does NAME dislike?',
  owns: 'What does NAME own?',
  drives: 'What car does NAME drive?',
  studies: 'What does NAME study?',
  plan: 'What does NAME plan to do?',
  'allergic to': 'What is NAME allergic to?',
  speaks: 'Which language does NAME speak?',
  phone: 'Which phone does NAME have?',
  doctor: "Who is NAME's doctor?",
  'team supported': 'Which team does NAME support?',
  child: "What is NAME's child called?",
};

/** What follows from an attribute, and falls or changes with it. */
const CONSEQUENCES: readonly (readonly [from: string, attribute: string, question: string])[] = [
  ['lives in', 'commute', 'How does NAME commute?'],
  ['lives in', 'nearest station', 'What is the station nearest to NAME?'],
  ['works for', 'badge', 'Which badge does NAME carry?'],
  ['job title', 'shift', 'Which shift does NAME work?'],
  ['has pet', 'vet', "Who is NAME's vet?"],
  ['partner', 'emergency contact', "Who is NAME's emergency contact?"],
];

/** What becomes of something told. */
export type Ending = 'none' | 'change' | 'end' | 'correction' | 'withdrawal' | 'never';

export const pick = <Value>(values: readonly Value[], random: Random): Value =>
  values[Math.floor(random.next() * values.length)] as Value;

export const shuffled = <Value>(values: readonly Value[], random: Random): readonly Value[] =>
  values
    .map((value) => ({ value, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);

const AGO = ['last week', 'a few days ago', 'on Monday'];

export const fill = (template: string, slots: Readonly<Record<string, string>>): string =>
  template.replaceAll(/\{(\w+)\}/gu, (slot, name: string) => slots[name] ?? slot);

export interface Line {
  readonly time: number;
  readonly text: string;
}

/** What is told of one attribute, what that does, and what is asked of it. */
export interface Story {
  readonly lines: readonly Line[];
  readonly operations: readonly TruthOperation[];
  readonly probes: readonly Omit<TruthProbe, 'historyId'>[];
  readonly told: readonly ToldFact[];
}

interface Telling {
  readonly subject: string;
  readonly attribute: string;
  /** Day on which it is first told. */
  readonly day: number;
  readonly random: Random;
  readonly wordings: Wordings;
}

export const operation = (
  kind: TruthOperation['kind'],
  id: string,
  { subject, attribute }: Pick<Telling, 'subject' | 'attribute'>,
  time: number,
  more: Partial<TruthOperation>,
): TruthOperation => ({ ids: [id], kind, subject, attribute, valid: {}, premises: [], time, ...more });

/** One attribute of somebody: what is told of it, what that does, what is asked. */
export const tell = (telling: Telling, ending: Ending, name: string): Story => {
  const { subject, attribute, day, random, wordings } = telling;
  const template = wordings.templates[attribute];
  if (template === undefined) return { lines: [], operations: [], probes: [], told: [] };
  const [first = '', second = ''] = shuffled(wordings.values[attribute] ?? [], random);
  const at = (days: number): number => START + (day + days) * DAY_MS;
  const [start, later] = [at(0), at(STEP_DAYS)];
  const moment = new Date(later);
  const slots = {
    subject,
    ago: pick(AGO, random),
    month: new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(moment),
    year: String(moment.getUTCFullYear()),
  };
  const say = (texts: readonly string[], value: string, old = first): string =>
    fill(pick(texts, random), { ...slots, value, old });
  const question = (QUESTIONS[attribute] ?? '').replace('NAME', name);
  const id = `${subject}-${attribute}`;
  const ask = (ability: string, more: Partial<TruthProbe>): Omit<TruthProbe, 'historyId'> => ({
    ability,
    question,
    about: subject,
    attribute,
    answers: [],
    asOf: undefined,
    knownAt: undefined,
    ...more,
  });
  const now = (value: string) => ask('current', { answers: [value] });
  const nothing = ask('absence', { absent: true });
  const past = (value: string) => ask('past', { asOf: start + (STEP_DAYS / 2) * DAY_MS, answers: [value] });
  const believed = (value: string) =>
    ask('believed-then', { knownAt: start + (STEP_DAYS / 2) * DAY_MS, answers: [value] });
  const opening = { time: start, text: say(template.state, first) };
  const added = operation('add', `${id}-1`, telling, start, { value: first, valid: { from: start } });
  const told = (...values: readonly string[]): readonly ToldFact[] =>
    values.map((value) => ({ subject, attribute, value }));
  switch (ending) {
    case 'none':
      return { lines: [opening], operations: [added], probes: [now(first)], told: told(first) };
    case 'change': {
      const stated = [...template.state, ...(template.change ?? [])];
      return {
        lines: [opening, { time: later, text: say(template.change ?? stated, second) }],
        operations: [
          added,
          operation('supersede', `${id}-2`, telling, later, {
            value: second,
            valid: { from: later },
            replaces: `${id}-1`,
          }),
        ],
        probes: [now(second), past(first), believed(first), ask('order', { answers: [first, second] })],
        told: told(first, second),
      };
    }
    case 'end':
      return {
        lines: [opening, { time: later, text: say(template.end ?? [], first) }],
        operations: [
          added,
          operation('end', `${id}-2`, telling, later, { replaces: `${id}-1`, value: first }),
        ],
        probes: [nothing, past(first), believed(first)],
        told: told(first),
      };
    case 'correction':
      return {
        lines: [opening, { time: start + DAY_MS, text: say(template.correction ?? [], second) }],
        operations: [
          added,
          operation('update', `${id}-2`, telling, start + DAY_MS, { value: second, replaces: `${id}-1` }),
        ],
        probes: [
          now(second),
          past(second),
          ask('believed-then', { knownAt: start + DAY_MS / 2, answers: [first] }),
        ],
        told: told(first, second),
      };
    case 'withdrawal':
      return {
        lines: [opening, { time: start + DAY_MS, text: say(template.withdrawal ?? [], first) }],
        operations: [
          added,
          operation('retract', `${id}-2`, telling, start + DAY_MS, { replaces: `${id}-1` }),
        ],
        probes: [
          nothing,
          { ...nothing, ability: 'past', asOf: start + 10 * DAY_MS },
          ask('believed-then', { knownAt: start + DAY_MS / 2, answers: [first] }),
        ],
        told: told(first),
      };
    default:
      return {
        lines: [{ time: start, text: say(template.never ?? [], first) }],
        operations: [operation('add', `${id}-1`, telling, start, { value: first, negated: true })],
        probes: [nothing],
        told: told(first),
      };
  }
};

/** What follows from an attribute: it stands as long as that does. */
export const conclude = (
  attribute: string,
  { operations }: Story,
  name: string,
  random: Random,
): Pick<Story, 'operations' | 'probes'> => {
  const [added, next] = operations;
  const consequence = CONSEQUENCES.filter(([from]) => from === attribute);
  if (added?.time === undefined || consequence.length === 0) return { operations: [], probes: [] };
  const [, conclusion, question] = pick(consequence, random);
  const about = { subject: name, attribute: conclusion };
  const value = `${conclusion} number ${Math.floor(random.next() * 900) + 100}`;
  const ids = [`${name}-${conclusion}-1`, `${name}-${conclusion}-2`] as const;
  const made = operation('add', ids[0], about, added.time + 3_600_000, {
    value,
    premises: added.ids,
    valid: { from: added.time },
  });
  // What follows from the conclusion falls with it.
  const further = operation(
    'add',
    ids[1],
    { ...about, attribute: `${conclusion} spare` },
    added.time + 7_200_000,
    {
      value: `${value} b`,
      premises: [ids[0]],
      valid: { from: added.time },
    },
  );
  const probe = {
    question: question.replace('NAME', name),
    about: name,
    asOf: undefined,
    knownAt: undefined,
  };
  const isGone = next !== undefined;
  const ask = (attributeName: string, text: string) => ({
    ...probe,
    ability: 'cascade',
    attribute: attributeName,
    answers: isGone ? [] : [text],
    ...(isGone ? { absent: true } : {}),
  });
  return {
    operations: [made, further],
    probes: [ask(conclusion, value), ask(`${conclusion} spare`, `${value} b`)],
  };
};
