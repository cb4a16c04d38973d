import type { JobInfo } from '@retentive/memory';
import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

const REASON_WIDTH = 60;

/** Jobs as a table, a line each, with the reason why each was not done. Pure. */
export const renderJobs = (jobs: readonly JobInfo[], colors: Colors): string => {
  if (jobs.length === 0) return 'No such jobs.\n';
  return renderTable(
    [
      { head: 'job' },
      { head: 'tenant/user' },
      { head: 'work' },
      { head: 'message' },
      { head: 'state' },
      { head: 'tries', number: true },
      { head: 'reason', width: REASON_WIDTH },
    ],
    jobs.map(({ id, scope, type, source, state, attempts, error = '' }) => [
      id,
      `${scope.tenant}/${scope.user}`,
      type,
      source,
      state,
      String(attempts),
      error,
    ]),
    colors,
  );
};
