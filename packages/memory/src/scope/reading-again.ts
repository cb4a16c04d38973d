import { isRetentiveError } from '@retentive/core';

/**
 * Calls `read` once more where a file of the scope could not be read: it was damaged, or something was taken out of it in
 * the middle of the call. The scope is made anew by then, without that file.
 */
export const readingAgain =
  <Arguments extends readonly unknown[], Result>(
    read: (...given: Arguments) => Promise<Result>,
  ): ((...given: Arguments) => Promise<Result>) =>
  async (...given) => {
    try {
      return await read(...given);
    } catch (error) {
      if (!isRetentiveError(error, 'STORE_READ_FAILED')) throw error;
      return read(...given);
    }
  };
