// Errors of the writer's thread as data: the class of errors cannot cross, and the worker imports nothing of core.

import { errorKind } from './sqlite-driver.js';

/** @import { Failure } from './writer-protocol.ts' */

const MARKER = Symbol('failure');

/** An error that carries a failure up to where it is reported. @param {Failure} failure */
export const failureError = (failure) => Object.assign(new Error(failure.message), { [MARKER]: failure });

/** @param {unknown} cause @returns {string} */
const causeText = (cause) => {
  const { code, message } = /** @type {{ code?: unknown, message?: unknown }} */ (cause ?? {});
  return `${code === undefined ? '' : `${code}: `}${message ?? cause}`;
};

/**
 * What a thrown error means to the caller.
 * @param {unknown} error
 * @param {Failure['code']} otherwise the code for what has no code of its own
 * @param {string} what such as `cannot append to /data/journal.db`
 * @returns {Failure}
 */
export const failureOf = (error, otherwise, what) => {
  const carried = /** @type {Record<symbol, Failure | undefined>} */ (error)[MARKER];
  if (carried !== undefined) return carried;
  const cause = causeText(error);
  switch (errorKind(error)) {
    case 'full':
      return { code: 'STORE_FULL', message: `${what}: it is full`, retryable: true, cause };
    case 'corrupt':
      return { code: 'STORE_CORRUPT', message: `${what}: the file is damaged or no journal`, cause };
    case 'busy':
      return { code: otherwise, message: `${what}: another program holds it`, retryable: true, cause };
    case 'missing':
      return { code: 'DEPENDENCY_MISSING', message: `${what}: the package libsql is not installed`, cause };
    default:
      return { code: otherwise, message: `${what}: ${cause}`, retryable: true, cause };
  }
};
