import type { ForeignImportReport, ImportReport } from '@retentive/memory';

/** What an import did, in a sentence or two. Pure. */
export const renderImport = ({
  dryRun,
  from,
  entries,
  imported,
  known,
  forgotten,
  sources,
  torn,
}: ImportReport): string => {
  const verb = dryRun ? 'Would import' : 'Imported';
  const rest = torn === 0 ? '' : ` ${torn} of them were still streaming and stand torn.`;
  const left = forgotten === 0 ? '' : ` ${forgotten} were forgotten here and stay so.`;
  return `${verb} ${imported} of ${entries} entries of ${from.tenant}/${from.user}, ${sources} messages and documents among them; ${known} were here already.${left}${rest}\n`;
};

/** Skips shown one by one; the rest is counted by reason. */
const SHOWN_SKIPS = 10;

/** What an import from another program did, and what it left out. Pure. */
export const renderForeignImport = (report: ForeignImportReport): string => {
  const { from, dryRun, messages, facts, lines, replayed, skipped, skips } = report;
  const verb = dryRun ? 'Would import' : 'Imported';
  const shown = skips
    .slice(0, SHOWN_SKIPS)
    .map(({ at, reason, detail }) => `  ${at}: ${reason}${detail === undefined ? '' : ` (${detail})`}\n`);
  const more = skipped > shown.length ? `  and ${skipped - shown.length} more; --json lists them\n` : '';
  return `${verb} from ${from}: ${messages} messages, ${facts} facts, ${lines} lines of core memory; ${replayed} were here already, ${skipped} left out.\n${shown.join('')}${more}`;
};
