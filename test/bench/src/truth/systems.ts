import { createManualClock, type ManualClock } from '@retentive/core';
import { type Memory, openMemory, type ScopedMemory } from '@retentive/memory';
import { analyze } from '../controls/analyze.ts';
import { createBm25 } from '../controls/bm25.ts';
import { applyOperations } from './apply-operations.ts';
import type { TruthHistory, TruthProbe } from './history-schema.ts';

/** One thing that a system answers: a value, and the words it stands in. */
export interface Given {
  readonly value: string | undefined;
  readonly text: string;
}

/** The answer to a probe, best first; empty where it says that nothing is known. */
export type Answer = readonly Given[];

/** A history that a system has taken in. */
export interface OpenHistory {
  answer(probe: TruthProbe): Promise<Answer>;
  /** Facts that it believes, where it has any. */
  readonly scope?: ScopedMemory | undefined;
  close(): Promise<void>;
}

/** What the histories are given as. */
export type TruthInput = 'operations' | 'text';

/** A row of the table. */
export interface TruthSystem {
  readonly name: string;
  open(history: TruthHistory, input: TruthInput): Promise<OpenHistory>;
}

const AFTERWARDS_MS = 86_400_000;

const moveTo = (clock: ManualClock, time: number): void => {
  if (time > clock.now()) clock.advance(time - clock.now());
};

/** Says every message at its own time, so that what was believed at a time can be asked. */
const sayAll = async (scope: ScopedMemory, clock: ManualClock, { messages }: TruthHistory): Promise<void> => {
  for (const { id, thread, role, speaker, time, content } of messages.toSorted((a, b) => a.time - b.time)) {
    moveTo(clock, time);
    const receipt = await scope.observe({
      id: `msg_${id}`.replaceAll(/[^\w-]/gu, '_'),
      thread,
      role,
      ...(speaker === undefined || speaker === null ? {} : { speaker }),
      time,
      content,
    });
    await receipt.settled();
  }
};

const timesOf = ({ asOf, knownAt }: TruthProbe) => ({
  ...(asOf === undefined ? {} : { asOf }),
  ...(knownAt === undefined ? {} : { knownAt }),
});

/** The product, asked through its SDK. */
const createRetentive = (): TruthSystem => ({
  name: 'retentive',
  async open(history, input) {
    const times = [...history.messages, ...(history.operations ?? [])].map(({ time }) => time ?? 0);
    const clock = createManualClock(Math.min(...times.filter((time) => time > 0)));
    const memory: Memory = await openMemory({
      clock,
      ...(input === 'operations' ? { extractor: false } : {}),
    });
    const speaker = history.messages.find(({ role }) => role === 'user')?.speaker ?? history.id;
    const scope = memory.scope({ tenant: 'bench', user: speaker });
    if (input === 'text') await sayAll(scope, clock, history);
    else await applyOperations(scope, history.operations ?? [], (time) => moveTo(clock, time));
    moveTo(clock, Math.max(...times) + AFTERWARDS_MS);
    return {
      scope,
      async answer(probe) {
        const { about, attribute } = probe;
        if (probe.ability === 'order') {
          const known = await scope.known({ about, attribute });
          const name = known.facts[0]?.attribute ?? attribute;
          const all = await scope.facts({ about, attribute: name, ended: true });
          const began = (from: number | undefined): number => from ?? Number.NEGATIVE_INFINITY;
          return all
            .filter(({ negated }) => !negated)
            .toSorted((a, b) => began(a.valid.from) - began(b.valid.from))
            .map(({ value, text }) => ({ value, text }));
        }
        const { status, facts } = await scope.known({ about, attribute, ...timesOf(probe) });
        return status === 'known' ? facts.map(({ value, text }) => ({ value, text })) : [];
      },
      close: () => memory.close(),
    };
  },
});

interface Statement {
  readonly text: string;
  readonly time: number;
}

/** What a history says, as lines with a time. */
const statementsOf = ({ messages, operations = [] }: TruthHistory, input: TruthInput): readonly Statement[] =>
  (input === 'text'
    ? messages.map(({ content, speaker, time }) => ({ text: `${speaker ?? ''} ${content}`, time }))
    : operations.map(({ kind, subject = '', attribute = '', value = '', text = '', time = 0 }) => ({
        text: [kind, subject, attribute, value, text].join(' '),
        time,
      }))
  ).toSorted((a, b) => a.time - b.time);

/** What may be seen at the times of a probe. */
const isSeen = ({ time }: Statement, { asOf, knownAt }: TruthProbe): boolean =>
  time <= Math.min(asOf ?? Number.POSITIVE_INFINITY, knownAt ?? Number.POSITIVE_INFINITY);

type Choose = (statements: readonly Statement[], probe: TruthProbe) => Answer;

const control = (name: string, choose: Choose): TruthSystem => ({
  name,
  async open(history, input) {
    const statements = statementsOf(history, input);
    return {
      answer: async (probe) =>
        choose(
          statements.filter((statement) => isSeen(statement, probe)),
          probe,
        ),
      close: async () => {},
    };
  },
});

const asked = ({ question, about, attribute }: TruthProbe): readonly string[] =>
  analyze(`${question} ${about} ${attribute}`);

const newestFirst: Choose = (statements, probe) => {
  const terms = new Set(asked(probe));
  const about = new Set(analyze(probe.about));
  // The name alone is in every line.
  const topical = [...terms].filter((term) => !about.has(term));
  const shares = ({ text }: Statement): boolean => {
    const words = new Set(analyze(text));
    return topical.some((term) => words.has(term));
  };
  return statements
    .filter(shares)
    .toReversed()
    .map(({ text }) => ({ value: undefined, text }));
};

const bestByWords: Choose = (statements, probe) => {
  const scores = createBm25(statements.map(({ text }) => analyze(text))).score(asked(probe));
  return statements
    .map(({ text }, index) => ({ text, score: scores[index] ?? 0 }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ text }) => ({ value: undefined, text }));
};

/** An empty memory of the product: what it says where nothing was stored. */
const createNothing = (): TruthSystem => ({
  name: 'store-nothing',
  open: (history, input) => createRetentive().open({ ...history, messages: [], operations: [] }, input),
});

/** The product and its controls. */
export const createTruthSystems = (): readonly TruthSystem[] => [
  createRetentive(),
  control('newest-first', newestFirst),
  control('bm25', bestByWords),
  control('always-absent', () => []),
  createNothing(),
];
