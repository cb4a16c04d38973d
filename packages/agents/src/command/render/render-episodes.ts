import type { Episode } from '@retentive/core';
import type { Timeline } from '@retentive/memory';
import type { Colors } from '../terminal.ts';
import { renderTable } from './render-table.ts';

const TEXT_WIDTH = 80;
const DAY_MS = 86_400_000;

const day = (time: number | undefined): string =>
  time === undefined ? '' : new Date(time).toISOString().slice(0, 10);

/** Episodes, each with its title and the sentences of its summary. Pure. */
export const renderEpisodes = (episodes: readonly Episode[], colors: Colors): string => {
  if (episodes.length === 0) return `${colors.dim('No such episodes.')}\n`;
  return episodes
    .map(({ interval, thread, title, state, participants, summary }) => {
      const head = `${day(interval.from)}  ${title}  ${colors.dim(`${thread}, ${participants.join(', ')}, ${state}`)}`;
      return [
        head,
        ...summary.map(({ speaker, text }) => `  ${speaker}: ${text.replaceAll(/\s+/gu, ' ')}`),
      ].join('\n');
    })
    .join('\n')
    .concat('\n');
};

/** A timeline as a table, with the days from each item to the next. Pure. */
export const renderTimeline = ({ items, gaps, count }: Timeline, colors: Colors): string =>
  count === 0
    ? `${colors.dim('Nothing was said of it.')}\n`
    : renderTable(
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
