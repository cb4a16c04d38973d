import { RetentiveError } from './errors.ts';

/**
 * Whose memory. `tenant` and `user` are walls that storage enforces. `agent` is a path (`research/web`): writes stay at
 * it, and reads see what stands there and, by `grants`, at paths above it; without `agent` all of the user's memory is
 * read. `thread` orders and filters and never isolates.
 */
export interface Scope {
  readonly tenant: string;
  readonly user: string;
  readonly agent?: string | undefined;
  /** Paths above `agent` whose memory may be read too; the empty path is what was written without an agent. */
  readonly grants?: readonly string[] | undefined;
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

const parseGrants = (grants: readonly string[], agent: string | undefined): readonly string[] => {
  const paths = grants.map((path) => (path === '' ? '' : parseLabel('grant', path)));
  const wrong = paths.find((path) => path !== '' && !agent?.startsWith(`${path}/`));
  if (agent === undefined || wrong !== undefined) {
    throw new RetentiveError(
      'LABEL_INVALID',
      `grants are paths above the agent "${agent ?? ''}", or the empty path, got "${wrong ?? paths.join(', ')}"`,
    );
  }
  return paths;
};

/** Whether a scope may read what was written at `path` (undefined: without an agent). */
export const canRead = ({ agent, grants = [] }: Scope, path: string | undefined): boolean =>
  agent === undefined || path === agent || grants.includes(path ?? '');

/** Whether a scope may change what was written at `path`: its own; reading above by grant is no leave to write there. */
export const canChange = ({ agent }: Scope, path: string | undefined): boolean =>
  agent === undefined || path === agent;

/** Checks every label of a scope; an agent path has no empty step. @throws LABEL_INVALID */
export const parseScope = (value: Scope): Scope => {
  if (typeof value !== 'object' || value === null) {
    throw new RetentiveError('LABEL_INVALID', 'a scope is an object with tenant and user');
  }
  const agent = value.agent === undefined ? undefined : parseLabel('agent', value.agent);
  if (agent?.split('/').some((step) => step.length === 0)) {
    throw new RetentiveError('LABEL_INVALID', `agent is a path like research/web, got "${agent}"`);
  }
  const grants = value.grants === undefined ? undefined : parseGrants(value.grants, agent);
  return {
    tenant: parseLabel('tenant', value.tenant),
    user: parseLabel('user', value.user),
    ...(agent === undefined ? {} : { agent }),
    ...(grants === undefined ? {} : { grants }),
    ...(value.thread === undefined ? {} : { thread: parseLabel('thread', value.thread) }),
  };
};
