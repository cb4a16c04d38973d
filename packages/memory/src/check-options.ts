import { RetentiveError } from '@retentive/core';
import type { ConsolidationChoice, ConsolidationLimits } from './episodes/idle-consolidation.ts';
import type { MemoryOptions, RetentionChoice } from './memory-options.ts';
import { DECAYS } from './retention/decay.ts';
import { checkDecay } from './retention/retention.ts';
import { DEFAULT_RETENTION_CAPACITY, DEFAULT_SINKS } from './retention/retention-types.ts';
import { parseRetentionWeights } from './retention/score.ts';
import { DEFAULT_LOADED_TOKENS } from './scope/loaded-scopes.ts';
import { parseRetain } from './scope/retain.ts';
import { type DerivationRule, defineRule } from './semantic/define-rule.ts';
import type { FactStore } from './semantic/define-store.ts';
import type { BatchExtractor } from './writing/batch-extractor.ts';
import { checkBatchLimits } from './writing/batch-limits.ts';
import { DEFAULT_WRITE_QUOTA } from './writing/extraction-turn.ts';
import type { Extractor } from './writing/extractor.ts';
import { createRuleExtractor } from './writing/rules/rule-extractor.ts';

/** The longest name and version of an extractor, in UTF-16 units. */
const MAX_EXTRACTOR_ID_LENGTH = 64;

const wholeFrom = (least: number, name: string, unit: string, value: number): number => {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RetentiveError(
    'OPTION_INVALID',
    `${name} must be a whole number${unit} from ${least}, got ${value}`,
  );
};

const isStore = (store: unknown): boolean =>
  typeof store === 'object' && store !== null && 'ruleOf' in store && 'check' in store;

/** What is declared of facts, checked. @throws OPTION_INVALID for other than what `defineStore` and `defineRule` made */
export const checkTruth = ({ stores = [], rules = [] }: MemoryOptions) => {
  if (!Array.isArray(stores) || !stores.every(isStore)) {
    throw new RetentiveError('OPTION_INVALID', 'stores are a list of what defineStore made');
  }
  if (!Array.isArray(rules)) throw new RetentiveError('OPTION_INVALID', 'rules are a list');
  const checked: readonly DerivationRule[] = rules.map(defineRule);
  const ids = checked.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice !== undefined) throw new RetentiveError('OPTION_INVALID', `two rules have the id "${twice}"`);
  return { stores: stores as readonly FactStore[], rules: checked };
};

/** A minute of silence: whoever talks is between two messages for less. */
const DEFAULT_IDLE_MS = 60_000;

/** Tokens that a scope which is never idle is looked at after: some hundred turns. */
const DEFAULT_EVERY_TOKENS = 16_384;

/** Operations of a part: some ten milliseconds of work. */
const DEFAULT_PART = 20;

/** How memory consolidates by itself, with its defaults; false where it does not. @throws OPTION_INVALID */
export const checkConsolidation = (
  choice: MemoryOptions['consolidation'] = false,
): ConsolidationLimits | false => {
  if (choice === false) return false;
  if (choice === null || (choice !== true && typeof choice !== 'object')) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `consolidation is true, false or { idleMs, everyTokens, limit, modelCallsPerHour }, got ${choice}`,
    );
  }
  const given: ConsolidationChoice = choice === true ? {} : choice;
  return {
    idleMs: wholeFrom(1, 'consolidation.idleMs', ' of ms', given.idleMs ?? DEFAULT_IDLE_MS),
    everyTokens: wholeFrom(
      1,
      'consolidation.everyTokens',
      ' of tokens',
      given.everyTokens ?? DEFAULT_EVERY_TOKENS,
    ),
    limit: wholeFrom(1, 'consolidation.limit', ' of operations', given.limit ?? DEFAULT_PART),
    modelCallsPerHour: wholeFrom(
      0,
      'consolidation.modelCallsPerHour',
      ' of calls',
      given.modelCallsPerHour ?? 0,
    ),
  };
};

/** How retention is chosen, with its defaults. @throws OPTION_INVALID */
export const checkRetention = ({ spans = false, weights = {} }: RetentionChoice) => {
  if (typeof spans !== 'boolean')
    throw new RetentiveError('OPTION_INVALID', `retention.spans is true or false, got ${typeof spans}`);
  return { spans, weights: parseRetentionWeights(weights) };
};

/** The extractor to use, false for none. @throws OPTION_INVALID */
export const chooseExtractor = (
  extractor: MemoryOptions['extractor'] = createRuleExtractor(),
): Extractor | BatchExtractor | false => {
  if (extractor === false) return false;
  const { id, extract, extractBatch, batch } = (extractor ?? {}) as Partial<Extractor & BatchExtractor>;
  const isNamed = typeof id === 'string' && id !== '' && id.length <= MAX_EXTRACTOR_ID_LENGTH;
  const readsBatches = typeof extractBatch === 'function' && batch !== undefined;
  if (!isNamed || !(typeof extract === 'function' || readsBatches)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `an extractor is { id, extract } or { id, batch, extractBatch }, its id of 1 to ${MAX_EXTRACTOR_ID_LENGTH} characters; false for none`,
    );
  }
  if (batch !== undefined) checkBatchLimits(batch);
  return extractor;
};

/** The options of a memory that are numbers and periods, checked and with their defaults. @throws OPTION_INVALID */
export const checkOptions = (options: MemoryOptions) => ({
  capacity: wholeFrom(1, 'capacity', ' of tokens', options.capacity ?? DEFAULT_RETENTION_CAPACITY),
  decay: checkDecay(options.decay ?? DECAYS.slow),
  writeQuota: wholeFrom(1, 'writeQuota', ' of changes', options.writeQuota ?? DEFAULT_WRITE_QUOTA),
  sinks: wholeFrom(0, 'sinks', '', options.sinks ?? DEFAULT_SINKS),
  ...checkRetention(options.retention ?? {}),
  loadedTokens: wholeFrom(1, 'loadedTokens', ' of tokens', options.loadedTokens ?? DEFAULT_LOADED_TOKENS),
  retain: parseRetain(options.retain),
  consolidation: checkConsolidation(options.consolidation),
});
