import { RetentiveError } from '@retentive/core';
import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, withScope } from './open-scope.ts';
import { renderErase } from './render/render-erase.ts';

/** Options of the command `erase`. */
export interface EraseCommandOptions {
  /** Says what would go, and takes nothing. */
  readonly dryRun: boolean;
  /** What is erased cannot be had back, so it is said twice. */
  readonly yes: boolean;
  /** Every user of the tenant. */
  readonly allUsers: boolean;
  /** Of the user only what was written at this path. */
  readonly agent?: string | undefined;
}

/**
 * Removes all of a user, of a tenant with `--all-users`, or of a user what was said in `--thread` or written at `--agent`.
 * Without `--yes` nothing is removed: it shows what would go, and fails unless `--dry-run` asks for that.
 * @throws OPTION_INVALID, FILE_NOT_FOUND where there is no memory yet, LABEL_INVALID
 */
export const runErase = async (
  context: CommandContext,
  { dryRun, yes, allUsers, agent }: EraseCommandOptions,
): Promise<void> => {
  const { terminal, signal, options } = context;
  const { tenant, user, thread } = options;
  if (allUsers && (agent !== undefined || thread !== undefined)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      '--all-users erases a tenant: it goes with no --agent or --thread',
    );
  }
  if (!yes && !dryRun) {
    throw new RetentiveError(
      'OPTION_INVALID',
      'erase removes for good: nothing brings it back. See what would go with --dry-run, then say so with --yes',
    );
  }
  await assertMemoryExists(options.data);
  await withScope(context, async ({ memory }) => {
    const target = allUsers
      ? { tenant }
      : {
          tenant,
          user,
          ...(agent === undefined ? {} : { agent }),
          ...(thread === undefined ? {} : { thread }),
        };
    const report = await memory.erase(target, { dryRun, signal });
    terminal.write(renderErase(report));
    terminal.writeJson(report);
  });
};
