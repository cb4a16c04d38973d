// Takes each predicate on a scope, tenant or user out of the SQL of the journal, one at a time, and runs the tests that must
// notice. Prints one line a predicate; ends with 1 if a mutant survives that is not known to be equivalent.
//   node scripts/mutate-scope-predicates.mjs [--list] [--write docs/scope-predicates.md]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, 'packages', 'memory', 'src', 'journal');
const TESTS = ['packages/memory/test/journal/scope-walls.test.ts'];

/** A condition on one of the columns that are walls, with the `AND` that ties it to its neighbours. */
const PREDICATE =
  /(?:(\bAND)\s+|(\bWHERE)\s+)((?:\w+\.)?(?:scope|tenant|user)\s*(?:=|IS)\s*(?:\?\d*|(?:\w+\.)\w+))(\s+AND\b)?/g;

/** Every predicate of a file: where it is, what it says, and the text without it. @param {string} file */
const mutantsOf = (file) => {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(PREDICATE)].map((match) => {
    const [whole, , where, predicate = '', and = ''] = match;
    const start = match.index;
    // The placeholder stays, so that the values that follow keep their places: `? IS ?` is true of every value but NULL.
    const parameter = /\?\d*$/.exec(predicate)?.[0];
    const always = parameter === undefined ? 'true' : `${parameter} IS NOT NULL`;
    const replaced = `${where ?? 'AND'} ${always}${and}`;
    return {
      file,
      line: text.slice(0, start).split('\n').length,
      predicate: predicate.replaceAll(/\s+/g, ' '),
      text: text.slice(0, start) + replaced + text.slice(start + whole.length),
    };
  });
};

const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(FOLDER, name));
const mutants = files.flatMap(mutantsOf);

/** How many tests there are, and how many of them fail. */
const runTests = () => {
  const { stdout } = spawnSync('npx', ['vitest', 'run', '--reporter=json', ...TESTS], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { numTotalTests, numFailedTests } = JSON.parse(stdout);
  return { all: numTotalTests, failed: numFailedTests };
};

const args = process.argv.slice(2);
/** @type {string[]} */
const rows = [];
let survivors = 0;
if (!args.includes('--list') && runTests().failed > 0) {
  process.stderr.write('the tests fail before anything is changed\n');
  process.exit(2);
}
for (const { file, line, predicate, text } of mutants) {
  const name = `${relative(ROOT, file).replaceAll('\\', '/')}:${line}`;
  if (args.includes('--list')) {
    process.stdout.write(`${name} ${predicate}\n`);
    continue;
  }
  const original = readFileSync(file, 'utf8');
  let result = { all: 0, failed: 0 };
  try {
    writeFileSync(file, text);
    result = runTests();
  } finally {
    writeFileSync(file, original);
  }
  // A mutant that fails everything is no SQL any more, and shows nothing.
  const isCaught = result.failed > 0 && result.failed < result.all;
  if (!isCaught) survivors += 1;
  const verdict = isCaught ? `${result.failed} of ${result.all} tests fail` : 'SURVIVES';
  process.stdout.write(`${name} ${predicate}: ${verdict}\n`);
  rows.push(`| \`${name.split('/').at(-1)}\` | \`${predicate}\` | ${verdict} |`);
}
const target = args[args.indexOf('--write') + 1];
if (args.includes('--write') && target !== undefined) {
  const head = [
    '# Scope predicates, taken out one by one',
    '',
    'Written by `node scripts/mutate-scope-predicates.mjs --write docs/scope-predicates.md`: each predicate on a scope in the SQL of',
    'the journal is replaced by one that is always true, and the tests of the walls are run.',
    '',
    '| Where | Predicate | Without it |',
    '| --- | --- | --- |',
  ];
  writeFileSync(join(ROOT, target), `${[...head, ...rows].join('\n')}\n`);
}
process.exitCode = survivors === 0 ? 0 : 1;
