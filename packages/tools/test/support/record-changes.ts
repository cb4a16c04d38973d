import type { FactChangeInput, ScopedMemory } from '@retentive/memory';

/** A scope, and every change of a fact that was made through it so far, with its reason. */
export interface RecordedScope {
  readonly scope: ScopedMemory;
  readonly changes: readonly { readonly change: FactChangeInput; readonly because?: string | undefined }[];
}

/** `scope`, recording the changes of facts that succeed. */
export const recordChanges = (scope: ScopedMemory): RecordedScope => {
  const changes: { change: FactChangeInput; because?: string | undefined }[] = [];
  return {
    changes,
    scope: {
      ...scope,
      async changeFact(change, options) {
        const done = await scope.changeFact(change, options);
        changes.push({ change, because: options?.because });
        return done;
      },
    },
  };
};
