import {
  createEstimatingTokenizer,
  createManualClock,
  createSeededRandom,
  type Tokenizer,
} from '@retentive/core';
import { type Memory, openMemory, type ScopedMemory } from '@retentive/memory';
import type { AgentTool } from '@retentive/tools';
import { createAgent } from '../../src/agent.ts';
import type { Agent, AgentOptions } from '../../src/agent-types.ts';
import { createScriptedModel, type ScriptedModel, type ScriptedResponse } from '../../src/models/scripted.ts';

/** An agent with a scripted model over a memory of this process, on a clock that stands still. */
export interface Bench {
  readonly memory: Memory;
  readonly scope: ScopedMemory;
  readonly model: ScriptedModel;
  readonly agent: Agent;
  readonly tokenizer: Tokenizer;
}

/** Opens a {@link Bench}; the clock stands at 2024-06-01. */
export const openBench = async (
  script: readonly ScriptedResponse[],
  options: Partial<AgentOptions> & { readonly tools?: readonly AgentTool[] } = {},
): Promise<Bench> => {
  const tokenizer = createEstimatingTokenizer();
  const clock = createManualClock(Date.UTC(2024, 5, 1));
  const random = createSeededRandom(7);
  const memory = await openMemory({ clock, random, tokenizer, wait: async () => {} });
  const model = createScriptedModel(script);
  const agent = createAgent({ memory, model, tokenizer, clock, random, ...options });
  return { memory, scope: memory.scope({ tenant: 'acme', user: 'ana' }), model, agent, tokenizer };
};
