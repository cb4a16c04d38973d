import { RetentiveError } from './errors.ts';

/**
 * Whose memory. `tenant` and `user` are walls that storage enforces; `agent` is a path (`research/web`) that writes
 * carry and reads follow upwards only by grant; `thread` orders and filters and never isolates.
 */
export interface Scope {
  readonly tenant: string;
  readonly user: string;
  readonly agent?: string | undefined;
  readonly thread?: string | undefined;
}

/** The longest label, in bytes of UTF-8. */
export const MAX_LABEL_BYTES = 256;

const encoder = new TextEncoder();

/**
 * Checks one label and gives it in NFC: 1 to 256 bytes of well-formed Unicode without control characters. Labels are
 * compared byte for byte and never used as file names. @throws LABEL_INVALID
 */
export const parseLabel = (name: string, value: unknown): string => {
  const fail = (problem: string): never => {
    throw new RetentiveError('LABEL_INVALID', `${name} ${problem}`, { details: { label: name } });
  };
  if (typeof value !== 'string')
    return fail(`must be a string, got ${value === null ? 'null' : typeof value}`);
  if (!value.isWellFormed()) return fail('must be well-formed Unicode, got a lone surrogate');
  const label = value.normalize('NFC');
  const bytes = encoder.encode(label).length;
  if (bytes === 0) return fail('must not be empty');
  if (bytes > MAX_LABEL_BYTES) return fail(`has ${bytes} bytes, the limit is ${MAX_LABEL_BYTES}`);
  if (/\p{Cc}/u.test(label)) return fail('must have no control characters');
  return label;
};

/** Checks every label of a scope; an agent path has no empty step. @throws LABEL_INVALID */
export const parseScope = (value: Scope): Scope => {
  if (typeof value !== 'object' || value === null) {
    throw new RetentiveError('LABEL_INVALID', 'a scope is an object with tenant and user');
  }
  const agent = value.agent === undefined ? undefined : parseLabel('agent', value.agent);
  if (agent?.split('/').some((step) => step.length === 0)) {
    throw new RetentiveError('LABEL_INVALID', `agent is a path like research/web, got "${agent}"`);
  }
  return {
    tenant: parseLabel('tenant', value.tenant),
    user: parseLabel('user', value.user),
    ...(agent === undefined ? {} : { agent }),
    ...(value.thread === undefined ? {} : { thread: parseLabel('thread', value.thread) }),
  };
};
