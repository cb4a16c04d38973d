import type { JobInfo, WritingStats } from '@retentive/memory';
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

const orUnknown = (value: number | null, unknown: number): string =>
  value === null ? 'unknown' : `${unknown > 0 ? 'at least ' : ''}${Math.round(value)}`;

/** What models took for reading messages, a line for each extractor; empty where none was asked. Pure. */
export const renderWriting = (writing: readonly WritingStats[], colors: Colors): string => {
  if (writing.length === 0) return '';
  return renderTable(
    [
      { head: 'extractor' },
      { head: 'calls', number: true },
      { head: 'messages', number: true },
      { head: 'operations', number: true },
      { head: 'tokens in', number: true },
      { head: 'tokens out', number: true },
      { head: 'microdollars', number: true },
    ],
    writing.map((each) => [
      each.extractor,
      String(each.calls),
      String(each.messages),
      String(each.operations),
      orUnknown(each.inputTokens, each.uncountedCalls),
      orUnknown(each.outputTokens, each.uncountedCalls),
      orUnknown(each.microdollars, each.unpricedCalls),
    ]),
    colors,
  );
};
