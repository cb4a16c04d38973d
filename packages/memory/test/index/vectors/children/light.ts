// Says whether vectra is loaded: after the import of the package's entry, and after the first index is opened.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import '../../../../src/index.ts';
import { openVectraIndex } from '../../../../src/index/vectors/vectra-index.ts';

const isLoaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('/vectra/lib/'));

const [folder = ''] = process.argv.slice(2);
writeSync(1, `${isLoaded()}\n`);
await (await openVectraIndex({ folder, dimensions: 4, fingerprint: 'test' })).close();
writeSync(1, `${isLoaded()}\n`);
