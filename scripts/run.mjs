// The commands of the workspace on a machine that has only Node and npm: demo, test, test:long, retentive, bench.
// Installs and builds what is missing, then runs; steps go to stderr, so that stdout carries the command's own output.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** As `engines` in package.json: the first Node 20 in which `require` can load ES modules. */
const NODE_MINIMUM = [20, 19];
/** The version CONTRIBUTING names; another of the same major on PATH will do. */
const PNPM_VERSION = '12.21.0';
const STAMP = join(ROOT, 'node_modules', '.retentive-install');
const SOURCE_CONDITION = '--conditions=@retentive/source';

/** Kills and other random trials in `test:long`; `test` runs what each test names. */
const LONG_TRIALS = '200';

class StepError extends Error {}

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = NODE_MINIMUM;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new StepError(
    `Node ${wantedMajor}.${wantedMinor} or later is needed, this is ${process.versions.node}; get one from https://nodejs.org`,
  );
};

/** Changes when an install would: the lockfile, the workspace's settings, and the platform that binaries are for. */
const installFingerprint = () => {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(ROOT, file)));
  return hash.update(`${process.platform} ${process.arch}`).digest('hex');
};

/** The pnpm to call: the one on PATH if its major version fits, else one that npx brings. */
const findPnpm = () => {
  const windows = process.platform === 'win32';
  const found = spawnSync('pnpm', ['--version'], { cwd: ROOT, encoding: 'utf8', shell: windows });
  const major = PNPM_VERSION.split('.')[0];
  if (found.status === 0 && found.stdout.trim().split('.')[0] === major) return ['pnpm'];
  return ['npx', '--yes', `pnpm@${PNPM_VERSION}`];
};

/**
 * Runs a program and gives its exit code. With `quietStdout` its output goes to stderr.
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quietStdout?: boolean, shell?: boolean }} [options]
 * @returns {Promise<number>}
 */
const run = (
  [program = '', ...args],
  { cwd = ROOT, env = process.env, quietStdout = false, shell = false } = {},
) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      stdio: [quietStdout ? 'ignore' : 'inherit', quietStdout ? 2 : 'inherit', 'inherit'],
    });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });

/**
 * One named step with its time.
 * @param {string} name
 * @param {() => Promise<number>} action
 * @param {string} hint what to do when it fails
 */
const step = async (name, action, hint) => {
  const start = performance.now();
  process.stderr.write(`» ${name}\n`);
  const code = await action();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (code !== 0) throw new StepError(`${name} failed after ${seconds} s (exit code ${code}); ${hint}`);
  process.stderr.write(`  done in ${seconds} s\n`);
};

const install = async () => {
  const fingerprint = installFingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint) return;
  const pnpm = findPnpm();
  await step(
    `installing packages with ${pnpm.join(' ')}`,
    () =>
      run([...pnpm, 'install', '--frozen-lockfile', '--config.confirm-modules-purge=false'], {
        quietStdout: true,
        shell: process.platform === 'win32',
      }),
    'the first install needs the npm registry; when a package.json changed, run `pnpm install` once',
  );
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, fingerprint);
};

/** @param {string} name the package
 *  @param {string} bin path of the program inside it */
const programOf = (name, bin) => {
  const require = createRequire(join(ROOT, 'package.json'));
  return join(dirname(require.resolve(`${name}/package.json`)), bin);
};

const typedIn = process.env['INIT_CWD'] ?? process.cwd();

const build = () =>
  step(
    'building',
    () => run([process.execPath, programOf('typescript', 'bin/tsc'), '-b'], { quietStdout: true }),
    'the messages above say where',
  );

/**
 * Runs a TypeScript file with the caller's arguments, in the folder where the command was typed.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ fromSource: boolean }} options
 */
const runTypeScript = (file, args, { fromSource }) => {
  const loader = pathToFileURL(programOf('tsx', 'dist/loader.mjs')).href;
  const conditions = fromSource ? [SOURCE_CONDITION] : [];
  return run([process.execPath, ...conditions, '--import', loader, join(ROOT, file), ...args], {
    cwd: typedIn,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.base.json') },
  });
};

/** @param {readonly string[]} args
 *  @param {NodeJS.ProcessEnv} [env] */
const vitest = (args, env = {}) => {
  process.stderr.write('» running the tests\n');
  return run([process.execPath, programOf('vitest', 'vitest.mjs'), 'run', ...args], {
    env: { ...process.env, ...env },
  });
};

/** @type {Readonly<Record<string, (args: readonly string[]) => Promise<number>>>} */
const COMMANDS = {
  // The demo runs what is built, as a user gets it; tests and measurements run from the sources.
  demo: async (args) => {
    await build();
    return runTypeScript('examples/src/demo.ts', args, { fromSource: false });
  },
  test: (args) => vitest(args),
  'test:long': (args) => vitest(args, { RETENTIVE_TRIALS: process.env['RETENTIVE_TRIALS'] ?? LONG_TRIALS }),
  // The command of @retentive/agents as it would be installed.
  retentive: async (args) => {
    await build();
    const command = join(ROOT, 'packages', 'agents', 'dist', 'command', 'main.js');
    return run([process.execPath, command, ...args], { cwd: typedIn });
  },
  bench: async (args) => {
    // `bench start` measures the installed command, which stands in dist.
    if (args[0] === 'start') await build();
    return runTypeScript('test/bench/src/main.ts', args, { fromSource: true });
  },
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new StepError(`no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  }
  checkNode();
  await install();
  process.exitCode = await command(args);
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
