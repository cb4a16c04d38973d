import { createEstimatingTokenizer } from '@retentive/core';
import { createCharacterSurprisal } from '../../src/entropy/character-surprisal.ts';
import { createAnalyzer } from '../../src/index/analyzer.ts';
import type { ScopeResources } from '../../src/scope/scope-state.ts';

/** What projections are made with, of the kinds that load nothing. */
export const openScopeResources = async (): Promise<ScopeResources> => ({
  analyze: createAnalyzer(),
  tokenizer: createEstimatingTokenizer(),
  surprisal: createCharacterSurprisal(),
  capacity: 200_000,
});
