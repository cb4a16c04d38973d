// Says whether vectra is loaded: after the import of the package's entry, and after the first index is opened. Then, which of
// the large packages that vectra's entries bring along.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import '../../../../src/index.ts';
import { openVectraIndex } from '../../../../src/index/vectors/vectra-index.ts';

const isLoaded = (part = '/vectra/lib/'): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes(part));

const LARGE = ['gpt-tokenizer', 'openai', 'cheerio', 'turndown', '@grpc/grpc-js'];

const [folder = ''] = process.argv.slice(2);
writeSync(1, `${isLoaded()}\n`);
await (await openVectraIndex({ folder, dimensions: 4, fingerprint: 'test' })).close();
writeSync(1, `${isLoaded()}\n`);
writeSync(1, `${LARGE.filter((name) => isLoaded(`/node_modules/${name}/`)).join() || 'none'}\n`);
