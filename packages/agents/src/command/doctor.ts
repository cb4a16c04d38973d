import { stat } from 'node:fs/promises';
import { isRetentiveError } from '@retentive/core';
import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { type Check, renderChecks } from './render/render-doctor.ts';

/** The first Node version with everything that is used here. */
const LEAST_NODE = [20, 19] as const;

const checkNode = (version: string): Check => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return { check: 'node', ok, found: `${version}, needs ${LEAST_NODE.join('.')} or later` };
};

const checkFolder = async (folder: string): Promise<Check> => {
  const { mode } = await stat(folder);
  const open = (mode & 0o077) !== 0;
  const bits = (mode & 0o777).toString(8);
  return {
    check: 'data folder',
    ok: !open || process.platform === 'win32',
    found: open
      ? `${folder} can be read by others (mode ${bits}); chmod 700 mends it`
      : `${folder}, mode ${bits}`,
  };
};

const checkStore = (context: CommandContext): Promise<readonly Check[]> =>
  readScope(context, async ({ memory }) => {
    const report = await memory.doctor({ signal: context.signal });
    const { open, complete, torn } = report.messages;
    return [
      {
        check: 'journal',
        ok: report.faults.length === 0,
        found: report.faults.length === 0 ? 'sound' : `${report.faults.length} faults`,
      },
      ...report.faults.map(({ check, problem }) => ({ check: `  ${check}`, ok: false, found: problem })),
      { check: 'scopes', ok: true, found: String(report.scopes) },
      { check: 'sources', ok: true, found: `${complete} complete, ${torn} torn, ${open} open` },
    ];
  });

/**
 * Looks at the installation and the data folder, and repairs nothing. Gives false when something is wrong: the command
 * then exits with 1.
 */
export const runDoctor = async (context: CommandContext): Promise<boolean> => {
  const { terminal, options } = context;
  const checks: Check[] = [checkNode(process.versions.node)];
  try {
    await assertMemoryExists(options.data);
    checks.push(await checkFolder(options.data), ...(await checkStore(context)));
  } catch (error) {
    if (!isRetentiveError(error) || error.code === 'ABORTED') throw error;
    const missing = error.code === 'FILE_NOT_FOUND';
    checks.push({
      check: 'data folder',
      ok: missing,
      found: missing ? `nothing stored in ${options.data} yet` : `${error.code}: ${error.message}`,
    });
  }
  const ok = checks.every((check) => check.ok);
  terminal.write(renderChecks(checks, terminal.colors));
  terminal.writeJson({ ok, data: options.data, checks });
  return ok;
};
