import type { Terminal } from './terminal.ts';

/** Shows how far a long piece of work is. */
export interface Progress {
  /** `done` of the total bytes are read. */
  update(done: number): void;
  /** Clears the bar. Idempotent. */
  stop(): void;
}

/** Below this many bytes an ingest ends before a bar could be read. */
const LEAST_BYTES = 256 * 1_024;
/** Plain lines come at every so many percent. */
const PLAIN_STEP = 10;

const silent: Progress = { update() {}, stop() {} };

const createPlainProgress = (terminal: Terminal, label: string, total: number): Progress => {
  let next = PLAIN_STEP;
  return {
    update(done) {
      const percent = Math.floor((done / total) * 100);
      if (percent < next) return;
      terminal.note(`${label}: ${percent} %`);
      next = percent - (percent % PLAIN_STEP) + PLAIN_STEP;
    },
    stop() {},
  };
};

/**
 * Progress by bytes on stderr: a bar on a terminal, plain lines of per cent elsewhere, nothing for small work or an
 * unknown total.
 */
export const openProgress = async (
  terminal: Terminal,
  label: string,
  total: number | undefined,
): Promise<Progress> => {
  if (total === undefined || total < LEAST_BYTES) return silent;
  if (!terminal.redraws) return createPlainProgress(terminal, label, total);
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage} % | {eta_formatted} left`,
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
};
