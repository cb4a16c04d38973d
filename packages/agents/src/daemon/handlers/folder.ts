import type { ReembedReport } from '@retentive/memory';
import * as z from 'zod';
import type {
  DaemonAnswer,
  DaemonParts,
  DaemonRequest,
  FolderHandler,
  Handler,
  StreamPart,
} from '../daemon-types.ts';
import { causeOf } from '../streams.ts';
import { parseBody } from './parse-body.ts';

/** Answers with one report, however long that takes. */
const reported = (
  { signal }: Pick<DaemonRequest, 'signal'>,
  { admission }: DaemonParts,
  run: () => Promise<object>,
): DaemonAnswer => {
  const leave = admission.enterStream();
  const parts = async function* (): AsyncGenerator<StreamPart> {
    try {
      yield { type: 'report', ...(await run()) };
    } catch (error) {
      throw causeOf(error, signal);
    } finally {
      leave();
    }
  };
  return { stream: 'ndjson', parts: parts() };
};

const doctorSchema = z.strictObject({ repair: z.boolean().optional() });

/** Checks the whole store, and repairs it where that is asked for. */
export const doctor: FolderHandler = async (request, parts) => {
  const { repair } = parseBody(doctorSchema, request.body ?? {});
  return reported(request, parts, async () => {
    // Where the folder lies is the daemon's own business.
    const { path: _, ...report } = await parts.memory.doctor({ repair, signal: request.signal });
    return report;
  });
};

const labelSchema = z.string().max(1_024);
const partSchema = z.strictObject({
  agent: labelSchema.optional(),
  thread: labelSchema.optional(),
  dryRun: z.boolean().optional(),
});

/** Erases one user, or what was written at a path or said in a thread of theirs. */
export const erase: Handler = async (request, parts) => {
  const { dryRun, ...part } = parseBody(partSchema, request.body);
  const { tenant, user } = request.scope.scope;
  const { signal } = request;
  return reported(request, parts, () => parts.memory.erase({ tenant, user, ...part }, { dryRun, signal }));
};

const tenantSchema = partSchema.extend({ tenant: labelSchema });

/** Erases every user of a tenant. */
export const eraseTenant: FolderHandler = async (request, parts) => {
  const { dryRun, ...target } = parseBody(tenantSchema, request.body);
  return reported(request, parts, () => parts.memory.erase(target, { dryRun, signal: request.signal }));
};

const jobsSchema = z.strictObject({
  state: z.enum(['queued', 'dead']).optional(),
  tenant: labelSchema.optional(),
  limit: z.int().min(0).optional(),
});

/** Background work that waits or was given up. */
export const jobs: FolderHandler = async (request, parts) => {
  const wanted = parseBody(jobsSchema, request.body);
  return reported(request, parts, async () => ({
    jobs: await parts.memory.jobs({ ...wanted, signal: request.signal }),
  }));
};

const statsSchema = z.strictObject({
  scope: z.strictObject({ tenant: labelSchema, user: labelSchema }).optional(),
});

/** What reading messages by models took. */
export const stats: FolderHandler = async (request, parts) => {
  const wanted = parseBody(statsSchema, request.body);
  return reported(request, parts, () => parts.memory.stats({ ...wanted, signal: request.signal }));
};

const retrySchema = z.strictObject({
  ids: z.array(z.string().max(256)).optional(),
  tenant: labelSchema.optional(),
});

/** Queues work that was given up again. */
export const retryJobs: FolderHandler = async (request, parts) => {
  const wanted = parseBody(retrySchema, request.body);
  return reported(request, parts, async () => ({
    retried: await parts.memory.retryJobs({ ...wanted, signal: request.signal }),
  }));
};

/** Gives every scope vectors of the present embedder; a part after each scope, the last with the whole. */
export const reembed: FolderHandler = async ({ signal }, { memory, admission }) => {
  const leave = admission.enterStream();
  const parts = async function* (): AsyncGenerator<StreamPart> {
    const left = new AbortController();
    const done: (ReembedReport & { readonly of: number })[] = [];
    let wake = (): void => {};
    let ended = false;
    const running = memory
      .reembed({
        onProgress(progress) {
          done.push(progress);
          wake();
        },
        signal: AbortSignal.any([signal, left.signal]),
      })
      .finally(() => {
        ended = true;
        wake();
      });
    running.catch(() => {});
    try {
      while (!ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        for (const progress of done.splice(0)) yield { type: 'progress', ...progress };
      }
      yield { type: 'report', ...(await running) };
    } catch (error) {
      throw causeOf(error, signal);
    } finally {
      left.abort();
      leave();
    }
  };
  return { stream: 'ndjson', parts: parts() };
};
