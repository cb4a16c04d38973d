import { RetentiveError } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';

const refuse = (): never => {
  throw new RetentiveError(
    'OPTION_INVALID',
    'this turn is not to be remembered: nothing can be written to memory in it',
  );
};

const refuseLater = async (): Promise<never> => refuse();

/**
 * A scope for the tools of a turn that is not to be remembered: what the person said must not come into memory by way of a
 * model that writes it down. Reading, and taking things out, is as ever.
 */
export const readOnlyScope = (scope: ScopedMemory): ScopedMemory => ({
  ...scope,
  observe: refuseLater,
  ingest: refuse,
  ingestDocument: refuse,
  resume: refuseLater,
  import: refuseLater,
  importFrom: refuseLater,
  remember: refuseLater,
  changeFact: async (change, options) =>
    change.kind === 'retract' ? scope.changeFact(change, options) : refuse(),
  core: {
    ...scope.core,
    change: async (change, options) =>
      change.type === 'remove' ? scope.core.change(change, options) : refuse(),
  },
});
