import {
  type CallOptions,
  type FactId,
  type MemoryEventBus,
  type Operation,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import type { Journal, JournalEntry, ScopeKey, SourceId } from '../journal/journal.ts';
import type { ErasedScopeReport, EraseOptions, EraseReport } from '../removal-types.ts';
import { tearSources } from '../writing/recovery.ts';
import type { AccessLog } from './access-log.ts';
import { type EraseTarget, isPart, isSourceOf, parseEraseTarget, type ScopePart } from './erase-target.ts';
import { type ForgetPlan, planForgetting } from './forget-plan.ts';
import type { ScopeRegistry } from './scope-registry.ts';
import { takeOut } from './take-out.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** What erasing works with. */
export interface EraseParts {
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly vectors: VectorRegistry;
  readonly events: MemoryEventBus;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly accesses: Pick<AccessLog, 'removing'>;
  /** Data folder, if there is one. */
  readonly path: string | undefined;
}

type Counts = Omit<ErasedScopeReport, 'tenant' | 'user' | 'agent' | 'thread'>;

const factOf = ({ kind, target, undoes }: Operation): FactId | undefined =>
  target.store === 'semantic' && undoes === undefined && kind !== 'retract' && kind !== 'skip'
    ? target.id
    : undefined;

/** What a scope holds, as its journal has it. */
const countScope = async (journal: Journal, scope: ScopeKey, options: CallOptions): Promise<Counts> => {
  const facts = new Set<FactId>();
  let [messages, documents, entries] = [0, 0, 0];
  for await (const { body } of journal.read({ scope, ...options })) {
    entries += 1;
    if (body.kind === 'source' && body.source.type === 'message') messages += 1;
    if (body.kind === 'source' && body.source.type === 'document') documents += 1;
    const fact = body.kind === 'operation' ? factOf(body.operation) : undefined;
    if (fact !== undefined) facts.add(fact);
  }
  return { messages, documents, facts: facts.size, entries };
};

const aboutOf = ({ body }: JournalEntry): SourceId | undefined => {
  if (body.kind === 'source') return body.source.id;
  if (body.kind === 'job') return body.job.source;
  return 'id' in body ? body.id : undefined;
};

interface PartPlan extends Pick<ForgetPlan, 'sequences' | 'replaced' | 'facts' | 'retold'> {
  readonly sources: ReadonlySet<SourceId>;
  readonly counts: Counts;
}

/** What becomes of a scope without a part of it. Linear in its entries. */
const planPart = async (journal: Journal, part: ScopePart, options: CallOptions): Promise<PartPlan> => {
  const { tenant, user, agent, thread } = part;
  const sources = new Set<SourceId>();
  const operations: { readonly sequence: number; readonly operation: Operation }[] = [];
  let [messages, documents, about] = [0, 0, 0];
  for await (const entry of journal.read({ scope: { tenant, user }, ...options })) {
    const { body, sequence } = entry;
    if (body.kind === 'operation') operations.push({ sequence, operation: body.operation });
    if (body.kind === 'source' && isSourceOf(part, body.source)) {
      sources.add(body.source.id);
      if (body.source.type === 'message') messages += 1;
      else documents += 1;
    }
    const source = aboutOf(entry);
    if (source !== undefined && sources.has(source)) about += 1;
  }
  // An operation has a path, and no thread.
  const isWritten = (operation: Operation): boolean =>
    agent !== undefined && thread === undefined && operation.agent === agent;
  const plan = planForgetting(operations, { sources, isWritten });
  const entries = about + plan.sequences.length;
  return { ...plan, sources, counts: { messages, documents, facts: plan.facts.length, entries } };
};

const sum = (scopes: readonly ErasedScopeReport[], name: keyof Counts): number =>
  scopes.reduce((total, scope) => total + scope[name], 0);

const reportOf = (dryRun: boolean, scopes: readonly ErasedScopeReport[]): EraseReport => ({
  dryRun,
  scopes,
  messages: sum(scopes, 'messages'),
  documents: sum(scopes, 'documents'),
  facts: sum(scopes, 'facts'),
  entries: sum(scopes, 'entries'),
});

/** Makes what takes whole scopes, and parts of one, out for good. */
export const createEraser = ({ journal, scopes, vectors, events, tokenizer, accesses, path }: EraseParts) => {
  /** Runs while nobody changes facts or core memory of the scopes that are in use. */
  const exclusively = <Result>(keys: readonly ScopeKey[], run: () => Promise<Result>): Promise<Result> =>
    keys.reduceRight(
      (inner, key) => async () => {
        const state = await scopes.loaded(key);
        return state === undefined ? inner() : state.exclusively(inner);
      },
      run,
    )();

  const eraseWhole = async (
    { tenant, user }: EraseTarget,
    { dryRun = false, signal }: EraseOptions,
  ): Promise<EraseReport> => {
    const isNamed = (key: ScopeKey): boolean =>
      key.tenant === tenant && (user === undefined || key.user === user);
    const keys = (await journal.scopes({ signal })).filter(isNamed);
    const found = new Map<string, Counts>();
    for (const key of keys) found.set(key.user, await countScope(journal, key, { signal }));
    if (dryRun) {
      return reportOf(
        true,
        keys.map((key) => ({ ...key, ...(found.get(key.user) as Counts) })),
      );
    }
    // Vectors first: they can be made again from the journal, should the process die before it is erased.
    // Who holds a scope's line may be waiting for its vectors: the lines are taken before the vectors.
    const erased = await exclusively(keys, () =>
      accesses.removing({ tenant, user }, () =>
        vectors.without(keys, () =>
          journal.eraseScopes(user === undefined ? { tenant } : { tenant, user }, { signal }),
        ),
      ),
    );
    await vectors.without(
      erased.map(({ scope }) => scope).filter(({ user: other }) => !found.has(other)),
      async () => {},
    );
    const none = { messages: 0, documents: 0, facts: 0 };
    for (const { scope, sequence, entries } of erased)
      events.emit('scope:erased', { scope, sequence, entries });
    return reportOf(
      false,
      erased.map(({ scope, entries }) => ({ ...scope, ...none, ...found.get(scope.user), entries })),
    );
  };

  const erasePart = async (
    part: ScopePart,
    { dryRun = false, signal }: EraseOptions,
  ): Promise<EraseReport> => {
    const { tenant, user } = part;
    const key = { tenant, user };
    const state = await scopes.load(key);
    const isOfPart = (id: SourceId): boolean => {
      const header = state.episodic.source(id)?.header;
      return header !== undefined && isSourceOf(part, header);
    };
    return state.exclusively(async () => {
      if (!dryRun) {
        // A writer that goes on with one is told that it is gone.
        const open = (await journal.sources({ state: 'open' }, { signal })).filter(
          ({ scope, id }) => scope.tenant === tenant && scope.user === user && isOfPart(id),
        );
        const ids = open.map(({ id }) => id);
        if (ids.length > 0) await tearSources(journal, { tenant, user }, ids, await tokenizer());
      }
      const plan = await planPart(journal, part, { signal });
      const report = reportOf(dryRun, [{ ...part, ...plan.counts }]);
      if (dryRun || plan.counts.entries + plan.replaced.length === 0) return report;
      const sources = [...plan.sources];
      const { episodic } = state;
      const load = () => scopes.load(key);
      await takeOut(
        { journal, vectors, accesses, path, load },
        { key, episodic },
        { ids: sources, sources, plan },
        { signal },
      );
      return report;
    });
  };

  /** @throws LABEL_INVALID, OPTION_INVALID, ABORTED, STORE_WRITE_FAILED */
  return async (value: EraseTarget, options: EraseOptions = {}): Promise<EraseReport> => {
    const target = parseEraseTarget(value);
    throwIfAborted(options.signal, 'erase');
    return isPart(target) ? erasePart(target, options) : eraseWhole(target, options);
  };
};
