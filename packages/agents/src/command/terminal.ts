import { createColors } from 'picocolors';

/** The part of an output stream that commands use. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** The colours of picocolors, which do nothing where colour is off. */
export type Colors = ReturnType<typeof createColors>;

/** Where a command writes. Answers go to stdout; progress, remarks and errors to stderr. */
export interface Terminal {
  /** True under `--json`: stdout carries JSON and nothing else. */
  readonly json: boolean;
  readonly colors: Colors;
  /** True where stdout is a terminal. */
  readonly interactive: boolean;
  /** True where stderr is a terminal, so that a progress bar can be redrawn. */
  readonly redraws: boolean;
  /** Width of stdout in characters; 100 where it is no terminal. */
  readonly columns: number;
  /** Writes text for people to stdout; nothing under `--json`. */
  write(text: string): void;
  /** Writes one JSON value and a line end to stdout; nothing without `--json`. */
  writeJson(value: unknown): void;
  /** Writes text as it is to stdout, whatever `--json` says: for output that is data itself. */
  writeRaw(text: string): void;
  /** Writes a line to stderr, control characters made visible. */
  note(line: string): void;
}

/** Options of {@link createTerminal}. */
export interface TerminalOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly json: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PLAIN_COLUMNS = 100;

/** A terminal over two streams. Colour only where stdout is a terminal, and never under NO_COLOR or TERM=dumb. */
export const createTerminal = ({ stdout, stderr, json, env }: TerminalOptions): Terminal => {
  const interactive = stdout.isTTY === true;
  const colored = interactive && !json && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    json,
    colors: createColors(colored),
    interactive,
    redraws: stderr.isTTY === true && env['TERM'] !== 'dumb',
    columns: stdout.columns ?? PLAIN_COLUMNS,
    write(text) {
      if (!json) stdout.write(text);
    },
    writeJson(value) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    writeRaw(text) {
      stdout.write(text);
    },
    note(line) {
      stderr.write(`${printable(line)}\n`);
    },
  };
};

/**
 * Text that is safe to print: control characters other than line ends and tabs are shown as `�`, so that nothing that
 * was remembered can move the cursor, change colours or rename the window.
 */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, '�');
