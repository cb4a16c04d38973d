import { createHash } from 'node:crypto';
import { isRetentiveError, type ModelCost } from '@retentive/core';
import type { EntryBody, Journal, ScopeKey, SourceId } from '../journal/journal.ts';

/** What was read out of one message, as the journal keeps it. */
export interface KeptAnswer {
  readonly changes: readonly unknown[];
  readonly degraded: readonly string[];
  /** What the call took that it came from; at the first message of a batch only. */
  readonly cost?: ModelCost | undefined;
}

/** What an extractor's model gave for messages, in the journal. */
export interface KeptOutputs {
  /** The answer about a source to the same input; undefined where there is none. */
  find(source: SourceId, asked: unknown): Promise<KeptAnswer | undefined>;
  /** Makes answers durable, all or none, each filed under its message: it is erased with it. */
  keep(answers: readonly { source: SourceId; asked: unknown; answer: KeptAnswer }[]): Promise<void>;
}

const isAnswer = (value: unknown): value is KeptAnswer => {
  const { changes, degraded } = (value ?? {}) as Partial<KeptAnswer>;
  return Array.isArray(changes) && Array.isArray(degraded);
};

const hashOf = (asked: unknown): string => createHash('sha256').update(JSON.stringify(asked)).digest('hex');

/** Makes what keeps the answers of an extractor about the messages of a scope. */
export const createKeptOutputs = (journal: Journal, extractor: string, scope: ScopeKey): KeptOutputs => {
  const producer = `extract:${extractor}`;
  return {
    async find(source, asked) {
      const input = hashOf(asked);
      for await (const { body } of journal.read({ scope, source, kinds: ['output'] })) {
        if (body.kind !== 'output' || body.producer !== producer || body.input !== input) continue;
        const answer: unknown = JSON.parse(body.output);
        // One of another release: the model is asked again.
        if (isAnswer(answer)) return answer;
      }
      return undefined;
    },
    async keep(answers) {
      const entries = answers.map(
        ({ source, asked, answer }): EntryBody => ({
          kind: 'output',
          producer,
          input: hashOf(asked),
          output: JSON.stringify(answer),
          source,
        }),
      );
      try {
        await journal.append({ scope, entries });
      } catch (error) {
        // One of them was forgotten meanwhile; so is what was made of it.
        if (!isRetentiveError(error, 'MESSAGE_NOT_FOUND')) throw error;
      }
    },
  };
};
