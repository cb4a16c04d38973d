import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { renderHtmlReport } from '@retentive/memory/evaluation';
import { expect, it } from 'vitest';
import { plotBars } from '../../src/evaluation/report/plots.ts';

const browser = ['chromium', 'google-chrome']
  .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));

const HOSTILE =
  '</title></text><script>document.title = "run"</script><img src=x onerror="document.title=1">';

/** A browser takes seconds to start, and not every machine has one. */
const isChecked = browser !== undefined && process.env['RETENTIVE_TEST_LONG'] !== undefined;

it.skipIf(!isChecked)(
  'a report is read by a browser as it was meant (long run, where there is one)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'retentive-report-'));
    try {
      const file = join(folder, 'report.html');
      const table = { head: [HOSTILE], rows: [[HOSTILE]] };
      const plots = [plotBars(HOSTILE, [{ name: HOSTILE, value: 1, note: HOSTILE }])];
      await writeFile(
        file,
        renderHtmlReport('A report', [{ title: HOSTILE, lines: [HOSTILE], plots, table }]),
      );
      const args = ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`];
      const { stdout } = await promisify(execFile)(browser ?? '', [
        ...args,
        '--dump-dom',
        pathToFileURL(file).href,
      ]);
      expect(stdout).toContain('<title>A report</title>');
      expect(stdout).not.toMatch(/<script|<img/u);
      expect(stdout.match(/<(?:h1|h2|svg|table)\b/gu)).toEqual(['<h1', '<h2', '<svg', '<table']);
      // Nothing was taken out of its place: the page ends as it was written.
      expect(stdout).toMatch(/<\/section>\s*<\/main>/u);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
