import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRetentiveError } from '@retentive/core';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorReport, Memory } from '../src/index.ts';
import { inFolder, inProcess } from './support/memories.ts';
import { say, textOf } from './support/say.ts';

describe('doctor', () => {
  let place: Awaited<ReturnType<typeof inFolder>>;
  let memory: Memory;
  const ana = () => memory.scope({ tenant: 'acme', user: 'ana' });
  const ben = () => memory.scope({ tenant: 'acme', user: 'ben' });

  /** Changes the journal's file behind the back of the memory. */
  const tamper = (sql: string): void => {
    const database = new Database(join(place.path, 'journal.db'));
    database.exec(sql);
    database.close();
  };

  const wrongIn = ({ projections }: DoctorReport): readonly string[] =>
    projections.flatMap(({ projection, wrong }) => (wrong > 0 ? [projection] : []));

  beforeEach(async () => {
    place = await inFolder();
    memory = await place.open({ capacity: 40 });
    await say(ana(), 'I live in Porto. My cat is called Miso.');
    await say(ana(), 'I moved from Porto to Lisbon last week.', { time: '2025-03-01T09:00:00Z' });
    const torn = ana().ingest({ role: 'assistant' });
    await torn.write('Lisbon, how nice! Is it');
    await torn.tear();
    const resumed = await memory.resume(torn.id, torn.offset);
    await resumed.write(' quiet there?');
    await resumed.complete();
    await ana().core.change({ type: 'append', line: 'Speaks Portuguese.' });
    const { id } = await say(ana(), 'Forget this one.');
    await ana().forget(id);
    await say(ben(), 'I live in Rome.');
    await ana().search('cat');
  });
  afterEach(async () => {
    await memory.close();
    await place.remove();
  });

  it('finds every projection in use as one made anew from the journal', async () => {
    const report = await memory.doctor({ repair: true });
    expect(report).toMatchObject({ ok: true, faults: [], repaired: [], jobs: { queued: 0, dead: 0 } });
    expect(report.projections).toEqual(
      ['messages', 'postings', 'facts', 'core', 'jobs', 'retention', 'archive', 'vectors'].map(
        (projection) => ({
          projection,
          // Nothing of Ben's has left memory, and he has no vectors.
          compared: projection === 'vectors' || projection === 'archive' ? 1 : 2,
          wrong: 0,
        }),
      ),
    );
    // So does one that has only just been opened, and one without a folder.
    await memory.close();
    memory = await place.open({ capacity: 40 });
    expect((await memory.doctor()).ok).toBe(true);
    const volatile = await (await inProcess()).open();
    await say(volatile.scope({ tenant: 'acme', user: 'ana' }), 'I live in Porto.');
    expect(await volatile.doctor()).toMatchObject({ ok: true });
    await volatile.close();
  });

  it('stays right while others write', async () => {
    let stop = false;
    const writers = [ana(), ben()].map(async (scope) => {
      for (let turn = 0; !stop; turn += 1) await scope.observe({ role: 'user', content: `Word ${turn}.` });
    });
    for (let round = 0; round < 5; round += 1)
      expect(await memory.doctor()).toMatchObject({ ok: true, faults: [] });
    stop = true;
    await Promise.all(writers);
  });

  it.each([
    ['messages', "UPDATE entries SET body = replace(body, 'Rome', 'Oslo') WHERE kind = 'source'"],
    ['facts', "UPDATE entries SET body = replace(body, 'Lisbon', 'London') WHERE kind = 'operation'"],
    [
      'core',
      "UPDATE entries SET body = replace(body, 'Portuguese', 'Norwegian____') WHERE kind = 'operation'",
    ],
  ])('finds %s in memory that are not what the journal has, and reads them anew', async (name, sql) => {
    tamper(sql);
    const found = await memory.doctor();
    expect(found.ok).toBe(false);
    expect(wrongIn(found)).toContain(name);
    expect(found.faults.map(({ check }) => check)).toContain(name);
    expect(found.faults.every(({ problem }) => !problem.includes('Porto'))).toBe(true);
    const mended = await memory.doctor({ repair: true });
    expect(mended).toMatchObject({
      ok: true,
      faults: [],
      repaired: [{ what: 'projections in memory', count: 1 }],
    });
    expect(await memory.doctor()).toMatchObject({ ok: true, repaired: [] });
  });

  it('says which archive cannot be written, from when that begins until it passes', async () => {
    const blocked = await inFolder();
    let other = await blocked.open({ capacity: 40 });
    // A file where the folder would be: nobody, whatever may be done elsewhere, makes a folder of it.
    writeFileSync(join(blocked.path, 'archive'), '');
    const began: unknown[] = [];
    other.events.on('projection:unwritten', (event) => began.push(event));
    const scope = other.scope({ tenant: 'acme', user: 'ana' });
    for (let turn = 0; turn < 12; turn += 1) await say(scope, `The ferry number ${turn} leaves the pier.`);
    const found = await other.doctor({ repair: true });
    expect(found).toMatchObject({ ok: false, faults: [{ check: 'archive' }], repaired: [] });
    expect(found.faults[0]?.problem).toContain('tenant "acme", user "ana"');
    expect(wrongIn(found)).toEqual(['archive']);
    await other.doctor();
    expect(began).toEqual([
      { projection: 'archive', scope: { tenant: 'acme', user: 'ana' }, reason: expect.any(String) },
    ]);
    // Nothing of it is missing meanwhile.
    expect((await scope.search('ferry number 0', { limit: 1 }))[0]).toMatchObject({ kind: 'chunk' });
    // Who has just opened the folder and uses none of it sees that, too.
    await other.close();
    const fresh = await blocked.open({ capacity: 40 });
    expect(await fresh.doctor()).toMatchObject({ ok: false, faults: [{ check: 'archive' }] });
    await fresh.close();
    other = await blocked.open({ capacity: 40 });
    await other.scope({ tenant: 'acme', user: 'ana' }).search('ferry');
    expect((await other.doctor()).ok).toBe(false);
    rmSync(join(blocked.path, 'archive'));
    expect(await other.doctor()).toMatchObject({ ok: true, faults: [] });
    await other.close();
    await blocked.remove();
  });

  it('makes what stands beside the entries anew, and memory goes on', async () => {
    tamper("UPDATE sources SET length = length + 1; DELETE FROM sources WHERE state = 'torn'");
    const found = await memory.doctor();
    expect(found.faults.map(({ check }) => check)).toContain('source');
    const mended = await memory.doctor({ repair: true });
    expect(mended.ok).toBe(true);
    expect(mended.repaired.map(({ what }) => what)).toContain('journal: sources');
    await say(ana(), 'I have a dog.');
    expect((await ana().context('dog')).text).toContain('I have a dog.');
  });

  it('makes vectors anew whose snapshot is damaged, and takes those of another embedder for none of its own', async () => {
    await memory.close();
    const vectors = join(place.path, 'vectors');
    const [folder = ''] = readdirSync(vectors);
    const [file = ''] = readdirSync(join(vectors, folder));
    const bytes = readFileSync(join(vectors, folder, file));
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    writeFileSync(join(vectors, folder, file), bytes);
    memory = await place.open({ capacity: 40 });
    const found = await memory.doctor();
    expect(wrongIn(found)).toEqual(['vectors']);
    expect(await memory.doctor({ repair: true })).toMatchObject({
      ok: true,
      repaired: [{ what: 'vectors', count: 1 }],
    });
    await memory.close();
    memory = await place.open({ capacity: 40 });
    expect(await memory.doctor()).toMatchObject({ ok: true });
    expect((await ana().search('cat')).map(textOf)[0]).toContain('cat');
    await memory.close();
    const vector = new Float32Array([1, 0]);
    const embedder = {
      id: 'another',
      dimensions: 2,
      fusionWeight: 0,
      embedDocuments: async (texts: readonly string[]) => texts.map(() => vector),
      embedQuery: async () => vector,
    };
    memory = await place.open({ capacity: 40, embedder });
    const others = await memory.doctor({ repair: true });
    expect(others).toMatchObject({ ok: true, repaired: [] });
    const refusal = await ana()
      .search('cat')
      .catch((error: unknown) => error);
    expect(isRetentiveError(refusal, 'EMBEDDER_MISMATCH')).toBe(true);
  });

  it('says of entries that are damaged what is wrong, and makes up nothing', async () => {
    tamper('DELETE FROM entries WHERE sequence = 4');
    const found = await memory.doctor({ repair: true });
    expect(found.ok).toBe(false);
    expect(found.faults.map(({ check }) => check)).toContain('sequence');
  });
});
