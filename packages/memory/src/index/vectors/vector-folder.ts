import { join } from 'node:path';
import type { ScopeKey } from '../../journal/journal.ts';
import { scopeNameOf } from '../../journal/scope-name.ts';

/** The folder of a scope's vectors: `<data>/vectors/<name>`. */
export const vectorFolderOf = (dataFolder: string, key: ScopeKey): string =>
  join(dataFolder, 'vectors', scopeNameOf(key));
