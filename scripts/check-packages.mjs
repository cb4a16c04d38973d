// Checks each package as it would be published: its manifest, publint, and types as consumers resolve them (attw).
// Needs a build. Prints one line a check; exits 1 if any failed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Each may depend on those before it. */
const ORDER = ['core', 'memory', 'tools', 'agents'];
const SOURCE_CONDITION = '@retentive/source';

/**
 * What is wrong with a manifest.
 * @param {string} folder
 * @returns {readonly string[]}
 */
const manifestFaults = (folder) => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const faults = [];
  for (const field of ['name', 'version', 'description', 'license', 'engines', 'exports', 'files']) {
    if (manifest[field] === undefined) faults.push(`no "${field}"`);
  }
  if (manifest.type !== 'module') faults.push('"type" is not module');
  if (manifest.sideEffects !== false) faults.push('"sideEffects" is not false');
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    const conditions = Object.keys(target);
    if (!conditions.includes(SOURCE_CONDITION) || conditions.at(-1) !== 'default') {
      faults.push(`${subpath}: wants ${SOURCE_CONDITION} and types before default, got ${conditions}`);
    }
    for (const file of Object.values(target)) {
      if (!existsSync(join(folder, file))) faults.push(`${subpath}: no ${file}`);
    }
  }
  const own = ORDER.indexOf(manifest.name.replace('@retentive/', ''));
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!dependency.startsWith('@retentive/')) continue;
    const place = ORDER.indexOf(dependency.replace('@retentive/', ''));
    if (place === -1 || place >= own)
      faults.push(`depends on ${dependency}, against the order ${ORDER.join(' <- ')}`);
  }
  return faults;
};

/**
 * Output of a failing tool, or nothing.
 * @param {string} folder
 * @param {string} program
 * @param {readonly string[]} args
 */
const toolFaults = (folder, program, args) => {
  const result = spawnSync(join(ROOT, 'node_modules', '.bin', program), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    shell: process.platform === 'win32',
  });
  if (result.status === 0) return [];
  return [`${result.stdout}${result.stderr}${result.error ?? ''}`.trim()];
};

const packages = readdirSync(join(ROOT, 'packages')).filter((name) =>
  existsSync(join(ROOT, 'packages', name, 'package.json')),
);
for (const name of packages) {
  const folder = join(ROOT, 'packages', name);
  const checks = {
    manifest: () => manifestFaults(folder),
    publint: () => toolFaults(folder, 'publint', ['--strict', '--pack', 'npm']),
    types: () => toolFaults(folder, 'attw', ['--pack', '.', '--profile', 'esm-only']),
  };
  for (const [check, run] of Object.entries(checks)) {
    const faults = run();
    console.log(`${faults.length === 0 ? 'ok    ' : 'failed'} ${name} ${check}`);
    for (const fault of faults) console.log(fault.replace(/^/gmu, '       '));
    if (faults.length > 0) process.exitCode = 1;
  }
}
