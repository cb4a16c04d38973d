import {
  type Clock,
  canRead,
  type ExampleInput,
  type IdSource,
  RetentiveError,
  type Scope,
  throwIfAborted,
} from '@retentive/core';
import { keptExamples } from '../examples/example-expiry.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import { checkEvidence, parseReason } from './check-change.ts';
import type { RetainMs } from './retain.ts';
import type { ScopeState } from './scope-state.ts';

/** The longest input, output or reason of an example, in UTF-16 units: longer ones fit no share of a budget. */
const MAX_EXAMPLE_LENGTH = 8_192;

/** What remembering examples works with. */
export interface ExampleMemoryParts {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly journal: Journal;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly retain: RetainMs;
}

const parseText = (name: string, text: unknown): string => {
  const isText = typeof text === 'string' && text.trim() !== '' && text.isWellFormed();
  if (isText && text.length <= MAX_EXAMPLE_LENGTH) return text;
  throw new RetentiveError(
    'OPTION_INVALID',
    `${name} of an example is well-formed text of 1 to ${MAX_EXAMPLE_LENGTH} characters`,
  );
};

/** @throws OPTION_INVALID */
const parseExample = (example: ExampleInput): ExampleInput => {
  const { outcome, input, output, why } = example ?? {};
  if (outcome !== 'good' && outcome !== 'bad') {
    throw new RetentiveError('OPTION_INVALID', `an outcome is good or bad, got ${String(outcome)}`);
  }
  return {
    outcome,
    input: parseText('the input', input),
    output: parseText('the output', output),
    ...(why === undefined ? {} : { why: parseText('the reason', why) }),
  };
};

/** Makes the part of a scope that keeps outcomes of past turns. */
export const createExampleMemory = ({
  scope,
  key,
  load,
  journal,
  ids,
  clock,
  retain,
}: ExampleMemoryParts): Pick<ScopedMemory, 'remember' | 'examples'> => ({
  async remember(example, { because, sources, signal } = {}) {
    const parsed = parseExample(example);
    const reason = parseReason(because, 'OPTION_INVALID');
    throwIfAborted(signal, 'remember');
    const state = await load();
    return state.exclusively(async () => {
      const id = ids.create('operation');
      const operation = {
        id,
        kind: 'add',
        ...(scope.agent === undefined ? {} : { agent: scope.agent }),
        target: { store: 'examples', example: parsed },
        because: reason,
        sources: checkEvidence(sources, scope, state),
      } as const;
      await journal.append({ scope: key, entries: [{ kind: 'operation', operation }] }, { signal });
      const made = state.examples.example(id);
      if (made === undefined) throw new RetentiveError('INTERNAL', `operation "${id}" made no example`);
      return made;
    });
  },
  async examples({ signal } = {}) {
    throwIfAborted(signal, 'examples');
    const state = await load();
    const isKept = keptExamples(state, clock.now(), retain(key));
    return state.examples
      .examples()
      .map(({ example }) => example)
      .filter((example) => canRead(scope, example.agent) && isKept(example));
  },
});
