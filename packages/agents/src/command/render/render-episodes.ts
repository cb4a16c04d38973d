import type { Episode } from '@retentive/core';
import type { Colors } from '../terminal.ts';

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
