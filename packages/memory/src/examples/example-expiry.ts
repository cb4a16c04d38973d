import type { EpisodicNote, Example } from '@retentive/core';
import type { EpisodicStore } from '../episodic/episodic-types.ts';

/**
 * Tells which examples and notes are still kept at a moment: not those that were recorded longer ago than things are kept, nor those all
 * of whose sources have expired.
 */
export const keptExamples =
  (
    { episodic }: { readonly episodic: Pick<EpisodicStore, 'source'> },
    now: number,
    retainMs = Number.POSITIVE_INFINITY,
  ): ((kept: Pick<Example | EpisodicNote, 'recordedAt' | 'sources'>) => boolean) =>
  ({ recordedAt, sources }) => {
    const hasExpired = (id: Example['sources'][number]['source']): boolean =>
      (episodic.source(id)?.header.expiresAt ?? Number.POSITIVE_INFINITY) <= now;
    const isGone = sources.length > 0 && sources.every(({ source }) => hasExpired(source));
    return recordedAt + retainMs > now && !isGone;
  };
