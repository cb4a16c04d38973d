import type { RetentionReport } from '@retentive/memory';
import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

/** Rows that fit a screen. */
const SHOWN = 20;
const PARTS_WIDTH = 60;

const partsOf = (parts: Readonly<Record<string, number>>): string =>
  Object.entries(parts)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join(' + ');

/** How full the working set is, and what would leave it next, a line each. Pure. */
export const renderRetention = (report: RetentionReport, colors: Colors): string => {
  const { capacity, workingSetTokens, archivedTokens, next } = report;
  const summary = `${workingSetTokens} of ${capacity} tokens in the working set, ${archivedTokens} in the archive\n`;
  if (next.length === 0) return `${summary}${colors.dim('Nothing would leave it.')}\n`;
  const table = renderTable(
    [
      { head: 'next', number: true },
      { head: 'chunk' },
      { head: 'tokens', number: true },
      { head: 'score', number: true },
      { head: 'score is made of', width: PARTS_WIDTH },
    ],
    next
      .slice(0, SHOWN)
      .map(({ chunk, tokens, score, parts }, index) => [
        String(index + 1),
        chunk,
        String(tokens),
        score.toFixed(2),
        partsOf(parts),
      ]),
    colors,
  );
  const more = next.length > SHOWN ? colors.dim(`and ${next.length - SHOWN} more\n`) : '';
  return `${summary}\n${table}${more}`;
};
