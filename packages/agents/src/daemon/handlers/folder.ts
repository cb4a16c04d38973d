import type { ReembedReport } from '@retentive/memory';
import type { FolderHandler, StreamPart } from '../daemon-types.ts';
import { causeOf } from '../streams.ts';

/** Checks the whole store. */
export const doctor: FolderHandler = async ({ signal }, { memory, admission }) => {
  const leave = admission.enterStream();
  const parts = async function* () {
    try {
      // Where the folder lies is the daemon's own business.
      const { path: _, ...report } = await memory.doctor({ signal });
      yield { type: 'report', ...report };
    } catch (error) {
      throw causeOf(error, signal);
    } finally {
      leave();
    }
  };
  return { stream: 'ndjson', parts: parts() };
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
