import { RetentiveError } from '@retentive/core';
import type { JobRecord, JobState, ScopeKey } from '../journal/journal.ts';

/** Most queued jobs of a tenant that are worked on; later ones stay in the journal until there is room. */
export const MAX_BACKLOG = 100_000;

/**
 * How much of each tenant's work is held in memory. Work past the limit is never refused and never lost: its extraction
 * pauses, in the journal, until half of what is held is done.
 */
export interface Backlog {
  /** True when the job is to be held, which counts it. */
  offer(scope: ScopeKey): boolean;
  /** What was offered and not taken, as it comes: kept while the journal is being asked for more. */
  pass(scope: ScopeKey, job: JobRecord): void;
  /** A job that was held is over. */
  leave(scope: ScopeKey, job: JobRecord): void;
  /** The tenant has more work than is held. */
  isOver(tenant: string): boolean;
  /** Resolves when all the work of the tenant is held. @throws STORE_CLOSED */
  whenUnder(tenant: string): Promise<void>;
  close(): void;
}

/** What a backlog works with. */
export interface BacklogParts {
  readonly limit: number;
  /** The tenant's queued jobs, the first so many. Rejects only when there is no use in asking again. */
  readonly fetch: (tenant: string, limit: number) => Promise<readonly JobState[]>;
  /** Takes up a job that was left in the journal; one that is held already is passed over. */
  readonly take: (scope: ScopeKey, job: JobRecord) => void;
}

interface Place {
  held: number;
  over: boolean;
  /** What happened while the journal is asked for more. */
  asking: { readonly passed: JobState[]; readonly ended: Set<string> } | undefined;
  readonly waiting: Set<{ readonly resolve: () => void; readonly reject: (error: unknown) => void }>;
}

/** Makes a {@link Backlog} in which nothing is held. */
export const createBacklog = ({ limit, fetch, take }: BacklogParts): Backlog => {
  const places = new Map<string, Place>();
  let closed = false;

  const placeOf = (tenant: string): Place => {
    const known = places.get(tenant);
    if (known !== undefined) return known;
    const place: Place = { held: 0, over: false, asking: undefined, waiting: new Set() };
    places.set(tenant, place);
    return place;
  };

  const settle = (tenant: string, place: Place): void => {
    if (place.over) return;
    for (const { resolve } of place.waiting) resolve();
    place.waiting.clear();
    if (place.held === 0) places.delete(tenant);
  };

  const refill = async (tenant: string, place: Place): Promise<void> => {
    const asking = { passed: [] as JobState[], ended: new Set<string>() };
    place.asking = asking;
    const found = await fetch(tenant, limit);
    place.asking = undefined;
    place.over = false;
    for (const { scope, job } of [...found, ...asking.passed]) {
      if (!asking.ended.has(job.id)) take(scope, job);
    }
    // As many as were asked for: there may be more.
    if (found.length >= limit) place.over = true;
    settle(tenant, place);
  };

  return {
    offer({ tenant }) {
      const place = placeOf(tenant);
      if (place.over || place.held >= limit) {
        place.over = true;
        return false;
      }
      place.held += 1;
      return true;
    },
    pass(scope, job) {
      places.get(scope.tenant)?.asking?.passed.push({ scope, job });
    },
    leave({ tenant }, { id }) {
      const place = placeOf(tenant);
      place.held -= 1;
      place.asking?.ended.add(id);
      if (place.over && place.asking === undefined && place.held <= limit / 2) {
        // It rejects only at the end, when nobody is left to be told.
        refill(tenant, place).catch(() => {});
      } else settle(tenant, place);
    },
    isOver: (tenant) => places.get(tenant)?.over === true,
    whenUnder(tenant) {
      const place = places.get(tenant);
      if (place?.over !== true) return Promise.resolve();
      return new Promise((resolve, reject) => {
        if (closed) reject(new RetentiveError('STORE_CLOSED', 'the memory is closed; open it again'));
        else place.waiting.add({ resolve, reject });
      });
    },
    close() {
      closed = true;
      const message = 'the memory was closed before this work was done; it goes on at the next opening';
      for (const { waiting } of places.values()) {
        for (const { reject } of waiting) reject(new RetentiveError('STORE_CLOSED', message));
        waiting.clear();
      }
    },
  };
};
