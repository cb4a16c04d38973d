import type { ImportReport } from '@retentive/memory';

/** What an import did, in a sentence or two. Pure. */
export const renderImport = ({
  dryRun,
  from,
  entries,
  imported,
  known,
  sources,
  torn,
}: ImportReport): string => {
  const verb = dryRun ? 'Would import' : 'Imported';
  const rest = torn === 0 ? '' : ` ${torn} of them were still streaming and stand torn.`;
  return `${verb} ${imported} of ${entries} entries of ${from.tenant}/${from.user}, ${sources} messages and documents among them; ${known} were here already.${rest}\n`;
};
