import { RetentiveError } from '@retentive/core';
import type { DaemonLimits } from './limits.ts';

/** Counts what is under way and refuses what would be too much. */
export interface Admission {
  /** Lets one write of a tenant in; the returned function lets it out again. @throws OVERLOADED */
  enterWrite(tenant: string): () => void;
  /** Lets one stream in. @throws OVERLOADED */
  enterStream(): () => void;
}

const refuse = (what: string, count: number, limit: number): never => {
  throw new RetentiveError('OVERLOADED', `${count} ${what} are under way, the limit is ${limit}; try again`, {
    retryable: true,
    details: { limit },
  });
};

/** A function that does its work at the first call only. */
const once = (work: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
};

/** Makes an {@link Admission} within the limits. */
export const createAdmission = (limits: DaemonLimits): Admission => {
  const byTenant = new Map<string, number>();
  let writes = 0;
  let streams = 0;
  return {
    enterWrite(tenant) {
      const own = byTenant.get(tenant) ?? 0;
      if (own >= limits.writesPerTenant) refuse('writes of this tenant', own, limits.writesPerTenant);
      if (writes >= limits.writes) refuse('writes', writes, limits.writes);
      byTenant.set(tenant, own + 1);
      writes += 1;
      return once(() => {
        writes -= 1;
        const left = (byTenant.get(tenant) ?? 1) - 1;
        if (left === 0) byTenant.delete(tenant);
        else byTenant.set(tenant, left);
      });
    },
    enterStream() {
      if (streams >= limits.streams) refuse('streams', streams, limits.streams);
      streams += 1;
      return once(() => {
        streams -= 1;
      });
    },
  };
};
