import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is compared with and is no part of the workspace. */
export const PEERS_FOLDER = fileURLToPath(new URL('../../peers', import.meta.url));

/** better-sqlite3 is compiled where its binary cannot be fetched: minutes on a slow machine. */
const INSTALL_MS = 1_800_000;

const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Installs the peers at the first use. Gives why not, where that fails. */
export const installPeers = (): string | undefined => {
  // npm writes this file last. An older one is of a list without a peer that came since.
  const installed = modifiedAt(join(PEERS_FOLDER, 'node_modules', '.package-lock.json'));
  if (installed > modifiedAt(join(PEERS_FOLDER, 'package.json'))) return undefined;
  process.stderr.write(
    'installing mem0ai, minisearch and usearch with npm, once; compiling its database can take minutes\n',
  );
  const { status, signal, error } = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock'],
    {
      cwd: PEERS_FOLDER,
      stdio: ['ignore', 2, 2],
      timeout: INSTALL_MS,
      shell: process.platform === 'win32',
    },
  );
  if (status === 0) return undefined;
  return `npm install in test/bench/peers ended with ${error?.message ?? signal ?? `exit code ${status}`}`;
};
