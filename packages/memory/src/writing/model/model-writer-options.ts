import type { ChatModel, ModelPrices } from '@retentive/core';

/** Options that extractors with a model share. */
export interface ModelWriterOptions {
  /** Any model; what the user said is sent to it. */
  readonly model: ChatModel;
  /** Messages are read together once they have so many tokens; default 1,024. A call for each of them at the most. */
  readonly batchTokens?: number | undefined;
  /** Or once nothing has come for so many ms, by the clock of the memory; default 30,000. `settled()` waits for neither. */
  readonly idleMs?: number | undefined;
  /** What the model costs, in dollars for a million tokens. Without it costs in money are unknown, and said to be. */
  readonly prices?: ModelPrices | undefined;
}

/** Name and version of an extractor with a model: another model reads anew. */
export const extractorId = (version: string, model: string): string => `${version}:${model}`.slice(0, 64);
