import {
  addCosts,
  type Evidence,
  type FactInput,
  isRetentiveError,
  type Message,
  type MessageId,
  type ModelCost,
  parseFactInput,
  RetentiveError,
} from '@retentive/core';
import type { Journal, ScopeKey, SourceId } from '../journal/journal.ts';
import { orAborted } from '../or-aborted.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import type { BatchExtractor, BatchInput, ProposedChange } from './batch-extractor.ts';
import { batchInput, PREVIOUS_MESSAGES } from './batch-input.ts';
import { createChangeCheck, homeOf, PLANTED_TRUST } from './check-changes.ts';
import type { ExtractionInput, Extractor } from './extractor.ts';
import { createKeptOutputs, type KeptAnswer } from './kept-output.ts';
import { seemsPlanted } from './planted-words.ts';
import type { TimeLimit } from './time-limit.ts';

/** What was read out of messages, checked. */
export interface ReadChanges {
  readonly changes: readonly ProposedChange[];
  /** By message: what could not be done. */
  readonly degraded: ReadonlyMap<SourceId, readonly string[]>;
}

/** What messages are read with. */
export interface ExtractorRun {
  readonly journal: Journal;
  readonly extractor: Extractor | BatchExtractor;
  readonly scope: ScopeKey;
  readonly state: ScopeState;
  /** One, unless the extractor reads batches. */
  readonly sources: readonly SourceId[];
  /** Changes that may rest on one message; what comes on top is left out and reported. */
  readonly writeQuota: number;
  /** Ends with the turn, or when the extractor has taken too long. */
  readonly limit: TimeLimit;
}

/** What came of a reading, and what it cost either way. */
export type ExtractorOutcome = { readonly cost?: ModelCost | undefined } & (
  | { readonly read: ReadChanges }
  | { readonly error: string }
);

/** A reason is kept in the journal; an answer of a model that came with it is not. */
const MAX_REASON_LENGTH = 300;

