import { RetentiveError } from '@retentive/core';
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
