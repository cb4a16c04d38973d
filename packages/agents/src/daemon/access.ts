import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { parseLabel, RetentiveError } from '@retentive/core';
import { refusal } from './problem.ts';

/** A token as it is kept: its hash, and the one tenant that it opens. */
export interface TokenEntry {
  readonly tenant: string;
  readonly hash: Uint8Array;
}

const TOKEN_LINE = /^sha256:([0-9a-f]{64})\s+(\S.*)$/u;

/**
 * Reads a token file: a line for each token, `sha256:` and the hash of the token in hexadecimal digits, a space, the
 * tenant; empty lines and lines after `#` are left out. @throws FILE_INVALID with the line
 */
export const parseTokens = (text: string, file: string): readonly TokenEntry[] =>
  text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [, hash, tenant] = TOKEN_LINE.exec(trimmed) ?? [];
    if (hash === undefined || tenant === undefined) {
      throw new RetentiveError(
        'FILE_INVALID',
        `${file} line ${index + 1}: a line is sha256:<64 hexadecimal digits> <tenant>`,
        { details: { file, line: index + 1 } },
      );
    }
    return [{ tenant: parseLabel('tenant', tenant), hash: Buffer.from(hash, 'hex') }];
  });

/**
 * Lets a request pass when its bearer token opens the tenant. Looks at every token whatever it finds, so that the time
 * taken tells nothing. @throws ACCESS_DENIED: 401 without a known token, 403 for another tenant's
 */
export const authorize = (
  tokens: readonly TokenEntry[],
  authorization: string | undefined,
  tenant: string,
): void => {
  const token = /^Bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
  const presented = createHash('sha256')
    .update(token ?? '')
    .digest();
  let known = false;
  let opens = false;
  for (const entry of tokens) {
    const same = timingSafeEqual(entry.hash, presented);
    known = known || same;
    opens = opens || (same && entry.tenant === tenant);
  }
  if (token === undefined || !known) throw refusal(401, 'a bearer token is needed, and this is none');
  if (!opens) throw refusal(403, 'the token opens another tenant');
};

/** True for addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const hostOf = (header: string): string => {
  try {
    return new URL(`http://${header}`).hostname.replace(/^\[|\]$/gu, '');
  } catch {
    return '';
  }
};

/**
 * Refuses requests that a foreign page makes a browser send: a Host that is a name we do not have (DNS rebinding), and an
 * Origin other than our own. Addresses pass as Host where the daemon listens beyond this machine: rebinding needs a name.
 * @throws ACCESS_DENIED
 */
export const checkOrigin = (
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  { listensOn, names }: { readonly listensOn: string; readonly names: readonly string[] },
): void => {
  const { host = '', origin } = headers;
  const name = hostOf(host);
  const known =
    isLoopback(name) ||
    name === listensOn ||
    names.includes(name) ||
    (!isLoopback(listensOn) && isIP(name) !== 0);
  if (!known) throw refusal(403, 'the Host header names no address of this daemon');
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return;
  throw refusal(403, 'requests from pages of another origin are refused');
};
