import { isRetentiveError, RetentiveError } from '@retentive/core';
import type { ModelSurprisalSource } from '@retentive/memory';
import * as z from 'zod';

/** Gives a package that the user installed. */
export type LoadPeer = () => Promise<unknown>;

/**
 * Loads an optional package at its first use and checks that it has what is used of it.
 * @throws DEPENDENCY_MISSING with the command that installs it
 */
export const loadPeer = async <Module>(
  name: string,
  schema: z.ZodType<Module>,
  // By a variable, so that a bundler leaves it alone.
  load: LoadPeer = () => import(name),
): Promise<Module> => {
  let loaded: unknown;
  try {
    loaded = await load();
  } catch (cause) {
    throw new RetentiveError(
      'DEPENDENCY_MISSING',
      `the package ${name} cannot be loaded; install it: npm install ${name}`,
      { cause, details: { package: name } },
    );
  }
  const parsed = schema.safeParse(loaded);
  if (parsed.success) return parsed.data;
  throw new RetentiveError(
    'DEPENDENCY_MISSING',
    `the package ${name} is of a version without ${parsed.error.issues[0]?.path.join('.') ?? 'its functions'}; install another: npm install ${name}`,
    { cause: parsed.error, details: { package: name } },
  );
};

/** A function of a package; what it takes and gives is typed by hand, from its documentation. */
export const peerFunction = <Value>() => z.custom<Value>((value) => typeof value === 'function');

/** A source with a model in this process, to be closed. */
export type LocalSurprisalSource = ModelSurprisalSource & {
  /** Frees the model; calls under way are waited for. Idempotent. */
  close(): Promise<void>;
};

/** The typed error for whatever a package threw. */
export const localFailure = (id: string, cause: unknown): RetentiveError => {
  if (isRetentiveError(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RetentiveError('MODEL_FAILED', `the model ${id} failed: ${reason}`, {
    cause,
    details: { model: id },
  });
};

/** Runs one caller at a time, in order: a model in this process has one state. */
export const createTurns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(run: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(run);
    last = turn.catch(() => {});
    return turn;
  };
};
