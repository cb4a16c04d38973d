import {
  type Chunk,
  chunkIdOf,
  type Fact,
  type FactId,
  type FactInput,
  type OperationId,
  RetentiveError,
  type SessionId,
  type Tokenizer,
} from '@retentive/core';
import type { FactChangeInput, ScopedMemory, SearchHit } from '@retentive/memory';

/** A scoped memory whose facts and search are kept here, and what was asked of it. */
export interface MemoryWithFacts {
  readonly scope: ScopedMemory;
  /** Every change so far, with its reason. */
  readonly changes: readonly { readonly change: FactChangeInput; readonly because?: string | undefined }[];
}

const words = (text: string): readonly string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];

const overlap = (query: string, text: string): number => {
  const there = new Set(words(text));
  return words(query).filter((word) => there.has(word)).length;
};

const factOf = (id: string, input: FactInput): Fact => ({
  ...input,
  id: id as FactId,
  negated: input.negated ?? false,
  entities: input.entities ?? [],
  valid: input.valid ?? {},
  recorded: { from: 0 },
  sources: input.sources ?? [],
  trust: input.trust ?? 0.5,
  premises: input.premises ?? [],
  status: 'current',
});

/**
 * `base` with `facts`, `changeFact` and `search` of its own: lists in the order of writing, search by shared words.
 * Everything else is the real memory.
 */
export const withFacts = (base: ScopedMemory, tokenizer: Tokenizer): MemoryWithFacts => {
  const facts = new Map<string, Fact>();
  const changes: { change: FactChangeInput; because?: string | undefined }[] = [];
  const current = (): readonly Fact[] => [...facts.values()].filter(({ status }) => status === 'current');

  const existing = (id: FactId): Fact => {
    const fact = facts.get(id);
    if (fact?.status === 'current') return fact;
    throw new RetentiveError('FACT_NOT_FOUND', `no current fact "${id}"`);
  };
  const add = (input: FactInput): Fact => {
    const fact = factOf(`fac_${facts.size + 1}`, input);
    facts.set(fact.id, fact);
    return fact;
  };
  const apply = (change: FactChangeInput): Fact => {
    if (change.kind === 'add') return add(change.fact);
    const before = existing(change.id);
    if (change.kind === 'retract') {
      const fact: Fact = { ...before, status: 'retracted' };
      facts.set(fact.id, fact);
      return fact;
    }
    const fact = add(change.fact);
    const status = change.kind === 'update' ? 'updated' : 'superseded';
    facts.set(before.id, { ...before, status, replacedBy: fact.id });
    return fact;
  };

  const chunks = async (): Promise<readonly Chunk[]> =>
    (await base.messages()).map((message, position) => ({
      ...message,
      id: chunkIdOf(message.id, 0),
      source: { type: 'message', id: message.id },
      index: 0,
      offset: 0,
      tokens: tokenizer.count(message.text),
      session: 's1' as SessionId,
      position,
    }));

  const scope: ScopedMemory = {
    ...base,
    facts: async () => current().toReversed(),
    async changeFact(change, { because } = {}) {
      const fact = apply(change);
      changes.push({ change, because });
      return { operation: `opn_${changes.length}` as OperationId, fact };
    },
    async search(query, { limit = 10, kind } = {}) {
      const hits: readonly SearchHit[] = [
        ...current().map((fact) => ({ kind: 'fact' as const, fact, score: overlap(query, fact.text) })),
        ...(await chunks()).map((chunk) => ({
          kind: 'chunk' as const,
          chunk,
          score: overlap(query, chunk.text),
        })),
      ];
      return hits
        .filter((hit) => hit.score > 0 && (kind === undefined || hit.kind === kind))
        .toSorted((a, b) => b.score - a.score)
        .slice(0, limit);
    },
  };
  return { scope, changes };
};
