import { createHash } from 'node:crypto';
import { createEstimatingTokenizer, createManualClock, createSeededRandom } from '@retentive/core';
import { type Memory, openMemory } from '@retentive/memory';
import { createAgent } from '../../src/agent.ts';
import { createDaemonClient, type DaemonClient } from '../../src/client/index.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/daemon/index.ts';
import { createScriptedModel, type ScriptedModel, type ScriptedResponse } from '../../src/models/scripted.ts';

/** A daemon on a free port over a memory of this process, and a client of it. */
export interface DaemonBench {
  readonly memory: Memory;
  readonly daemon: Daemon;
  readonly client: DaemonClient;
  readonly model: ScriptedModel;
  /** Lines of log so far. */
  readonly logs: readonly string[];
  /** The address of one user's memory. */
  readonly root: string;
  close(): Promise<void>;
}

/** How a {@link DaemonBench} begins. */
export interface DaemonBenchOptions extends Partial<Omit<DaemonOptions, 'agent'>> {
  readonly script?: readonly ScriptedResponse[] | undefined;
  /** Puts something between the daemon and the memory. */
  readonly wrap?: ((memory: Memory) => Memory) | undefined;
}

/** A line of a token file. */
export const tokenLine = (token: string, tenant: string): string =>
  `sha256:${createHash('sha256').update(token).digest('hex')} ${tenant}\n`;

/** Opens a {@link DaemonBench}; its model answers `Noted.` unless there is a script. */
export const openDaemon = async (options: DaemonBenchOptions = {}): Promise<DaemonBench> => {
  const { script = Array(20).fill('Noted.'), wrap = (memory) => memory, ...rest } = options;
  const tokenizer = createEstimatingTokenizer();
  const clock = createManualClock(Date.UTC(2024, 5, 1));
  const random = createSeededRandom(7);
  const memory = options.memory ?? (await openMemory({ clock, random, tokenizer }));
  const model = createScriptedModel(script);
  const agent = createAgent({ memory, model, tokenizer, clock, random });
  const logs: string[] = [];
  const daemon = await startDaemon({
    port: 0,
    log: (line) => logs.push(line),
    ...rest,
    memory: wrap(memory),
    agent,
  });
  return {
    memory,
    daemon,
    model,
    logs,
    client: createDaemonClient({ baseURL: daemon.url }),
    root: `${daemon.url}/api/v1/tenants/acme/users/ana`,
    async close() {
      await daemon.close();
      await memory.close();
    },
  };
};