/** An error as a short reason for the journal. */
export const reasonOf = (error: unknown): string => {
  const name = isRetentiveError(error) ? error.code : error instanceof Error ? error.name : typeof error;
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${message}`.slice(0, MAX_REASON_LENGTH).toWellFormed();
};

/** Origins are those that the store has, whatever an extractor says of them. @throws FACT_INVALID for an unknown source */
const stamped = (sources: readonly Evidence[], { episodic }: ScopeState): readonly Evidence[] =>
  sources.map((evidence) => {
    const header = episodic.source(evidence.source)?.header;
    if (header === undefined) {
      throw new RetentiveError('FACT_INVALID', 'the evidence names a message that this scope does not have');
    }
    return { ...evidence, origin: header.origin };
  });

/** Every fact rests at least on the message it was found in, and is forgotten with it. */
const withSource = (fact: FactInput, message: Message, state: ScopeState): FactInput => {
  const expiresAt = fact.expiresAt ?? message.expiresAt;
  const own = [{ source: message.id, origin: message.origin }];
  const [first] = fact.sources ?? own;
  const quote = first !== undefined && 'quote' in first ? (first.quote ?? '') : '';
  const start = Math.max(0, message.text.indexOf(quote));
  // Whoever reads it: what stands among words to a machine is hardly the user's own.
  const isPlanted = seemsPlanted(message.text, start, start + (quote.length || message.text.length));
  return {
    ...fact,
    ...(isPlanted ? { trust: Math.min(fact.trust ?? PLANTED_TRUST, PLANTED_TRUST) } : {}),
    sources: fact.sources === undefined ? own : stamped(fact.sources, state),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
};

/** What came of one message, or of one of a batch. */
type Answers = ReadonlyMap<
  SourceId,
  { readonly changes: readonly ProposedChange[]; readonly degraded: readonly string[] }
>;

const shapeOf = <Key extends string>(
  answer: unknown,
  key: Key,
): Record<Key | 'degraded', readonly unknown[]> => {
  const found = (answer ?? {}) as Record<Key | 'degraded', unknown>;
  if (!Array.isArray(found[key]) || !Array.isArray(found.degraded)) {
    throw new RetentiveError('FACT_INVALID', `an extractor gives { ${key}, degraded }, two lists`);
  }
  return { [key]: found[key], degraded: found.degraded } as Record<Key | 'degraded', readonly unknown[]>;
};

/** @throws FACT_INVALID for an answer of the wrong shape */
const checkedSingle = (answer: unknown, message: Message, state: ScopeState): Answers => {
  const { facts, degraded } = shapeOf(answer, 'facts');
  const changes = facts.map(
    (fact): ProposedChange => ({
      store: 'semantic',
      fact: withSource(parseFactInput(fact), message, state),
    }),
  );
  return new Map([[message.id, { changes, degraded: degraded.map(String) }]]);
};

const expiring = (change: ProposedChange, messages: readonly Message[]): ProposedChange => {
  if (change.store !== 'semantic') return change;
  const home = messages.find(({ id }) => id === homeOf(change));
  const expiresAt = change.fact.expiresAt ?? home?.expiresAt;
  return expiresAt === undefined ? change : { ...change, fact: { ...change.fact, expiresAt } };
};

/** Changes that stand the check, by the message that they rest on first. @throws MODEL_ANSWER_INVALID when none of several does */
const checkedBatch = (answer: unknown, input: BatchInput): Answers => {
  const { changes, degraded } = shapeOf(answer, 'changes');
  const answers = new Map(
    input.messages.map(({ id }) => [id, { changes: [] as ProposedChange[], degraded: [] as string[] }]),
  );
  const first = answers.get(input.messages[0]?.id as MessageId);
  first?.degraded.push(...degraded.map(String));
  const check = createChangeCheck(input);
  let refusal: string | undefined;
  let accepted = 0;
  for (const proposed of changes) {
    try {
      const change = expiring(check(proposed as ProposedChange), input.messages);
      answers.get(homeOf(change) as MessageId)?.changes.push(change);
      accepted += 1;
    } catch (error) {
      refusal ??= error instanceof Error ? error.message : String(error);
    }
  }
  if (refusal === undefined) return answers;
  if (accepted === 0) {
    throw new RetentiveError('MODEL_ANSWER_INVALID', `nothing of the answer could be accepted: ${refusal}`);
  }
  first?.degraded.push('extraction:refused');
  return answers;
};

const withinLimit = async (
  asking: Promise<unknown>,
  { extractor, limit }: ExtractorRun,
): Promise<unknown> => {
  try {
    // One that does not listen to its signal is let go of all the same.
    return await orAborted(asking, limit.signal, 'the extraction');
  } catch (error) {
    if (!limit.isOver) throw error;
    throw new RetentiveError('DEADLINE_EXCEEDED', `the extractor ${extractor.id} took too long`, {
      cause: error,
    });
  }
};

interface Reader {
  /** What is asked about a message: another question is another answer. */
  asked(message: Message): unknown;
  read(messages: readonly Message[], onCall: (cost: ModelCost) => void): Promise<Answers>;
}

const singleReader = (extractor: Extractor, run: ExtractorRun): Reader => {
  const { state, limit } = run;
  const inputOf = (message: Message): ExtractionInput => ({
    message,
    // What another agent wrote is no evidence here: whoever reads the fact may not read that.
    previous: state.episodic
      .messagesBefore(message.id, PREVIOUS_MESSAGES)
      .filter(({ agent }) => agent === message.agent),
    known: (subject, attribute) =>
      state.semantic.same(subject, attribute).filter((fact) => fact.agent === message.agent),
  });
  return {
    asked: inputOf,
    async read([message], onCall) {
      if (message === undefined) return new Map();
      const answer = await withinLimit(
        extractor.extract(inputOf(message), { signal: limit.signal, onCall }),
        run,
      );
      return checkedSingle(answer, message, state);
    },
  };
};

const batchReader = (extractor: BatchExtractor, run: ExtractorRun): Reader => ({
  asked: (message) => message,
  async read(messages, onCall) {
    const input = batchInput(run.state, messages);
    const asking = extractor.extractBatch(input, { signal: run.limit.signal, onCall });
    return checkedBatch(await withinLimit(asking, run), input);
  },
});

/** Answers in the order of the messages, none of them with more than it may write. */
const gather = (
  messages: readonly Message[],
  answerOf: (id: SourceId) => Pick<KeptAnswer, 'changes' | 'degraded'> | undefined,
  writeQuota: number,
): ReadChanges => {
  const changes: ProposedChange[] = [];
  const degraded = new Map<SourceId, readonly string[]>();
  for (const { id } of messages) {
    const answer = answerOf(id) ?? { changes: [], degraded: [] };
    changes.push(...(answer.changes as readonly ProposedChange[]).slice(0, writeQuota));
    const quota = answer.changes.length > writeQuota ? ['extraction:quota'] : [];
    const remarks = [...answer.degraded, ...quota];
    if (remarks.length > 0) degraded.set(id, remarks);
  }
  return { changes, degraded };
};

/**
 * Lets an extractor read messages. Whatever it throws, and an answer of the wrong shape, is given as a reason. One that asks a
 * model is asked once about each: its answers are journaled before anything is made of them. Rejects when the journal does.
 */
export const runExtractor = async (run: ExtractorRun): Promise<ExtractorOutcome> => {
  const { extractor, state, sources, limit, writeQuota } = run;
  // Less what was forgotten meanwhile.
  const messages = sources.flatMap((source) => state.episodic.message(source as MessageId) ?? []);
  const isBatch = 'batch' in extractor;
  const reader = isBatch ? batchReader(extractor, run) : singleReader(extractor, run);
  const outputs =
    isBatch || extractor.asksModel === true
      ? createKeptOutputs(run.journal, extractor.id, run.scope)
      : undefined;
  const kept = new Map<SourceId, KeptAnswer>();
  for (const message of outputs === undefined ? [] : messages) {
    const answer = await outputs?.find(message.id, reader.asked(message));
    if (answer !== undefined) kept.set(message.id, answer);
  }
  let cost = [...kept.values()]
    .map((answer) => answer.cost)
    .reduce((a, b) => (a && b ? addCosts(a, b) : (a ?? b)), undefined);
  let asked: ModelCost | undefined;
  const onCall = (call: ModelCost): void => {
    asked = asked === undefined ? call : addCosts(asked, call);
    cost = cost === undefined ? call : addCosts(cost, call);
  };
  const missing = messages.filter(({ id }) => !kept.has(id));
  if (missing.length > 0) {
    let answers: Answers;
    try {
      answers = await reader.read(missing, onCall);
    } catch (error) {
      return { error: reasonOf(error), cost };
    }
    const fresh = missing.map((message, index) => ({
      source: message.id,
      asked: reader.asked(message),
      answer: {
        changes: answers.get(message.id)?.changes ?? [],
        degraded: answers.get(message.id)?.degraded ?? [],
        ...(index === 0 && asked !== undefined ? { cost: asked } : {}),
      },
    }));
    for (const { source, answer } of fresh) kept.set(source, answer);
    if (!limit.signal.aborted) await outputs?.keep(fresh);
  }
  return { read: gather(messages, (id) => kept.get(id), writeQuota), cost };
};
