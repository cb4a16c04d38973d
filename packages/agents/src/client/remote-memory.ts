import { isRetentiveError, parseScope, RetentiveError } from '@retentive/core';
import type { DoctorReport, Memory, ReembedReport } from '@retentive/memory';
import type { DaemonClientOptions } from './client-types.ts';
import { createDaemonClient } from './daemon-client.ts';
import { createRemoteScope } from './remote-scope.ts';
import { createTransport, lastPart } from './transport.ts';

/** What of a memory a daemon can stand in for. */
export type RemoteMemory = Pick<Memory, 'scope' | 'doctor' | 'reembed' | 'close'>;

/** Says what only the owner of the folder can do while the daemon has tokens: each of them opens one tenant. */
const ownersOnly =
  (baseURL: string, what: string) =>
  (cause: unknown): never => {
    if (!isRetentiveError(cause, 'ACCESS_DENIED')) throw cause;
    throw new RetentiveError(
      'STORE_LOCKED',
      `the daemon at ${baseURL} owns the folder and opens single tenants to tokens; ${what} is about all of it: stop the daemon, and run it again`,
      { cause, retryable: true, details: { url: baseURL } },
    );
  };

/** A memory that a daemon owns. Nothing is sent before the first call. @throws OPTION_INVALID for an address that is none */
export const createRemoteMemory = (options: DaemonClientOptions): RemoteMemory => {
  const { baseURL } = options;
  const client = createDaemonClient(options);
  const transport = createTransport(options);
  return {
    scope(labels) {
      const scope = parseScope(labels);
      return createRemoteScope({ transport, baseURL, scope, client: client.scope(scope) });
    },
    async doctor({ signal } = {}) {
      const request = { method: 'POST', path: '/doctor', json: {}, signal } as const;
      const { type: _, ...report } = await lastPart(transport, baseURL, request).catch(
        ownersOnly(baseURL, 'the check'),
      );
      return report as unknown as DoctorReport;
    },
    async reembed({ onProgress, signal } = {}) {
      const request = { method: 'POST', path: '/reembed', json: {}, signal } as const;
      const { type: _, ...report } = await lastPart(transport, baseURL, request, (part) => {
        const { type: __, ...done } = part;
        onProgress?.(done as unknown as ReembedReport & { readonly of: number });
      }).catch(ownersOnly(baseURL, 'reembed'));
      return report as unknown as ReembedReport;
    },
    // The daemon goes on.
    async close() {},
  };
};
