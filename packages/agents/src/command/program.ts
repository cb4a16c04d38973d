import type { Readable } from 'node:stream';
import { RetentiveError } from '@retentive/core';
import type { ForeignFormat } from '@retentive/memory';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addEval } from './add-eval.ts';
import { addReading } from './add-reading.ts';
import type { Interrupts } from './chat.ts';
import type { CommandContext, GlobalOptions, ModelOptions } from './command-types.ts';
import type { ContextCommandOptions } from './context.ts';
import type { DoctorCommandOptions } from './doctor.ts';
import type { EraseCommandOptions } from './erase.ts';
import type { ForgetOptions } from './forget.ts';
import type { ImportCommandOptions } from './import.ts';
import type { JobsCommandOptions } from './jobs.ts';
import { parseTokens, UNMET, withModel } from './parse-options.ts';
import { describeError, exitCodeOf } from './render/render-error.ts';
import type { RetentionOptions } from './retention.ts';
import type { ServeOptions } from './serve.ts';
import { createTerminal, type OutputStream } from './terminal.ts';

/** Where the command runs: streams, environment and Ctrl-C. */
export interface Shell {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C, unless a command takes the interrupts over. */
  readonly signal: AbortSignal;
  readonly interrupts: Interrupts;
}

/** As in `FOREIGN_FORMATS` of the memory, which is loaded when a command needs it. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = ['mem0', 'langchain', 'letta', 'chatgpt', 'openai-jsonl'];

const DEFAULT_CONTEXT_TOKENS = 1_024;

const parseCapacity = (text: string): number => {
  const tokens = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(tokens)) return tokens;
  throw new InvalidArgumentError('A capacity is a whole number of tokens.');
};

/** An empty path would mean the current folder. */
const parseFolder = (text: string): string => {
  if (text !== '') return text;
  throw new InvalidArgumentError('A folder needs a name; the current one is `.`.');
};

const budgetOption = (): Option =>
  new Option('--budget <tokens>', 'most tokens of recalled memory')
    .argParser(parseTokens)
    .default(DEFAULT_CONTEXT_TOKENS);

const parsePort = (text: string): number => {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
};

/** The commands that move what is stored or remove it. */
const addStoreCommands = (program: Command, context: () => CommandContext): void => {
  program
    .command('forget')
    .description('remove one message, document or fact for good, with what was derived from it alone')
    .argument('<id>')
    .option('--yes', 'yes, for good', false)
    .action(async (id: string, options: ForgetOptions) => {
      const { runForget } = await import('./forget.ts');
      await runForget(context(), id, options);
    });

  program
    .command('erase')
    .description('remove all of a user for good, or of the user one --thread or --agent')
    .option('--agent <path>', 'only what was written at this path')
    .option('--all-users', 'every user of the tenant', false)
    .option('--dry-run', 'say what would go and take nothing', false)
    .option('--yes', 'yes, for good', false)
    .action(async (options: EraseCommandOptions) => {
      const { runErase } = await import('./erase.ts');
      await runErase(context(), options);
    });

  program
    .command('export')
    .description("write the user's memory as one archive, to stdout without a file")
    .argument('[file]')
    .action(async (file: string | undefined) => {
      const { runExport } = await import('./export.ts');
      await runExport(context(), file);
    });

  program
    .command('import')
    .description(
      'merge an archive, or what another program exported, into the memory; run again it adds nothing',
    )
    .argument('<file>', 'an archive, with --from another file, - for stdin')
    .addOption(new Option('--from <format>', 'what the file is').choices(FOREIGN_FORMATS))
    .option('--source-user <name>', 'of a file with several users only this one (mem0)')
    .option('--dry-run', 'check everything and write nothing', false)
    .option('--rescope', 'take an archive of another tenant or user too', false)
    .action(async (file: string, options: ImportCommandOptions) => {
      const { runImport } = await import('./import.ts');
      await runImport(context(), file, options);
    });

  program
    .command('retention')
    .description('show how full the working set is, and what would leave it next')
    .addOption(
      new Option('--what-if <capacity>', 'as if the working set held so many tokens').argParser(
        parseCapacity,
      ),
    )
    .action(async (options: RetentionOptions) => {
      const { runRetention } = await import('./retention.ts');
      await runRetention(context(), options);
    });

  program
    .command('backup')
    .description('copy the journal while others write to it: to a file, or into a folder as a data folder')
    .argument('<file|folder>')
    .action(async (path: string) => {
      const { runBackup } = await import('./backup.ts');
      await runBackup(context(), path);
    });

  program
    .command('jobs')
    .description('show background work of all users that was given up, and why')
    .argument('[id...]')
    .addOption(new Option('--state <state>', 'which').choices(['dead', 'queued']).default('dead'))
    .option('--retry', 'queue what was given up again, all or the given ones', false)
    .action(async (ids: readonly string[], options: JobsCommandOptions) => {
      const { runJobs } = await import('./jobs.ts');
      await runJobs(context(), ids, options);
    });

  program
    .command('reembed')
    .description('make every vector anew, after the embedder changed')
    .action(async () => {
      const { runReembed } = await import('./reembed.ts');
      await runReembed(context());
    });
};

