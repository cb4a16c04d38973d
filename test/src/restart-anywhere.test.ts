import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blocksOf, ROOT, readDocs } from './read-docs.ts';

// The example of the README, killed between any two of its statements and gone on with in another process, prints what it
// prints when nothing happens. What the second process needs of the first, a caller would have kept: the id and offset of
// a stream; and a message that is to be sent again has a key.

const readme = readDocs().find(({ path }) => path === 'README.md') as ReturnType<typeof readDocs>[number];
const code = (blocksOf(readme, 'ts')[0] ?? '').replace(
  'const receipt = await ana.observe({',
  "const receipt = await ana.observe({ idempotencyKey: 'moved',",
);
const [expected = ''] = blocksOf(readme, 'text');

/** Statements of the top level: lines are joined until every bracket is closed. */
const statementsOf = (source: string): readonly string[] => {
  const statements: string[] = [];
  let open = '';
  for (const line of source.split('\n')) {
    open += `${line}\n`;
    const bare = open.replace(/'[^'\n]*'|`[^`]*`|\/\/.*/gu, '');
    const depth = [...bare].reduce(
      (sum, letter) => sum + ('([{'.includes(letter) ? 1 : ')]}'.includes(letter) ? -1 : 0),
      0,
    );
    if (depth > 0) continue;
    if (bare.trim() !== '') statements.push(open);
    open = '';
  }
  return statements;
};

const statements = statementsOf(code);
const imports = statements.filter((statement) => statement.startsWith('import '));
const body = statements.filter((statement) => !statement.startsWith('import '));

const STATE = 'kept.json';
const nameOf = (statement: string): string | undefined => /^(?:\/\/.*\n)*const (\w+)/u.exec(statement)?.[1];

/** The first process: so many statements, what a caller keeps, and the end. */
const untilKilled = (count: number): string => {
  const done = body.slice(0, count);
  const has = (name: string): boolean => done.some((statement) => nameOf(statement) === name);
  const kept = [...(has('writer') ? ['writer: writer.id, offset: writer.offset'] : [])];
  return [
    ...imports,
    `import { writeFileSync } from 'node:fs';`,
    ...done,
    `writeFileSync('${STATE}', JSON.stringify({ ${kept.join(', ')} }));`,
    `process.kill(process.pid, 'SIGKILL');`,
  ].join('\n');
};

/** A statement of the past, as a process that begins anew has it: names stand for what they stood for. */
const revived = (statement: string, isWritten: boolean, isEnded: boolean): string => {
  const name = nameOf(statement);
  if (name === undefined) return '';
  if (name === 'writer' && isEnded) return '';
  if (name === 'writer' && isWritten) return 'const writer = await memory.resume(kept.writer, kept.offset);';
  return statement;
};

/** The second process: the same names, and the statements that are left. */
const goingOn = (count: number): string => {
  const done = body.slice(0, count);
  const isWritten = done.some((statement) => statement.includes('writer.write'));
  const isEnded = done.some((statement) => statement.includes('writer.complete'));
  return [
    ...imports,
    `import { readFileSync } from 'node:fs';`,
    `const kept = JSON.parse(readFileSync('${STATE}', 'utf8'));`,
    ...done.map((statement) => revived(statement, isWritten, isEnded)),
    ...body.slice(count),
  ].join('\n');
};

interface Result {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (file: string, cwd: string): Promise<Result> =>
  new Promise((resolve, reject) => {
    const args = ['--conditions=@retentive/source', '--import', import.meta.resolve('tsx'), file];
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const outputs = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        outputs[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (_, signal) => resolve({ signal, ...outputs }));
  });

// Inside the package from which every other is found; ignored by git.
const cache = join(ROOT, 'packages', 'agents', '.cache');
let sources: string;
let places: string;

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  sources = mkdtempSync(join(cache, 'restart-'));
  places = mkdtempSync(join(tmpdir(), 'retentive-restart-'));
});

afterAll(() => {
  rmSync(sources, { recursive: true, force: true });
  rmSync(places, { recursive: true, force: true });
});

it('has an example with memory, a stream, facts and an agent in it', () => {
  const names = body.flatMap((statement) => nameOf(statement) ?? []);
  expect(names).toEqual(expect.arrayContaining(['memory', 'ana', 'receipt', 'writer', 'context', 'agent']));
});

// After the last statement the memory is closed, and there is nothing to go on with. The short run takes every third.
const STEP = process.env['RETENTIVE_TEST_LONG'] === undefined ? 4 : 1;
const FIRST = Number(process.env['RETENTIVE_SEED'] ?? 0) % STEP;
it.concurrent.each(
  body
    .slice(0, -1)
    .map((statement, index) => [index + 1, statement.split('\n')[0]] as const)
    .filter((_, index) => index % STEP === FIRST),
)(
  'prints the same when it is killed after statement %i: %s',
  async (count) => {
    const place = join(places, String(count));
    mkdirSync(place);
    const before = join(sources, `${count}-before.ts`);
    const after = join(sources, `${count}-after.ts`);
    writeFileSync(before, untilKilled(count));
    writeFileSync(after, goingOn(count));
    const killed = await run(before, place);
    expect({ signal: killed.signal, stderr: killed.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
    const ended = await run(after, place);
    expect({ signal: ended.signal, stderr: ended.stderr }).toEqual({ signal: null, stderr: '' });
    expect((killed.stdout + ended.stdout).trimEnd()).toBe(expected.trimEnd());
  },
  60_000,
);
