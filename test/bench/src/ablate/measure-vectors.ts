import { createSeededRandom, type Embedder } from '@retentive/core';
import { createFunctionEmbedder, openMemory } from '@retentive/memory';
import { observeTurns, spreadOver } from '@retentive/memory/evaluation';
import { type BenchSet, turnWords } from '../bench-data.ts';
import { rowOf, type Scored, type Setting } from './ablation-rows.ts';
import { misspell, rephrase } from './misspell.ts';
import type { AblationRow } from './schemas.ts';

const HITS = 5;
const SEARCHES = 150;
/** A turn of fewer words has nothing to be told from others by. */
const LEAST_WORDS = 6;

/** An embedder that knows nothing: another direction for each text, so that none is near any other. */
const createBlindEmbedder = (seed: number): Embedder => {
  const random = createSeededRandom(seed);
  const dimensions = 1_024;
  return createFunctionEmbedder({
    id: 'blind',
    dimensions,
    fusionWeight: 0,
    embed: async (texts) => texts.map(() => Array.from({ length: dimensions }, () => random.next() - 0.5)),
  });
};

/** How often a turn is found by itself, misspelt or in other order, with vectors and without. */
export const withoutVectors = async (set: BenchSet, setting: Setting): Promise<readonly AblationRow[]> => {
  const changes = { misspelt: misspell, 'another order': rephrase };
  const measure = async (embedder: Embedder | undefined) => {
    const found = new Map<string, Scored[]>(Object.keys(changes).map((name) => [name, []]));
    const share = Math.ceil(SEARCHES / Math.max(1, set.conversations.length));
    for (const conversation of set.conversations) {
      const memory = await openMemory({ extractor: false, ...(embedder === undefined ? {} : { embedder }) });
      try {
        const scope = memory.scope({ tenant: 'bench', user: conversation.id });
        await observeTurns(scope, conversation.turns);
        const long = conversation.turns.filter((turn) => turnWords(turn).split(/\s+/u).length >= LEAST_WORDS);
        const random = createSeededRandom(setting.seed);
        for (const turn of spreadOver(long, share)) {
          for (const [name, change] of Object.entries(changes)) {
            const hits = await scope.search(change(turnWords(turn), random), { limit: HITS, kind: 'chunk' });
            const isFound = hits.some((hit) => hit.kind === 'chunk' && hit.chunk.source.id === turn.id);
            const key = `${conversation.id} ${turn.id}`;
            found.get(name)?.push({ key, conversation: conversation.id, value: isFound ? 1 : 0 });
          }
        }
      } finally {
        await memory.close();
      }
    }
    return found;
  };
  const whole = await measure(undefined);
  const less = await measure(createBlindEmbedder(setting.seed));
  return Object.keys(changes).map((name) =>
    rowOf(
      { without: 'vectors', set: set.name, metric: `hits@${HITS}, ${name}` },
      whole.get(name) ?? [],
      less.get(name) ?? [],
      setting,
    ),
  );
};
