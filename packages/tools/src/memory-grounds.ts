import {
  type BlockChange,
  type CallOptions,
  type Evidence,
  type Message,
  type MessageId,
  type OperationId,
  RetentiveError,
} from '@retentive/core';
import type { FactChangeInput, ScopedMemory } from '@retentive/memory';
import * as z from 'zod';
import { type MEMORY_KINDS, refuseEpisodic } from './memory-fields.ts';
import { type BlockView, type FactView, viewBlock, viewFact } from './memory-views.ts';

/** Options that the writing memory tools share. */
export interface MemoryWriteOptions {
  /** Default: the tool's own, such as `memory_insert`. */
  readonly name?: string | undefined;
  /**
   * True lets a model change core memory on its own word. Default false: then every change of core memory must name a
   * message of the user as evidence, because core memory stands in each context and nothing recalled or fetched may
   * write itself in there.
   */
  readonly allowCore?: boolean | undefined;
}

/** Fields with which a model says why, and by what. */
export const groundsFields = {
  because: z.string().trim().min(1).max(500).describe('Why, in one sentence. It is kept with the change.'),
  evidence: z
    .array(
      z.object({
        message: z.string().min(1).describe('Full id of the message.'),
        quote: z.string().min(1).max(500).optional().describe('Words of that message, exactly.'),
      }),
    )
    .max(16)
    .default([])
    .describe('Messages that say so. Give them whenever you can: without them a fact is hardly trusted.'),
};

/** Looked through first when evidence is checked: what is cited was mostly said just now. */
const RECENT_MESSAGES = 256;

const findMessages = async (
  scope: ScopedMemory,
  ids: ReadonlySet<string>,
  { signal }: CallOptions,
): Promise<ReadonlyMap<string, Message>> => {
  const pick = (messages: readonly Message[]): ReadonlyMap<string, Message> =>
    new Map(messages.filter(({ id }) => ids.has(id)).map((message) => [message.id, message]));
  const recent = pick(await scope.messages({ limit: RECENT_MESSAGES, signal }));
  return recent.size === ids.size ? recent : pick(await scope.messages({ signal }));
};

/**
 * Evidence as the store takes it. Origin is read from the stored message, never from what the model claims, and a
 * quote must stand in the message word for word. @throws MESSAGE_NOT_FOUND, TOOL_INPUT_INVALID
 */
const resolveEvidence = async (
  scope: ScopedMemory,
  evidence: z.output<typeof groundsFields.evidence>,
  options: CallOptions,
): Promise<readonly Evidence[]> => {
  if (evidence.length === 0) return [];
  const found = await findMessages(scope, new Set(evidence.map(({ message }) => message)), options);
  return evidence.map(({ message: id, quote }) => {
    const message = found.get(id);
    if (message === undefined) {
      throw new RetentiveError('MESSAGE_NOT_FOUND', `there is no message "${id}"; an id is given in full`);
    }
    if (quote !== undefined && !message.text.includes(quote)) {
      throw new RetentiveError('TOOL_INPUT_INVALID', `the quote does not stand in message "${id}"`, {
        details: { field: 'evidence' },
      });
    }
    return { source: id as MessageId, origin: message.origin, ...(quote === undefined ? {} : { quote }) };
  });
};

/** Trust in what a model says by itself: less than the 0.5 of a statement that nobody vouches for. */
const UNSUPPORTED_TRUST = 0.3;
/** Trust in what a model has read out of a message of the user: the minimum of both along the derivation. */
const SUPPORTED_TRUST = 0.6;

/** Trust of a fact that a tool writes: only the user's own words raise it. */
export const trustOf = (evidence: readonly Evidence[]): number =>
  evidence.some(({ origin }) => origin === 'user') ? SUPPORTED_TRUST : UNSUPPORTED_TRUST;

/** Lets a change of core memory pass. @throws TOOL_FAILED without the user's own words, unless the builder allows it */
const assertCoreAllowed = (
  evidence: readonly Evidence[],
  { allowCore = false }: MemoryWriteOptions,
): void => {
  if (allowCore || evidence.some(({ origin }) => origin === 'user')) return;
  throw new RetentiveError(
    'TOOL_FAILED',
    'core memory changes only by what the user said: give the id of a message of the user as evidence',
  );
};

/** A change that a model asked for, its grounds checked. Whatever it writes is journaled with them. */
export interface GroundedWrite {
  readonly memory: Exclude<(typeof MEMORY_KINDS)[number], 'episodic'>;
  readonly sources: readonly Evidence[];
  /** @throws TOOL_FAILED without the user's own words, unless the builder allows it */
  changeCore(change: BlockChange): Promise<BlockView>;
  changeFact(change: FactChangeInput): Promise<{ readonly operation: OperationId; readonly fact: FactView }>;
}

/** Checks what a model gives as grounds, before anything is changed. @throws TOOL_FAILED for episodic memory, MESSAGE_NOT_FOUND, TOOL_INPUT_INVALID */
export const groundWrite = async (
  scope: ScopedMemory,
  asked: {
    readonly memory: (typeof MEMORY_KINDS)[number];
    readonly label?: string | undefined;
    readonly because: string;
    readonly evidence: z.output<typeof groundsFields.evidence>;
  },
  options: MemoryWriteOptions,
  { signal }: CallOptions,
): Promise<GroundedWrite> => {
  const { memory, label, because } = asked;
  if (memory === 'episodic') return refuseEpisodic();
  const sources = await resolveEvidence(scope, asked.evidence, { signal });
  return {
    memory,
    sources,
    async changeCore(change) {
      assertCoreAllowed(sources, options);
      return viewBlock(await scope.core.change(change, { label, because, sources, signal }));
    },
    async changeFact(change) {
      const { operation, fact } = await scope.changeFact(change, { because, signal });
      return { operation, fact: viewFact(fact) };
    },
  };
};
