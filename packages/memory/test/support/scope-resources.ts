import { createEstimatingTokenizer } from '@retentive/core';
import { createCharacterSurprisal } from '../../src/entropy/character-surprisal.ts';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../../src/episodic/scope-archive.ts';
import { createAnalyzer } from '../../src/index/analyzer.ts';
import type { ScopeResources } from '../../src/scope/scope-state.ts';

/** What projections are made with, of the kinds that load nothing. */
export const openScopeResources = async (): Promise<ScopeResources> => ({
  analyze: createAnalyzer(),
  tokenizer: createEstimatingTokenizer(),
  surprisal: createCharacterSurprisal(),
  capacity: 200_000,
});

/** Archives that end with their registry. */
export const openArchive = async (): Promise<ScopeArchive> => createInMemoryScopeArchive();
