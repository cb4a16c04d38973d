import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WORKER_ENTRY = '@retentive/memory/journal-worker';

const beside = (moduleUrl: string | undefined): URL | undefined => {
  if (moduleUrl?.startsWith('file:') !== true) return undefined;
  const url = new URL('./writer-worker.js', moduleUrl);
  return existsSync(fileURLToPath(url)) ? url : undefined;
};

const installed = (base: string | undefined): URL | undefined => {
  if (base === undefined) return undefined;
  try {
    return pathToFileURL(createRequire(base).resolve(WORKER_ENTRY));
  } catch {
    return undefined;
  }
};

/**
 * Where the writer's worker may be, the likeliest first. Beside this module in an installed package; in a bundled app
 * that file is missing (or lacks the files it imports), and the package is looked up from the bundle's place, from the
 * script that was started and from the working directory.
 */
export const workerLocations = (): readonly URL[] => {
  // In a bundle in CommonJS format there is no URL of a module.
  const moduleUrl = import.meta.url as string | undefined;
  const found = [
    beside(moduleUrl),
    installed(moduleUrl?.startsWith('file:') === true ? moduleUrl : undefined),
    installed(process.argv[1]),
    installed(join(process.cwd(), 'package.json')),
  ];
  const urls = new Map(found.flatMap((url) => (url === undefined ? [] : [[url.href, url] as const])));
  return [...urls.values()];
};
