// Writes a small journal with one of everything, as the release that this is run in writes it, and beside it what it holds.
// Run once for each schema that is released: node --import tsx -C @retentive/source make-fixture.ts FILE, without an end to its name
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEstimatingTokenizer, createManualClock, createSeededRandom } from '@retentive/core';
import { openMemory } from '../../../src/index.ts';
import { openSqliteJournal } from '../../../src/journal/sqlite-journal.ts';
import { append, BEN, job, opened, whole } from '../../../src/testing/journal-fixtures.ts';
import { contentsOf } from '../contents.ts';

const [file = ''] = process.argv.slice(2);
const path = await mkdtemp(join(tmpdir(), 'retentive-fixture-'));
const clock = createManualClock(Date.UTC(2026, 1, 10, 9));
const memory = await openMemory({
  path,
  clock,
  random: createSeededRandom(1),
  tokenizer: createEstimatingTokenizer(),
});
const ana = memory.scope({ tenant: 'acme', user: 'ana' });
const first = await ana.observe({
  idempotencyKey: 'first',
  role: 'user',
  speaker: 'Ana',
  time: '2026-02-10T09:00:00Z',
  content: 'I live in Porto. My sister is called Rita.',
});
await first.settled();
const second = await ana.observe({
  role: 'user',
  speaker: 'Ana',
  time: '2026-05-04T09:00:00Z',
  content: 'I moved from Porto to Lisbon last week.',
});
await second.settled();
const gone = await ana.observe({ role: 'assistant', content: 'This is taken out again.' });
await ana.forget(gone.id);
const torn = ana.ingest({ role: 'assistant' });
await torn.write('It broke off in the mid');
await torn.tear();
const document = ana.ingestDocument({ title: 'Notes' });
await document.write('Lisbon lies at the Tagus. Porto lies at the Douro.');
await document.complete();
await ana.pin(second.id, true);
await ana.core.change({ type: 'append', line: 'Speaks Portuguese.' });
await memory.close();

const journal = await openSqliteJournal({ path, clock });
await append(journal, BEN, whole('a'), job('a', 'queued'), whole('b'), job('b', 'queued'));
await append(journal, BEN, job('b', 'dead', { attempts: 3, error: 'MODEL_FAILED: no answer' }));
await append(journal, BEN, { kind: 'output', producer: 'model-1', input: 'asked', output: 'answered' });
await append(journal, BEN, { kind: 'access', items: ['a'] }, opened('c', 'still open'));
await writeFile(`${file}.json`, `${JSON.stringify(await contentsOf(journal), undefined, 2)}\n`);
await journal.close();
await copyFile(join(path, 'journal.db'), `${file}.db`);
await rm(path, { recursive: true, force: true });
