import type { ModelSurprisalSource } from '@retentive/memory';

/** A source with a model in this process, to be closed. */
export type LocalSurprisalSource = ModelSurprisalSource & {
  /** Frees the model; calls under way are waited for. Idempotent. */
  close(): Promise<void>;
};
