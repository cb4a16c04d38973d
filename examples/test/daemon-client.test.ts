import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const run = (file: string): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(`../src/${file}`, import.meta.url));
    const args = ['--import', import.meta.resolve('tsx'), '--conditions', '@retentive/source', path];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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

it('talks to a daemon and ends by itself', async () => {
  const { code, stdout, stderr } = await run('04-daemon-client.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Sent twice, stored once: true, replayed: true');
  expect(stdout).toContain('the message is complete');
  expect(stdout).toContain('Miso');
  expect(stdout).toMatch(/Lisbon[\s\S]*\[stop, 2 messages stored\]/u);
  expect(stdout).toContain('BUDGET_INVALID');
});
