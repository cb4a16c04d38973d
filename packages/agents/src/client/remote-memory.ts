import { isRetentiveError, parseScope, RetentiveError } from '@retentive/core';
import type {
  DoctorReport,
  EraseReport,
  JobInfo,
  Memory,
  MemoryStats,
  ReembedReport,
} from '@retentive/memory';
import { scopePath } from './address.ts';
import type { DaemonClientOptions } from './client-types.ts';
import { createDaemonClient } from './daemon-client.ts';
import { createRemoteScope } from './remote-scope.ts';
import { type AnswerPart, createTransport, lastPart } from './transport.ts';

/** What of a memory a daemon can stand in for. */
export type RemoteMemory = Pick<
  Memory,
  'scope' | 'doctor' | 'reembed' | 'erase' | 'jobs' | 'retryJobs' | 'stats' | 'close'
>;

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

/** A part without what kind of part it is. */
const reportOf = <T>({ type: _, ...report }: AnswerPart): T => report as unknown as T;

/** A memory that a daemon owns. Nothing is sent before the first call. @throws OPTION_INVALID for an address that is none */
export const createRemoteMemory = (options: DaemonClientOptions): RemoteMemory => {
  const { baseURL } = options;
  const client = createDaemonClient(options);
  const transport = createTransport(options);
  const folder = async <T>(
    path: string,
    json: object,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    const request = { method: 'POST', path, json, signal } as const;
    return reportOf<T>(await lastPart(transport, baseURL, request).catch(ownersOnly(baseURL, what)));
  };
  return {
    scope(labels) {
      const scope = parseScope(labels);
      return createRemoteScope({ transport, baseURL, scope, client: client.scope(scope) });
    },
    async doctor({ repair, signal } = {}) {
      return folder<DoctorReport>('/doctor', { repair }, 'the check', signal);
    },
    async erase({ tenant, user, agent, thread }, { dryRun, signal } = {}) {
      if (user === undefined) {
        return folder<EraseReport>('/erase', { tenant, agent, thread, dryRun }, 'erasing a tenant', signal);
      }
      const path = `${scopePath(tenant, user)}/erase`;
      const json = { agent, thread, dryRun };
      return reportOf<EraseReport>(
        await lastPart(transport, baseURL, { method: 'POST', path, json, signal }),
      );
    },
    async jobs({ signal, ...wanted } = {}) {
      const { jobs } = await folder<{ jobs: readonly JobInfo[] }>(
        '/jobs',
        wanted,
        'the list of jobs',
        signal,
      );
      return jobs;
    },
    async retryJobs({ signal, ...wanted } = {}) {
      const path = '/jobs/retry';
      return (await folder<{ retried: number }>(path, wanted, 'the retry of jobs', signal)).retried;
    },
    async stats({ signal, ...wanted } = {}) {
      return folder<MemoryStats>('/stats', wanted, 'what models took', signal);
    },
    async reembed({ onProgress, signal } = {}) {
      const request = { method: 'POST', path: '/reembed', json: {}, signal } as const;
      const report = await lastPart(transport, baseURL, request, (part) =>
        onProgress?.(reportOf<ReembedReport & { readonly of: number }>(part)),
      ).catch(ownersOnly(baseURL, 'reembed'));
      return reportOf<ReembedReport>(report);
    },
    // The daemon goes on.
    async close() {},
  };
};
