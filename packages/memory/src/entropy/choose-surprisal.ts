import { RetentiveError } from '@retentive/core';
import { createDeferredSurprisal } from './language-surprisal.ts';
import type { SurprisalSource } from './surprisal-source.ts';

/** The longest name of a source, in UTF-16 units. */
const MAX_ID_LENGTH = 256;

/** The source that was asked for, by default the one that needs no training. @throws OPTION_INVALID for what is none */
export const chooseSurprisal = (surprisal: SurprisalSource = createDeferredSurprisal()): SurprisalSource => {
  const { id, openSession } = (surprisal ?? {}) as Partial<SurprisalSource>;
  if (
    typeof id === 'string' &&
    id !== '' &&
    id.length <= MAX_ID_LENGTH &&
    typeof openSession === 'function'
  ) {
    return surprisal;
  }
  throw new RetentiveError(
    'OPTION_INVALID',
    `a source of surprisal is { id, openSession }, its id of 1 to ${MAX_ID_LENGTH} characters`,
  );
};
