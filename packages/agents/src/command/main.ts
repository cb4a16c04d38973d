#!/usr/bin/env node
import { runCommand } from './program.ts';

// Ctrl-C stops the work in an orderly way; a second one ends the process at once.
const abort = new AbortController();
const listeners: (() => void)[] = [];
process.on('SIGINT', () => {
  const listener = listeners.at(-1);
  if (listener !== undefined) listener();
  else if (abort.signal.aborted) process.exit(1);
  else abort.abort();
});

// What stops a service stops any command, in the same orderly way; a second one ends the process at once.
process.on('SIGTERM', () => {
  if (abort.signal.aborted) process.exit(1);
  abort.abort();
});

// A reader that went away (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommand(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: abort.signal,
  interrupts: {
    take(listener) {
      listeners.push(listener);
      return () => {
        listeners.splice(listeners.indexOf(listener), 1);
      };
    },
  },
});
