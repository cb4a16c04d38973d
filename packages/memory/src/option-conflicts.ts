import { isDeepStrictEqual } from 'node:util';
import { systemClock, systemRandom } from '@retentive/core';
import { checkConsolidation, checkRetention } from './check-options.ts';
import { DEFAULT_SURPRISAL_ID } from './entropy/language-surprisal.ts';
import { createHashingEmbedder } from './index/embedders/hashing-embedder.ts';
import type { MemoryOptions } from './memory-options.ts';
import { DECAYS } from './retention/decay.ts';
import { DEFAULT_RETENTION_CAPACITY, DEFAULT_SINKS } from './retention/retention-types.ts';
import { DEFAULT_LOADED_TOKENS } from './scope/loaded-scopes.ts';
import { DEFAULT_WRITE_QUOTA } from './writing/extraction-turn.ts';
import { createRuleExtractor } from './writing/rules/rule-extractor.ts';

type Compared = Exclude<keyof MemoryOptions, 'path' | 'waitMs' | 'signal'>;

/** What an owner has where nothing was said, so far as somebody else can say the same. */
const DEFAULTS: { readonly [Name in Compared]: () => unknown } = {
  clock: () => systemClock,
  random: () => systemRandom,
  tokenizer: () => ({ id: 'o200k_base' }),
  maxBytes: () => undefined,
  embedder: () => createHashingEmbedder(),
  extractor: () => createRuleExtractor(),
  episodes: () => true,
  summarizer: () => undefined,
  profile: () => false,
  consolidation: () => false,
  writeQuota: () => DEFAULT_WRITE_QUOTA,
  surprisal: () => ({ id: DEFAULT_SURPRISAL_ID }),
  durability: () => 'full',
  retain: () => undefined,
  capacity: () => DEFAULT_RETENTION_CAPACITY,
  decay: () => DECAYS.slow,
  sinks: () => DEFAULT_SINKS,
  retention: () => ({}),
  loadedTokens: () => DEFAULT_LOADED_TOKENS,
  stores: () => [],
  rules: () => [],
  wait: () => undefined,
};

const idOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;

/** Ports with an id are the same if their ids are: that is what an id says. Plain values are if they have the same fields. */
const areSame = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a, b) || (idOf(a) !== undefined && idOf(a) === idOf(b));

/** Names of the options that `given` has otherwise than the owner; what is left out is taken as it is. */
export const conflictsOf = (owned: MemoryOptions, given: MemoryOptions): readonly string[] =>
  (Object.keys(DEFAULTS) as Compared[]).filter((name) => {
    if (given[name] === undefined) return false;
    const had = owned[name] ?? DEFAULTS[name]();
    if (name === 'consolidation')
      return !areSame(checkConsolidation(given.consolidation), checkConsolidation(owned.consolidation));
    return name === 'retention'
      ? !areSame(checkRetention(given.retention ?? {}), checkRetention(owned.retention ?? {}))
      : !areSame(given[name], had);
  });
