import { canChange, RetentiveError, type Scope } from '@retentive/core';

/** Lets a scope change what stands at its path. @throws OPTION_INVALID for what it reads by a grant: writes stay at the path */
export const assertChangeable = (scope: Scope, path: string | undefined, what: string): void => {
  if (canChange(scope, path)) return;
  throw new RetentiveError(
    'OPTION_INVALID',
    `${what} stands at "${path ?? ''}", which the agent "${scope.agent}" may read and not change`,
  );
};
