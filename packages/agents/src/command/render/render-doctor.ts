import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
}

/** Checks as a table, the verdict in colour where colour is on. Pure. */
export const renderChecks = (checks: readonly Check[], colors: Colors): string => {
  const rows = checks.map(({ check, ok, found }) => [check, ok ? 'ok' : 'FAULT', found]);
  return renderTable([{ head: 'check' }, { head: 'verdict' }, { head: 'found' }], rows, colors)
    .replaceAll(/\bFAULT\b/gu, colors.red('FAULT'))
    .replaceAll(/ ok( |$)/gmu, (_, after: string) => ` ${colors.green('ok')}${after}`);
};
