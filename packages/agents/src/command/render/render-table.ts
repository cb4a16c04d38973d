import Table from 'cli-table3';
import { type Colors, printable } from '../terminal.ts';

/** One column: its heading, and whether its cells are numbers. */
export interface Column {
  readonly head: string;
  readonly number?: boolean | undefined;
  /** Widest in characters; longer cells wrap. Default: as wide as its cells. */
  readonly width?: number | undefined;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/**
 * A table without lines: bold headings where colour is on, columns set off by spaces, numbers to the right. Control
 * characters in cells are made visible. Ends with a line end.
 */
export const renderTable = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colors: Colors,
): string => {
  const table = new Table({
    head: columns.map(({ head }) => colors.bold(head)),
    colAligns: columns.map(({ number }) => (number ? 'right' : 'left')),
    colWidths: columns.map(({ width }) => width ?? null),
    wordWrap: true,
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map(printable));
  return `${table.toString().replaceAll(/ +$/gmu, '')}\n`;
};
