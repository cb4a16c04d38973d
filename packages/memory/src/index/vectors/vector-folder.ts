import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ScopeKey } from '../../journal/journal.ts';

/** Hex digits of a folder's name: 128 bits, so that no two scopes ever meet. */
const NAME_LENGTH = 32;

/** The folder of a scope's vectors: `<data>/vectors/<hash>`. Labels never become part of a path. */
export const vectorFolderOf = (dataFolder: string, { tenant, user }: ScopeKey): string => {
  const name = createHash('sha256')
    .update(JSON.stringify([tenant, user]))
    .digest('hex')
    .slice(0, NAME_LENGTH);
  return join(dataFolder, 'vectors', name);
};
