import { escapeMarkup } from './escape.ts';
import { PLOT_COLOURS } from './plots.ts';
import type { ReportSection } from './report.ts';

const coloursOf = (scheme: 'light' | 'dark'): string =>
  Object.entries(PLOT_COLOURS)
    .map(([name, colour]) => `--${name}:${colour[scheme]};`)
    .join('');

const STYLE = [
  `:root{color-scheme:light dark;${coloursOf('light')}}`,
  `@media(prefers-color-scheme:dark){:root{${coloursOf('dark')}}}`,
  'body{background:var(--ground);color:var(--ink);font-family:system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;line-height:1.5}',
  'h1,h2,li{overflow-wrap:break-word}',
  'h2{margin-top:2.5rem;border-bottom:1px solid var(--grid)}',
  'ul{padding-left:1.2rem}',
  // What is wider than the page scrolls by itself, by keyboard too.
  '.wide{overflow-x:auto;margin:1rem 0}',
  'table{border-collapse:collapse;font-size:.85rem}',
  'td,th{border:1px solid var(--grid);padding:.25rem .5rem;text-align:left;vertical-align:top;max-width:30rem;overflow-wrap:break-word}',
  'thead th{background:var(--track)}',
  'tbody th{font-weight:normal}',
  '.number,.short,thead th{white-space:nowrap}',
  '.number{text-align:right;font-variant-numeric:tabular-nums}',
  'svg{display:block;width:100%;min-width:34rem;max-width:45rem}',
].join('');

/** A figure, with its interval or without. */
const isNumber = (cell: string): boolean => /^[-+]?[\d.]+(?: \[[-+\d., ]+\])?$|^-$/u.test(cell);

/** What is no longer than this stays on one line; other texts wrap. */
const SHORT = 24;

const classOf = (cell: string, inNumbers: boolean): string => {
  if (inNumbers) return ' class="number"';
  return cell.length <= SHORT ? ' class="short"' : '';
};

/** A part that may be wider than the page: reached and scrolled by keyboard, and named for who cannot see it. */
const wide = (name: string, content: string): string =>
  `<div class="wide" role="region" tabindex="0" aria-label="${escapeMarkup(name)}">${content}</div>`;

const htmlTable = (title: string, { head, rows }: NonNullable<ReportSection['table']>): string => {
  const inNumbers = head.map((_, column) => rows.every((cells) => isNumber(cells[column] ?? '-')));
  const cellOf = (tag: string, cell: string, column: number, more = ''): string =>
    `<${tag}${more}${classOf(cell, inNumbers[column] ?? false)}>${escapeMarkup(cell)}</${tag}>`;
  const titles = head.map((cell, column) => cellOf('th', cell, column, ' scope="col"')).join('');
  const lines = rows.map((cells) => {
    const values = cells.map((cell, column) =>
      column === 0 ? cellOf('th', cell, column, ' scope="row"') : cellOf('td', cell, column),
    );
    return `<tr>${values.join('')}</tr>`;
  });
  return wide(
    `Table: ${title}`,
    `<table><thead><tr>${titles}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`,
  );
};

/**
 * A report as one HTML page that loads nothing and runs nothing: its policy forbids both, whatever stands in the texts. It follows the
 * light or dark of the reader's system.
 */
export const renderHtmlReport = (title: string, sections: readonly ReportSection[]): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"/>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    `<title>${escapeMarkup(title)}</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escapeMarkup(title)}</h1>`,
    ...sections.flatMap((section, index) => [
      `<section aria-labelledby="section-${index}"><h2 id="section-${index}">${escapeMarkup(section.title)}</h2>`,
      ...(section.lines.length === 0
        ? []
        : [`<ul>${section.lines.map((line) => `<li>${escapeMarkup(line)}</li>`).join('')}</ul>`]),
      ...section.plots.map((plot) => wide(`Plot: ${section.title}`, plot)),
      ...(section.table === undefined || section.table.rows.length === 0
        ? []
        : [htmlTable(section.title, section.table)]),
      '</section>',
    ]),
    '</main></body></html>',
    '',
  ].join('\n');
