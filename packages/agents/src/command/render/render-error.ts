import { type ErrorCode, isRetentiveError } from '@retentive/core';

/** What to do about an error, where there is something to do. */
const HINTS = {
  ACCESS_DENIED:
    'A daemon owns the folder and wants a token of the tenant: --token-file FILE, or RETENTIVE_TOKEN.',
  BUDGET_EXCEEDED: 'Give a larger budget, or a shorter input.',
  BUDGET_INVALID: 'A budget is a whole number of tokens, such as --budget 800.',
  DAEMON_STOPPING: 'Run it again; what was acknowledged is safe.',
  DAEMON_UNREACHABLE: 'Run it again; what was acknowledged is safe, and nothing is stored twice.',
  DEPENDENCY_MISSING: 'Install the named package beside this one.',
  FILE_INVALID: 'Mend the file and run the same command again; nothing is stored twice.',
  FILE_NOT_FOUND: 'Check the path. A memory begins with: retentive ingest FILE, or: retentive chat',
  IDEMPOTENCY_CONFLICT: 'The same key or id stands for another text already; give the new message its own.',
  LABEL_INVALID: 'Labels have 1 to 256 bytes and no control characters.',
  MODEL_FAILED: 'Check --model, --base-url and OPENAI_API_KEY; what you said is stored.',
  MODEL_STREAM_TORN: 'The endpoint broke off; ask again.',
  OPTION_INVALID: 'See: retentive help',
  STORE_CORRUPT: 'See what is damaged with: retentive doctor',
  STORE_FULL: 'Make room on the disk; what was acknowledged is safe.',
  STORE_LOCKED:
    'Another process owns this folder. Wait for it with --wait SECONDS, stop it, or name another folder with --data.',
  STORE_OPEN_FAILED: 'Check that the folder can be written, or name another with --data.',
  STORE_VERSION_UNSUPPORTED: 'The folder was written by a newer version; update this one.',
} as const satisfies Partial<Record<ErrorCode, string>>;

const USAGE_CODES: readonly ErrorCode[] = [
  'OPTION_INVALID',
  'LABEL_INVALID',
  'BUDGET_INVALID',
  'QUERY_INVALID',
];

/** An error as the command shows it. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Any error as code, message and hint; one that is not typed shows as INTERNAL. Pure. */
export const describeError = (error: unknown): ShownError => {
  if (!isRetentiveError(error)) {
    return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
  }
  const hint = (HINTS as Partial<Record<ErrorCode, string>>)[error.code];
  return {
    code: error.code,
    message: error.message,
    ...(hint === undefined ? {} : { hint }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
};

/** The exit code of an error: 2 for wrong usage, else 1. Pure. */
export const exitCodeOf = (error: unknown): 1 | 2 =>
  isRetentiveError(error) && USAGE_CODES.includes(error.code) ? 2 : 1;
