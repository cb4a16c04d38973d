import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ERROR_CODES } from '@retentive/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anchorsOf,
  blocksOf,
  type Doc,
  linksOf,
  ROOT,
  readDocs,
  readSources,
  sectionsOf,
} from './read-docs.ts';

// What the documents say must be so: blocks compile, the first one runs, links lead somewhere, codes are the codes.

const docs = readDocs();

const docAt = (path: string): Doc => {
  const doc = docs.find((candidate) => candidate.path === path);
  if (doc === undefined) throw new Error(`there is no ${path}`);
  return doc;
};

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (args: readonly string[], cwd: string): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });

describe('the examples', () => {
  // Inside the package from which every other is found; ignored by git.
  const cache = join(ROOT, 'packages', 'agents', '.cache');
  let folder: string;
  let elsewhere: string;

  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'docs-'));
    elsewhere = mkdtempSync(join(tmpdir(), 'retentive-docs-'));
    for (const doc of docs) {
      for (const [index, block] of blocksOf(doc, 'ts').entries()) {
        // `export {}` makes a module of a block that imports nothing.
        writeFileSync(join(folder, `${doc.path.replace(/\W/gu, '-')}-${index}.ts`), `${block}\nexport {};\n`);
      }
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.check.json'),
        include: ['*.ts', join(ROOT, 'packages/*/src/**/*.d.ts')],
      }),
    );
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('compile against the sources, every one', async () => {
    const compiler = createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json');
    const { code, stdout } = await run([join(dirname(compiler), 'bin/tsc'), '-p', folder], ROOT);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  }, 60_000);

  it('do what they say: the one of the README prints what stands below it', async () => {
    const readme = docAt('README.md');
    const [expected] = blocksOf(readme, 'text');
    const { code, stdout, stderr } = await run(
      [
        '--conditions=@retentive/source',
        '--import',
        import.meta.resolve('tsx'),
        join(folder, 'README-md-0.ts'),
      ],
      elsewhere,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd()).toBe(expected?.trimEnd());
  }, 60_000);

  it('are in every README of a package', () => {
    for (const doc of docs.filter(({ path }) => path.startsWith('packages/'))) {
      expect([doc.path, blocksOf(doc, 'ts').length]).toEqual([doc.path, 1]);
    }
  });
});

describe('the first screen of the README', () => {
  it('has the two commands as its first lines of code', () => {
    const [first] = blocksOf(docAt('README.md'), 'sh');
    expect(first?.split('\n').map((line) => line.replace(/\s+#.*/u, ''))).toEqual([
      'npm run demo',
      'npm test',
      '',
    ]);
    expect(docAt('README.md').text.split('\n').indexOf('```sh')).toBeLessThan(12);
  });
});

describe('the commands that are named', () => {
  it('are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    for (const { path, text } of docs) {
      for (const [, name = ''] of text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/gu)) {
        expect([path, name, Object.hasOwn(scripts, name)]).toEqual([path, name, true]);
      }
    }
  });
});

describe('links', () => {
  it('lead to files and headings that exist', () => {
    const broken: string[] = [];
    for (const doc of docs) {
      for (const link of linksOf(doc)) {
        const [target = '', anchor] = link.split('#');
        const path = target === '' ? doc.path : join(dirname(doc.path), target).replaceAll('\\', '/');
        const there = existsSync(join(ROOT, path));
        const heading = anchor === undefined || anchorsOf(docAt(path)).includes(anchor);
        if (!there || !heading) broken.push(`${doc.path}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('lead to every decision from their list', () => {
    const decisions = docs.map(({ path }) => path).filter((path) => /^docs\/decisions\/\d/u.test(path));
    const listed = linksOf(docAt('docs/decisions/README.md')).map((link) => `docs/decisions/${link}`);
    expect(listed.toSorted()).toEqual(decisions.toSorted());
  });
});

describe('a decision', () => {
  it.each(
    docs.filter(({ path }) => /^docs\/decisions\/\d/u.test(path)).map((doc) => [doc.path, doc] as const),
  )('is dated and says what follows from it and what was left: %s', (path, doc) => {
    const number = /(\d{4})-/u.exec(path)?.[1];
    expect(doc.text).toMatch(new RegExp(`^# ${number}: .+\\n\\n\\d{4}-\\d{2}-\\d{2}, accepted`, 'u'));
    const headings = sectionsOf(doc).map(([heading]) => heading);
    expect(headings).toContain('Consequences');
    expect(headings.includes('Instead of') || doc.text.includes('Instead of it')).toBe(true);
  });
});

describe('the list of runtime dependencies', () => {
  it('has the dependencies of the packages, with their versions, and no others', () => {
    const { text } = docAt('docs/decisions/0005-runtime-dependencies.md');
    const rows = [...text.matchAll(/^\| ([@a-z][\w@/.-]*) (\d[\w.]*) *\|/gmu)].map(
      ([, name, version]) => `${name} ${version}`,
    );
    const catalog = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
    const used = new Set<string>();
    for (const { path } of docs.filter((doc) => doc.path.startsWith('packages/'))) {
      const file = join(ROOT, dirname(path), 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
      for (const name of Object.keys(manifest.dependencies)) {
        if (name.startsWith('@retentive/')) continue;
        const version = new RegExp(`^ {4}'?${name}'?: (\\S+)$`, 'mu').exec(catalog)?.[1];
        used.add(`${name} ${version}`);
      }
    }
    expect(rows.toSorted()).toEqual([...used].toSorted());
  });
});

describe('the errors', () => {
  const sections = sectionsOf(docAt('docs/errors.md'));
  const sources = readSources().filter(
    ({ path }) => !path.endsWith('core/src/errors.ts') && !path.endsWith('render/render-error.ts'),
  );
  const isReserved = (body: string): boolean => body.trimStart().startsWith('Reserved');

  it('have a heading each, in the order of the codes, and no other', () => {
    expect(sections.map(([heading]) => heading)).toEqual([...ERROR_CODES]);
  });

  it.each(sections)('are thrown somewhere unless they are reserved: %s', (code, body) => {
    const thrown = sources.some(({ text }) => new RegExp(`'${code}'`, 'u').test(text));
    expect(thrown).toBe(!isReserved(body));
  });

  it.each(sections)('say whether to try again: %s', (_, body) => {
    expect(body).toMatch(/Retryable:\s/u);
  });
});
