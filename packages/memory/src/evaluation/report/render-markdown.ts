import { escapeCell } from './escape.ts';
import type { ReportSection } from './report.ts';

const markdownTable = ({ head, rows }: NonNullable<ReportSection['table']>): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(escapeCell).join(' | ')} |`).join('\n');

/** A report in Markdown. Plots are left out: hosts of Markdown drop inline SVG. */
export const renderMarkdownReport = (title: string, sections: readonly ReportSection[]): string =>
  [
    `# ${escapeCell(title)}`,
    ...sections.flatMap((section) => [
      `## ${escapeCell(section.title)}`,
      ...(section.lines.length === 0
        ? []
        : [section.lines.map((line) => `- ${escapeCell(line)}`).join('\n')]),
      ...(section.table === undefined || section.table.rows.length === 0
        ? []
        : [markdownTable(section.table)]),
    ]),
    '',
  ].join('\n\n');
