import { createEstimatingTokenizer, createManualClock, createSeededRandom } from '@retentive/core';
import { type FactChangeInput, openMemory, type ScopedMemory } from '@retentive/memory';

/** The memory of Ana at Acme, in this process, on a clock that stands at 2024-06-01; nothing is extracted. */
export const openScope = async (): Promise<ScopedMemory> => {
  const memory = await openMemory({
    clock: createManualClock(Date.UTC(2024, 5, 1)),
    random: createSeededRandom(7),
    tokenizer: createEstimatingTokenizer(),
    extractor: false,
  });
  return memory.scope({ tenant: 'acme', user: 'ana' });
};

/** A scope, and every change of a fact that was made through it so far, with its reason. */
export interface RecordedScope {
  readonly scope: ScopedMemory;
  readonly changes: readonly { readonly change: FactChangeInput; readonly because?: string | undefined }[];
}

/** The same, recording changes of facts. */
export const openRecordedScope = async (): Promise<RecordedScope> => {
  const scope = await openScope();
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
