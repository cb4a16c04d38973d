import type { ScopeKey } from '../journal/journal.ts';

/** Scopes that something is to be done for, each at most once, by when. */
export interface DueScopes {
  /** Puts a scope behind those that wait as long; what it waited for before counts no more. */
  put(key: ScopeKey, delay: number, now: number): void;
  drop(key: Pick<ScopeKey, 'tenant'> & { readonly user?: string | undefined }): void;
  has(key: ScopeKey): boolean;
  /** The one that is due first. */
  first(): { readonly key: ScopeKey; readonly at: number } | undefined;
  readonly size: number;
}

/** The name of a scope in maps. */
export const nameOfScope = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

/** Makes an empty {@link DueScopes}: a line for each delay, in order by itself as time goes on. O(delays) a call. */
export const createDueScopes = (): DueScopes => {
  const lines = new Map<number, Map<string, { readonly key: ScopeKey; readonly at: number }>>();
  const dropName = (name: string): void => {
    for (const line of lines.values()) line.delete(name);
  };
  return {
    put(key, delay, now) {
      dropName(nameOfScope(key));
      const line = lines.get(delay) ?? new Map();
      line.set(nameOfScope(key), { key, at: now + delay });
      lines.set(delay, line);
    },
    drop({ tenant, user }) {
      if (user !== undefined) dropName(nameOfScope({ tenant, user }));
      else
        for (const line of lines.values())
          for (const [name, { key }] of line) if (key.tenant === tenant) line.delete(name);
    },
    has: (key) => [...lines.values()].some((line) => line.has(nameOfScope(key))),
    first() {
      let first: { readonly key: ScopeKey; readonly at: number } | undefined;
      for (const line of lines.values()) {
        const [next] = line.values();
        if (next !== undefined && (first === undefined || next.at < first.at)) first = next;
      }
      return first;
    },
    get size() {
      let size = 0;
      for (const line of lines.values()) size += line.size;
      return size;
    },
  };
};
