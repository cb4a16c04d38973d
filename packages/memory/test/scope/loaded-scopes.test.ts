import { createManualClock } from '@retentive/core';
import { expect, it } from 'vitest';
import { createInMemoryScopeArchive } from '../../src/episodic/in-memory-scope-archive.ts';
import { createLoadedScopes, type LoadedScope } from '../../src/scope/loaded-scopes.ts';
import { createCheckpoints } from '../../src/scope/scope-checkpoint.ts';
import { createScopeState } from '../../src/scope/scope-state.ts';
import { openScopeResources } from '../support/scope-resources.ts';

const MINUTE = 60_000;

const createWorld = async (limit: number) => {
  const clock = createManualClock();
  const scopes = createLoadedScopes(limit, clock);
  const resources = await openScopeResources();
  const load = (user: string, more: Partial<LoadedScope> = {}): LoadedScope => {
    const scope: LoadedScope = {
      key: { tenant: 'acme', user },
      checkpoints: createCheckpoints(),
      untold: new Set(),
      state: createScopeState(resources),
      archive: { ...createInMemoryScopeArchive(), isDurable: true },
      ...more,
    };
    scopes.add(scope);
    return scope;
  };
  const trimmed = (): readonly string[] => {
    const rested: string[] = [];
    scopes.trim(({ key }) => rested.push(key.user));
    return rested;
  };
  return { clock, scopes, load, trimmed };
};

it('lets go of those used longest ago, when they are idle and more than fit', async () => {
  // An empty scope counts 500 tokens.
  const { clock, scopes, load, trimmed } = await createWorld(1_000);
  const [a, b, c] = [load('a'), load('b'), load('c')];
  expect(trimmed()).toEqual([]);
  clock.advance(MINUTE);
  scopes.touch(a);
  expect(trimmed()).toEqual(['b']);
  expect([a, b, c].map((scope) => scopes.has(scope))).toEqual([true, false, true]);
  expect(trimmed()).toEqual([]);
});

it('keeps what is being read, what is about to settle, and what could not come back', async () => {
  const { clock, load, trimmed } = await createWorld(1);
  load('read', { waiting: [] });
  load('settling', { settling: true });
  load('process', { archive: createInMemoryScopeArchive() });
  load('idle');
  clock.advance(MINUTE);
  expect(trimmed()).toEqual(['idle']);
});

it('gives the same scope to who comes back while somebody still holds it', async () => {
  const { clock, scopes, load, trimmed } = await createWorld(1);
  const scope = load('a');
  const { state } = scope;
  clock.advance(MINUTE);
  expect(trimmed()).toEqual(['a']);
  expect(scopes.has(scope)).toBe(false);
  expect(scopes.get(scope.key)).toBe(scope);
  expect(scopes.has(scope)).toBe(true);
  expect(scopes.get(scope.key)?.state).toBe(state);
});

it('forgets one that is found broken, while somebody holds it or while it is let go of', async () => {
  const { clock, scopes, load, trimmed } = await createWorld(1);
  const held = load('held');
  clock.advance(MINUTE);
  expect(trimmed()).toEqual(['held']);
  scopes.drop(held);
  expect(scopes.get(held.key)).toBeUndefined();
  const broken = load('broken');
  clock.advance(MINUTE);
  scopes.trim((scope) => scopes.drop(scope));
  expect(scopes.get(broken.key)).toBeUndefined();
});

it('knows those that somebody still holds, too, and lets go of a few at a time', async () => {
  const { clock, scopes, load, trimmed } = await createWorld(1);
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((user) => load(user));
  clock.advance(MINUTE);
  expect(trimmed()).toEqual(['a', 'b', 'c', 'd']);
  expect(new Set(scopes.all())).toEqual(new Set(all));
});