const parseSeconds = (text: string): number => {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/u.test(text) && Number.isFinite(seconds)) return seconds * 1_000;
  throw new InvalidArgumentError('A wait is a number of seconds.');
};

const createProgram = (shell: Shell): Command => {
  const program = new Command('retentive')
    .description('Memory for agents: stores what is said, recalls the best of it within a budget, offline.')
    .option('--json', 'JSON on stdout and nothing else', false)
    .addOption(
      new Option('--data <dir>', 'data folder (or RETENTIVE_DATA)')
        .argParser(parseFolder)
        .default(shell.env['RETENTIVE_DATA'] || './.retentive'),
    )
    .option('--tenant <label>', 'whose memory: tenant', 'local')
    .option('--user <label>', 'whose memory: user', 'me')
    .option('--thread <label>', 'thread to write to, and for context and timeline the only one to read')
    .addOption(
      new Option('--wait <seconds>', 'how long to wait while another process owns the folder')
        .argParser(parseSeconds)
        .default(0),
    )
    .option(
      '--token-file <file>',
      'token of the daemon that owns the folder (or RETENTIVE_TOKEN); for serve, the tokens that it takes',
    )
    .showHelpAfterError('See: retentive help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: () => {},
    });

  const context = (): CommandContext => {
    const options = program.opts<GlobalOptions>();
    return { ...shell, options, terminal: createTerminal({ ...shell, json: options.json }) };
  };

  withModel(program.command('chat').description('talk; both sides are remembered')).action(
    async (options: ModelOptions) => {
      const { runChat } = await import('./chat.ts');
      await runChat(context(), options, shell.interrupts);
    },
  );

  program
    .command('ingest')
    .description('store files: .jsonl as messages, .txt and .md as documents, - for stdin')
    .argument('<file...>')
    .addOption(
      new Option('--format <format>', 'what the files are, whatever their names').choices(['jsonl', 'text']),
    )
    .action(async (files: readonly string[], options: { format?: 'jsonl' | 'text' }) => {
      const { runIngest } = await import('./ingest.ts');
      await runIngest(context(), files, options);
    });

  withModel(program.command('ask').description('answer one question from memory, with sources'))
    .argument('<question>')
    .addOption(budgetOption())
    .action(async (question: string, options: ModelOptions & { readonly budget: number }) => {
      const { runAsk } = await import('./ask.ts');
      await runAsk(context(), question, options);
    });

  program
    .command('context')
    .description('show what memory gives for a query')
    .argument('<query>')
    .addOption(budgetOption())
    .option('--why', 'say why each item was chosen', false)
    .option('--as-of <date>', 'what had been said, and what held, at that time')
    .option('--known-at <date>', 'what was known at that time')
    .action(async (query: string, options: ContextCommandOptions) => {
      const { runContext } = await import('./context.ts');
      await runContext(context(), query, options);
    });

  addReading(program, context);
  addStoreCommands(program, context);
  addEval(program, context);

  withModel(
    program
      .command('serve')
      .description(
        'serve the memory over HTTP until Ctrl-C or SIGTERM; with --token-file, lines "sha256:<hash of a token> <tenant>", every request needs a token',
      ),
  )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--port <port>', 'port, 0 for a free one').argParser(parsePort).default(7373))
    .option('--retain <duration>', 'keep what is written from now on for so long, such as 365d')
    .addOption(
      new Option(
        '--durability <durability>',
        'full: what was acknowledged survives a loss of power; normal: a killed process only, and writes are cheaper',
      )
        .choices(['full', 'normal'])
        .default('full'),
    )
    .option('--no-consolidation', 'leave scopes that nobody writes to as they are')
    .option('--allowed-host <name...>', 'names besides addresses that requests may call this daemon by')
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./serve.ts');
      await runServe(context(), options);
    });

  program
    .command('doctor')
    .description('check the installation and the data folder')
    .option('--repair', 'make anew from the journal what is not as it says', false)
    .action(async (options: DoctorCommandOptions) => {
      const { runDoctor } = await import('./doctor.ts');
      // A found fault is a failure to scripts, and no error of the command.
      if (!(await runDoctor(context(), options))) throw new CommanderError(1, UNMET, '');
    });

  return program;
};

const usageError = ({ message }: CommanderError): RetentiveError =>
  new RetentiveError('OPTION_INVALID', message.replace(/^error: /u, ''));

/**
 * Runs the command line and gives its exit code: 0 ok, 1 failure, 2 wrong usage. An error is one line
 * `error CODE: message` and a hint on stderr; under `--json` also a document `{ error }` on stdout.
 */
export const runCommand = async (args: readonly string[], shell: Shell): Promise<number> => {
  try {
    await createProgram(shell).parseAsync(args, { from: 'user' });
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError && (thrown.exitCode === 0 || thrown.code === UNMET)) {
      return thrown.exitCode;
    }
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return 2;
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    const shown = describeError(error);
    const terminal = createTerminal({ ...shell, json: args.includes('--json') });
    terminal.note(
      `error ${shown.code}: ${shown.message}${shown.hint === undefined ? '' : `\n${shown.hint}`}`,
    );
    terminal.writeJson({ error: shown });
    return exitCodeOf(error);
  }
};
