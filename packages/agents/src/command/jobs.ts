import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, withScope } from './open-scope.ts';
import { renderJobs, renderWriting } from './render/render-jobs.ts';

/** Options of the command `jobs`. */
export interface JobsCommandOptions {
  readonly state: 'queued' | 'dead';
  readonly retry: boolean;
}

/**
 * Lists background work of every user that was given up (or waits), with its reason; with `--retry` queues it again, or
 * only what `ids` name. @throws FILE_NOT_FOUND where there is no memory yet
 */
export const runJobs = async (
  context: CommandContext,
  ids: readonly string[],
  { state, retry }: JobsCommandOptions,
): Promise<void> => {
  const { terminal, signal } = context;
  await assertMemoryExists(context.options.data);
  await withScope(context, async ({ memory }) => {
    if (retry) {
      const retried = await memory.retryJobs({ ...(ids.length === 0 ? {} : { ids }), signal });
      terminal.write(`${retried} jobs are queued again; they are done where the memory is open.\n`);
      terminal.writeJson({ retried });
      return;
    }
    const named = new Set(ids);
    const found = await memory.jobs({ state, signal });
    const jobs = ids.length === 0 ? found : found.filter(({ id }) => named.has(id));
    const { writing } = await memory.stats({ signal });
    terminal.write(renderJobs(jobs, terminal.colors));
    terminal.write(renderWriting(writing, terminal.colors));
    terminal.writeJson({ jobs, writing });
  });
};
