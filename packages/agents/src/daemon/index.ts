export { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts';
export { DAEMON_LIMITS, type DaemonLimits, DEFAULT_HOST, DEFAULT_PORT } from './limits.ts';
export type { Problem } from './problem.ts';
