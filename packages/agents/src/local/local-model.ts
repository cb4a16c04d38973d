import { isRetentiveError, RetentiveError, throwIfAborted } from '@retentive/core';

/** What is said of a model in this process, and the code of its failures. */
export interface LocalModelName {
  readonly id: string;
  readonly code: 'MODEL_FAILED' | 'EMBEDDER_FAILED';
}

/** A model in this process, used by one caller at a time. */
export interface LocalModel {
  /** Runs in turn. What it throws is typed; nothing runs when the signal was aborted meanwhile, or after `close`. */
  run<Result>(signal: AbortSignal | undefined, use: () => Promise<Result>): Promise<Result>;
  /** Frees the model; calls under way are waited for. Idempotent. */
  close(): Promise<void>;
}

/** The typed error for whatever a package threw. */
export const localFailure = ({ id, code }: LocalModelName, cause: unknown): RetentiveError => {
  if (isRetentiveError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RetentiveError(code, `the model ${id} failed: ${reason}`, { cause, details: { model: id } });
};

/** A model in this process has one state, so its callers take turns, in order. */
export const createLocalModel = (name: LocalModelName, free: () => Promise<unknown>): LocalModel => {
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const inTurn = <Result>(use: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(use);
    last = turn.catch(() => {});
    return turn;
  };
  return {
    run: (signal, use) =>
      inTurn(async () => {
        throwIfAborted(signal, `the call of ${name.id}`);
        if (closing !== undefined) {
          throw new RetentiveError(name.code, `the model ${name.id} is closed; open it again`);
        }
        try {
          return await use();
        } catch (cause) {
          throw localFailure(name, cause);
        }
      }),
    close() {
      closing ??= inTurn(async () => {
        await free();
      });
      return closing;
    },
  };
};
