import type { EraseReport } from '@retentive/memory';

/** What an erasure did, in a sentence. Pure. */
export const renderErase = ({ dryRun, scopes, messages, documents, facts, entries }: EraseReport): string => {
  const verb = dryRun ? 'Would erase' : 'Erased';
  return `${verb} ${scopes.length} users' memory: ${messages} messages, ${documents} documents, ${facts} facts, ${entries} entries of the journal.\n`;
};
