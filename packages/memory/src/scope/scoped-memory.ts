import type { Scope } from '@retentive/core';
import { createConsolidation } from '../episodes/consolidate.ts';
import { createEpisodeMemory } from '../episodes/episode-memory.ts';
import type { ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import { createArchiveMemory } from './archive-memory.ts';
import { createCoreMemory } from './core-memory.ts';
import { createEntityMemory } from './entity-memory.ts';
import { createEpisodicMemory } from './episodic-memory.ts';
import { createExampleMemory } from './example-memory.ts';
import { createFactMemory } from './fact-memory.ts';
import { createForeignMemory } from './foreign-memory.ts';
import { createForgetMemory } from './forget-memory.ts';
import type { MemoryParts } from './memory-parts.ts';
import { createProposedFacts } from './propose-facts.ts';
import { readingAgain } from './reading-again.ts';
import { createRecallMemory } from './recall-memory.ts';
import { withRequery } from './requery.ts';
import { createRetentionMemory } from './retention-memory.ts';
import type { ScopeState } from './scope-state.ts';
import { createSearchMemory } from './search-memory.ts';

/** Puts the memory of one scope together: the three memories, retention, and what is read from all. */
export const createScopedMemory = (scope: Scope, parts: MemoryParts): ScopedMemory => {
  const key: ScopeKey = { tenant: scope.tenant, user: scope.user };
  const load = (): Promise<ScopeState> => {
    parts.assertOpen();
    return parts.scopes.load(key);
  };
  const shared = { ...parts, scope, key, load };
  const core = createCoreMemory(shared);
  const facts = createFactMemory(shared);
  const episodic = createEpisodicMemory(shared);
  const recall = createRecallMemory(shared);
  const episodeMemory = createEpisodeMemory(shared);
  const { search } = createSearchMemory(shared);
  return {
    scope,
    core,
    ...episodic,
    messages: readingAgain(episodic.messages),
    ...facts,
    ...createEntityMemory({ ...shared, changeFact: facts.changeFact }),
    ...createExampleMemory(shared),
    ...createProposedFacts(shared),
    episodes: readingAgain(episodeMemory.episodes),
    timeline: readingAgain(episodeMemory.timeline),
    ...createConsolidation(shared),
    ...createForgetMemory(shared),
    ...createRetentionMemory(shared),
    ...recall,
    context: withRequery(readingAgain(recall.context), shared),
    search: readingAgain(search),
    ...createArchiveMemory(shared),
    ...createForeignMemory(shared, { ...episodic, core }),
  };
};
