import type { Timeline } from '@retentive/memory';
import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

const TEXT_WIDTH = 80;
const DAY_MS = 86_400_000;

const day = (time: number | undefined): string =>
  time === undefined ? '' : new Date(time).toISOString().slice(0, 10);

/** A timeline as a table, with the days from each item to the next, and what of it is not shown. Pure. */
export const renderTimeline = ({ items, gaps, count }: Timeline, colors: Colors): string => {
  if (count === 0) return `${colors.dim('Nothing was said of it.')}\n`;
  const table = renderTable(
    [
      { head: 'when' },
      { head: 'days since', number: true },
      { head: 'what', width: TEXT_WIDTH },
      { head: 'who' },
    ],
    items.map(({ when, text, speaker = '' }, index) => [
      day(when.from ?? when.until),
      index === 0 ? '' : ((gaps[index - 1] ?? 0) / DAY_MS).toFixed(0),
      text.replaceAll(/\s+/gu, ' '),
      speaker,
    ]),
    colors,
  );
  const earlier = count - items.length;
  return earlier === 0 ? table : `${table}${colors.dim(`${earlier} before that; --limit shows more.`)}\n`;
};
