import type { Chunk } from '@retentive/core';
import type { Calendar } from './dates.ts';

/** Version of this layout: with it and the item ids a text can be rebuilt byte for byte. Changes with any byte. */
export const RENDERER = 'grouped-2';

/** What opens and closes recalled memory. Everything between is data. */
export const MEMORY_OPEN = '<memory>\n';
export const MEMORY_CLOSE = '</memory>';

/**
 * Text as it may stand inside the block: no control characters, no delimiter of ours, further lines set in by a space,
 * so that no line of a message can pass for a heading or for somebody else's words.
 */
export const quoteText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/gu, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replace(/<(?=\s*\/?\s*memory\b)/giu, '‹')
    .trim()
    .replace(/\n\s*\n+/gu, '\n')
    .replace(/\n/gu, '\n ');

/** A name as it may open a line: one line, and neither a heading nor the end of the name. */
export const quoteName = (name: string): string =>
  quoteText(name)
    .replace(/[\n:]+/gu, ' ')
    .replace(/^[[\s]+/u, '(');

/** Who speaks, as a line shows it. */
export const speakerLabel = (chunk: Chunk): string =>
  quoteName(chunk.source.type === 'document' ? chunk.source.title : (chunk.speaker ?? chunk.role)) ||
  chunk.role;

/** A line of core memory, line end included; the mark before it keeps it from passing for a heading or a speaker. */
export const renderCoreLine = (line: string): string => `- ${quoteText(line)}\n`;

/** The heading of a core block. */
export const renderCoreHeading = (label: string): string => `[core: ${quoteName(label)}]\n`;

/** The line of a chunk, line end included. A piece from within a message is marked as one. */
export const renderChunk = (chunk: Chunk, continues: boolean): string =>
  continues
    ? ` ${quoteText(chunk.text)}\n`
    : `${speakerLabel(chunk)}: ${chunk.index > 0 ? '… ' : ''}${quoteText(chunk.text)}\n`;

/** What a group of items shares: the day. */
export interface Heading {
  readonly key: string;
  readonly text: string;
}

/** The heading of a chunk's group: its local day. Every other line has a colon, a bracket or a mark, so none passes for it. */
export const headingOf = (chunk: Chunk, calendar: Calendar): Heading => {
  const { iso, date } = calendar.dayOf(chunk.time, chunk.timeZone);
  return { key: iso, text: `${date}\n` };
};
