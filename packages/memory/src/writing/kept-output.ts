import { createHash } from 'node:crypto';
import { isRetentiveError } from '@retentive/core';
import type { Journal, ScopeKey, SourceId } from '../journal/journal.ts';
import type { ExtractionInput, Extractor } from './extractor.ts';

/** What an extractor's model gave for one message, in the journal. */
export interface KeptOutput {
  /** The answer to the same input; undefined where there is none. */
  find(): Promise<unknown>;
  /** Makes an answer durable, filed under the message: it is erased with it. */
  keep(answer: unknown): Promise<void>;
}

/** Makes what keeps the answer of an extractor about a source. */
export const createKeptOutput = (
  at: {
    readonly journal: Journal;
    readonly extractor: Extractor;
    readonly scope: ScopeKey;
    readonly source: SourceId;
  },
  asked: ExtractionInput,
): KeptOutput => {
  const { journal, scope, source } = at;
  const producer = `extract:${at.extractor.id}`;
  const input = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  return {
    async find() {
      for await (const { body } of journal.read({ scope, source })) {
        if (body.kind === 'output' && body.producer === producer && body.input === input) {
          return JSON.parse(body.output) as unknown;
        }
      }
      return undefined;
    },
    async keep(answer) {
      const output = JSON.stringify(answer);
      try {
        await journal.append({ scope, entries: [{ kind: 'output', producer, input, output, source }] });
      } catch (error) {
        // Forgotten meanwhile; so is what was made of it.
        if (!isRetentiveError(error, 'MESSAGE_NOT_FOUND')) throw error;
      }
    },
  };
};
