import type { Context, ContextItem } from '@retentive/core';
import { itemLabel, spokenText } from '../../models/extractive/candidates.ts';
import { type Colors, printable } from '../terminal.ts';
import { renderTable } from './render-table.ts';

const TEXT_WIDTH = 44;
const REASON_WIDTH = 40;

const shorten = (text: string, width: number): string => {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, width - 1).toWellFormed()}…`;
};

const day = (time: number | undefined): string =>
  time === undefined ? '' : new Date(time).toISOString().slice(0, 10);

const partsOf = ({ why }: ContextItem): string =>
  Object.entries(why.parts)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join(' + ');

/** One line about how full a context is. Pure. */
export const renderContextSummary = (context: Context): string => {
  const { tokens, budget, items, gap, degraded } = context;
  const weaker = degraded.length === 0 ? '' : `, degraded: ${degraded.join(', ')}`;
  return `${tokens} of ${budget} tokens, ${items.length} items, gap ${(gap * 100).toFixed(1)} %${weaker}`;
};

/** The items of a context as a table: tokens, score, the terms of the score, and the reason. Pure. */
export const renderWhy = (context: Context, colors: Colors): string =>
  renderTable(
    [
      { head: '#', number: true },
      { head: 'tokens', number: true },
      { head: 'score', number: true },
      { head: 'score is made of', width: 26 },
      { head: 'day' },
      { head: 'who' },
      { head: 'what', width: TEXT_WIDTH + 2 },
      { head: 'because', width: REASON_WIDTH + 2 },
    ],
    context.items.map((item, index) => [
      String(index + 1),
      String(item.tokens),
      item.why.score.toFixed(2),
      partsOf(item),
      day(item.time),
      itemLabel(item),
      shorten(spokenText(item), TEXT_WIDTH),
      item.why.reason,
    ]),
    colors,
  );

/** A context for people: its text, then how full it is. Pure. */
export const renderContext = (context: Context, colors: Colors): string =>
  context.text === ''
    ? `${colors.dim('Nothing in memory fits this query and budget.')}\n`
    : `${printable(context.text).trimEnd()}\n\n${colors.dim(renderContextSummary(context))}\n`;
