import type { Example, OperationId } from '@retentive/core';
import type { Analyzer } from '../index/analyzer.ts';
import type { JournalEntry } from '../journal/journal.ts';

/** An example, and the words that it is found by. */
export interface StoredExample {
  readonly example: Example;
  /** Terms of its input, with how often each is there. */
  readonly terms: ReadonlyMap<string, number>;
}

/** Outcomes of past turns, a projection of the journal's operations. */
export interface ExampleStore {
  /** In order of their recording, without those that were undone. */
  examples(): readonly StoredExample[];
  /** Also one that was undone: its bytes are there until it is forgotten. */
  example(id: OperationId): Example | undefined;
  apply(entry: JournalEntry): void;
}

const termsOf = (text: string, analyze: Analyzer): ReadonlyMap<string, number> => {
  const terms = new Map<string, number>();
  for (const term of analyze(text)) terms.set(term, (terms.get(term) ?? 0) + 1);
  return terms;
};

/** Makes an empty {@link ExampleStore}. */
export const createExampleStore = (analyze: Analyzer): ExampleStore => {
  const stored = new Map<OperationId, StoredExample>();
  const undone = new Set<OperationId>();
  return {
    examples: () => [...stored.values()].filter(({ example }) => !undone.has(example.id)),
    example: (id) => stored.get(id)?.example,
    apply({ body, recordedAt }) {
      if (body.kind !== 'operation') return;
      const { id, agent, target, sources } = body.operation;
      if (target.store !== 'examples') return;
      if (target.replaces !== undefined) undone.add(target.replaces);
      if (target.example === undefined) return;
      const at = agent === undefined ? {} : { agent };
      const example: Example = { id, ...at, ...target.example, sources, recordedAt };
      stored.set(id, { example, terms: termsOf(example.input, analyze) });
    },
  };
};
