import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RetentiveError } from '@retentive/core';
import type { LocalIndex } from 'vectra';

/** What of vectra is used. */
interface Vectra {
  readonly LocalIndex: typeof LocalIndex;
}

/** Not literals in a call of `require`: a bundler would follow them into parts of vectra that are never used. */
const ENTRY = 'vectra';
const SMALLER_ENTRY = 'vectra/browser';
/** The module of the class, beside the entry. */
const MODULE = 'LocalIndex.js';

/**
 * Each entry of vectra loads tokenizers, readers of pages and clients of models with it; the module of the class needs none
 * of them and takes a fifth of the memory. No entry leads there alone. Our version is exact, so it is there; beside another
 * version, put in its place by an override, the smaller documented entry will do.
 */
const requireFrom = (base: string): Vectra => {
  const require = createRequire(base);
  try {
    return require(join(dirname(require.resolve(ENTRY)), MODULE)) as Vectra;
  } catch {
    return require(SMALLER_ENTRY) as Vectra;
  }
};

/** Where this package is: here, or, from a bundled app, where the app runs. */
const ownPlaces = (): readonly (() => string)[] => [
  // In a bundle in CommonJS format there is no URL of a module, which `createRequire` refuses.
  () => import.meta.url,
  () => createRequire(join(process.cwd(), 'package.json')).resolve('@retentive/memory/package.json'),
];

/**
 * Loads vectra's `LocalIndex`, from the first of `places` where vectra is found.
 * @throws DEPENDENCY_MISSING
 */
export const loadVectra = (places = ownPlaces()): typeof LocalIndex => {
  let cause: unknown;
  for (const place of places) {
    try {
      return requireFrom(place()).LocalIndex;
    } catch (error) {
      cause = error;
    }
  }
  throw new RetentiveError('DEPENDENCY_MISSING', 'the package vectra cannot be loaded; install it again', {
    cause,
  });
};
