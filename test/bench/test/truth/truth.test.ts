import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { historySchema } from '../../src/truth/history-schema.ts';
import { measureTruth } from '../../src/truth/measure-truth.ts';
import { type TruthDump, truthReportSchema } from '../../src/truth/schemas.ts';
import { readWordings } from '../../src/truth/wordings.ts';

const progress = { update: () => {}, end: () => {} };

const accuracy = (
  { rows }: Awaited<ReturnType<typeof measureTruth>>,
  system: string,
  input: string,
  ability: string,
): number | undefined =>
  rows.find((row) => row.system === system && row.input === input && row.ability === ability)?.accuracy;

it('answers what is true, was, follows and is not known from operations, where controls do not', async () => {
  const report = await measureTruth({
    histories: 2,
    inputs: ['operations', 'text'],
    seed: 3,
    reads: false,
    progress,
  });
  expect(truthReportSchema.parse(report)).toEqual(report);
  for (const ability of ['current', 'past', 'cascade', 'absence', 'believed-then', 'order']) {
    expect([ability, accuracy(report, 'retentive', 'operations', ability)]).toEqual([ability, 1]);
  }
  expect(accuracy(report, 'always-absent', 'operations', 'current')).toBe(0);
  expect(accuracy(report, 'newest-first', 'operations', 'absence')).toBeLessThan(1);
  expect(report.refused).toEqual([]);
  expect(report.facts[1]?.duplicates).toBeLessThanOrEqual(0.02);
});

it('reads histories of other people, whatever they call things', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'retentive-truth-'));
  const history = {
    id: 'one',
    messages: [
      { id: 1, thread: 't', role: 'user', speaker: 'Ana', time: '2024-01-05T10:00:00Z', content: 'Hello.' },
    ].map((message) => ({ ...message, id: String(message.id) })),
    operations: [
      {
        op: 'assert',
        id: 'o1',
        subject: 'Ana',
        predicate: 'city',
        object: 'Porto',
        validFrom: '2023-01-01',
        at: '2024-01-05',
      },
      {
        type: 'add',
        id: 'o2',
        fact: { subject: 'Ana', attribute: 'commute', value: 'metro' },
        derived_from: ['o1'],
        time: 1_704_500_000,
      },
      {
        kind: 'SUPERSEDE',
        subject: 'Ana',
        attribute: 'city',
        value: 'Lisbon',
        from: '2024-06-01',
        time: '2024-06-02',
      },
      { operation: 'delete', about: 'Ana', key: 'pet', value: 'cat', time: '2024-06-03' },
    ],
  };
  const probes = [
    {
      ability: 'current',
      question: 'Where does Ana live?',
      about: 'Ana',
      attribute: 'home',
      answers: ['Lisbon'],
    },
    {
      ability: 'current',
      question: 'Where does Ana live?',
      about: 'Ana',
      attribute: 'city',
      answers: ['Lisbon'],
    },
    {
      ability: 'past',
      question: 'Where did Ana live?',
      about: 'Ana',
      attribute: 'city',
      asOf: '2023-06-01',
      answers: 'Porto',
    },
    {
      ability: 'cascade',
      question: 'How does Ana commute?',
      about: 'Ana',
      attribute: 'commute',
      answers: [],
      absent: true,
    },
    {
      ability: 'believed-then',
      question: 'Where?',
      about: 'Ana',
      attribute: 'city',
      knownAt: '2024-03-01',
      answers: ['Porto'],
    },
  ].map((probe) => ({ historyId: 'one', ...probe }));
  try {
    await writeFile(join(folder, 'histories.jsonl'), `${JSON.stringify(history)}\n`);
    await writeFile(join(folder, 'probes.jsonl'), probes.map((probe) => JSON.stringify(probe)).join('\n'));
    const lines: TruthDump[] = [];
    await measureTruth({
      data: folder,
      histories: 0,
      inputs: ['operations'],
      seed: 1,
      reads: false,
      progress,
      onAnswer: (line) => lines.push(line),
    });
    const own = lines.filter(({ system }) => system === 'retentive');
    expect(own.map(({ ability, right }) => [ability, right])).toEqual(
      probes.map(({ ability }) => [ability, true]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('refuses an operation that says nothing that it knows', () => {
  const parse = (operation: unknown) =>
    historySchema.safeParse({ id: 'one', operations: [operation] }).success;
  expect(parse({ kind: 'explode', subject: 'Ana' })).toBe(false);
  expect(parse('add')).toBe(false);
  expect(parse({ kind: 'add', subject: 'Ana', attribute: 'home', value: 'Porto', from: 'someday' })).toBe(
    false,
  );
  expect(parse({ kind: 'add', subject: 'Ana', attribute: 'home', value: 3 })).toBe(true);
});

it('takes no wordings but the frozen ones', async () => {
  expect(Object.keys((await readWordings()).templates).length).toBeGreaterThan(10);
  await expect(readWordings(new URL('./truth.test.ts', import.meta.url))).rejects.toMatchObject({
    code: 'FILE_INVALID',
  });
});
