import { stat } from 'node:fs/promises';
import { isRetentiveError } from '@retentive/core';
import type { DoctorReport } from '@retentive/memory';
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

/** Options of the command `doctor`. */
export interface DoctorCommandOptions {
  readonly repair: boolean;
}

interface StoreFinding {
  readonly checks: readonly Check[];
  readonly report: DoctorReport;
}

const checkStore = (context: CommandContext, { repair }: DoctorCommandOptions): Promise<StoreFinding> =>
  readScope(context, async ({ memory }) => {
    const { ok, ...found } = await memory.doctor({ signal: context.signal, repair });
    // A daemon does not say where its folder lies.
    const report = { ok, path: context.options.data, ...found };
    const { faults, messages, jobs, projections, repaired } = report;
    const checks: Check[] = [
      ...repaired.map(({ what, count }) => ({ check: 'repaired', ok: true, found: `${what}: ${count}` })),
      {
        check: 'journal',
        ok: faults.length === 0,
        found: faults.length === 0 ? 'sound' : `${faults.length} faults`,
      },
      ...faults.map(({ check, problem }) => ({ check: `  ${check}`, ok: false, found: problem })),
      ...projections
        .filter(({ compared }) => compared > 0)
        .map(({ projection, compared, wrong }) => ({
          check: projection,
          ok: wrong === 0,
          found: `${compared - wrong} of ${compared} scopes ${projection === 'archive' ? 'whose file can be written' : 'as the journal has them'}`,
        })),
      { check: 'scopes', ok: true, found: String(report.scopes) },
      {
        check: 'sources',
        ok: true,
        found: `${messages.complete} complete, ${messages.torn} torn, ${messages.open} open`,
      },
      { check: 'jobs', ok: true, found: `${jobs.queued} queued, ${jobs.dead} given up` },
    ];
    return { checks, report };
  });

/**
 * Looks at the installation and the data folder, and repairs what can be made anew where that is asked for. Gives false when something is wrong: the command
 * then exits with 1.
 */
export const runDoctor = async (
  context: CommandContext,
  doctorOptions: DoctorCommandOptions,
): Promise<boolean> => {
  const { terminal, options } = context;
  let report: DoctorReport | undefined;
  const checks: Check[] = [checkNode(process.versions.node)];
  try {
    await assertMemoryExists(options.data);
    checks.push(await checkFolder(options.data));
    const found = await checkStore(context, doctorOptions);
    report = found.report;
    checks.push(...found.checks);
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
  terminal.writeJson({ ok, data: options.data, checks, ...(report === undefined ? {} : { report }) });
  return ok;
};
