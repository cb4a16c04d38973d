// Takes each predicate on a scope, tenant or user out of the journal, one at a time, in SQL and in JavaScript, and runs the
// tests that must notice. Prints one line a predicate; ends with 1 if a mutant survives,
// and with 2 if there is a predicate of a form that is not in the run.
//   node scripts/mutate-scope-predicates.mjs [--list] [--write docs/scope-predicates.md]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, 'packages', 'memory', 'src', 'journal');
const TESTS = ['packages/memory/test/journal/scope-walls.test.ts'];

/** @typedef {{ name: string, line: string, predicate: string, edits: ReadonlyMap<string, string> }} Mutant */

/** The columns that are walls, and a comparison of one of them with a value or with another table's. */
const COLUMN = String.raw`(?:\w+\.)?(?:scope|tenant|user)`;
const VALUE = String.raw`(?:\?\d*|\w+\.\w+)`;

/** Predicates of SQL: a comparison, a look into a table of scopes, and the key of that table. */
const IN_SQL = [
  new RegExp(String.raw`(?<=\b(?:AND|WHERE|OR|ON)\s+)${COLUMN}\s*(?:=|IS)\s*${VALUE}`, 'g'),
  new RegExp(String.raw`${COLUMN}\s+IN\s+\(SELECT id FROM scopes WHERE tenant = \?\d*\)`, 'g'),
  /(?<=\bFROM scopes\s+WHERE\s+)id\s*=\s*\?\d*/g,
];

/** Comparisons of JavaScript that decide whose a row is. */
const IN_JAVASCRIPT = /[\w.[\]]+ === (?:scope|tenant|user|number)\b/g;

/** Whatever looks like a predicate of SQL on a wall; one that no form above covers is not tested. */
const ANY_PREDICATE = new RegExp(String.raw`\b${COLUMN}\s*(?:=(?![=>])|<>|!=(?!=)|IS\b|IN\b|LIKE\b)`, 'g');
/** Before the name of a variable, a value that is set, or the words of a comment. */
const NOT_ONE = /(?:\b(?:const|let|SET)\s+|[*/{,]\s.*)$/;

/** Names by which maps keep scopes apart: changed wherever they stand, or nothing would be found any more. */
const NAMES = [
  {
    predicate: 'scope in the names of sources in memory',
    files: ['journal-store.js'],
    from: /\$\{scope\}:/g,
    to: ':',
  },
  {
    predicate: 'scope in the names of sources in a repair',
    files: ['journal-repair.js'],
    from: /\$\{scope\}:/g,
    to: ':',
  },
  ...['tenant', 'user'].map((label) => ({
    predicate: `${label} in the names of scopes`,
    files: ['journal-store.js', 'journal-reader.js', 'job-leases.js'],
    from: new RegExp(String.raw`(?<=JSON\.stringify\(\[[^\]]*)(?:scope\.)?${label}\b`, 'g'),
    to: "''",
  })),
];

/** @param {string} text @param {number} index */
const lineAt = (text, index) => text.slice(0, index).split('\n').length;

/** The placeholder stays, so that the values that follow keep their places. @param {string} predicate */
const alwaysTrue = (predicate) => {
  const parameter = /\?\d*(?=\)?$)/.exec(predicate)?.[0];
  return parameter === undefined ? 'true' : `${parameter} IS NOT NULL`;
};

/** Every predicate of a file: where it is, what it says, and the text without it. @param {string} file @returns {Mutant[]} */
const mutantsOf = (file) => {
  const text = readFileSync(file, 'utf8');
  /** @type {{ start: number, end: number }[]} */
  const covered = [];
  /** @param {RegExp} form @param {(predicate: string) => string} without */
  const find = (form, without) =>
    [...text.matchAll(form)].map(({ 0: predicate, index: start }) => {
      const end = start + predicate.length;
      covered.push({ start, end });
      const edits = new Map([[file, text.slice(0, start) + without(predicate) + text.slice(end)]]);
      const line = lineAt(text, start);
      return { name: basename(file), line: `${line}`, predicate: predicate.replaceAll(/\s+/g, ' '), edits };
    });
  const found = [...IN_SQL.flatMap((form) => find(form, alwaysTrue)), ...find(IN_JAVASCRIPT, () => 'true')];
  for (const { 0: predicate, index } of text.matchAll(ANY_PREDICATE)) {
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (NOT_ONE.test(before) || covered.some(({ start, end }) => start <= index && index < end)) continue;
    process.stderr.write(
      `${basename(file)}:${lineAt(text, index)} "${predicate}" is of no form that is tested\n`,
    );
    process.exit(2);
  }
  return found.sort((a, b) => Number(a.line) - Number(b.line));
};

/** @returns {Mutant[]} */
const mutantsOfNames = () =>
  NAMES.map(({ predicate, files: names, from, to }) => {
    const edits = new Map(
      names.map((name) => {
        const file = join(FOLDER, name);
        const text = readFileSync(file, 'utf8');
        const changed = text.replaceAll(from, to);
        if (changed === text) throw new Error(`${name} has no ${predicate}`);
        return [file, changed];
      }),
    );
    return { name: names.join(', '), line: '', predicate, edits };
  });

const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(FOLDER, name));
const mutants = [...files.flatMap(mutantsOf), ...mutantsOfNames()];

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
for (const { name, line, predicate, edits } of mutants) {
  const place = line === '' ? name : `${name}:${line}`;
  if (args.includes('--list')) {
    process.stdout.write(`${place} ${predicate}\n`);
    continue;
  }
  const originals = [...edits.keys()].map(
    (file) => /** @type {const} */ ([file, readFileSync(file, 'utf8')]),
  );
  let result = { all: 0, failed: 0 };
  try {
    for (const [file, text] of edits) writeFileSync(file, text);
    result = runTests();
  } finally {
    for (const [file, text] of originals) writeFileSync(file, text);
  }
  // A mutant that fails everything is no SQL any more, and shows nothing.
  const isCaught = result.failed > 0 && result.failed < result.all;
  if (!isCaught) survivors += 1;
  const caught = `${result.failed} of ${result.all} tests fail`;
  const verdict = isCaught ? caught : `SURVIVES (${caught})`;
  process.stdout.write(`${place} ${predicate}: ${verdict}\n`);
  rows.push(`| \`${place}\` | \`${predicate}\` | ${verdict} |`);
}
const target = args[args.indexOf('--write') + 1];
if (args.includes('--write') && target !== undefined) {
  const head = [
    '# Scope predicates, taken out one by one',
    '',
    'Written by `node scripts/mutate-scope-predicates.mjs --write docs/scope-predicates.md`: each predicate on a scope, tenant or user',
    'in the journal, in its SQL and in the JavaScript beside it, is replaced by one that is always true, and the tests of the walls',
    'are run. A predicate of a form that the script does not know makes it fail. Lines are those of the day it was run.',
    '',
    '| Where | Predicate | Without it |',
    '| --- | --- | --- |',
  ];
  writeFileSync(join(ROOT, target), `${[...head, ...rows].join('\n')}\n`);
}
process.exitCode = survivors === 0 ? 0 : 1;
