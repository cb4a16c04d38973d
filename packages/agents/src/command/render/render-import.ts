import type { ImportReport } from '@retentive/memory';

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
