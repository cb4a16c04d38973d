import type { EpisodeId, FactId, Operation, OperationId } from '@retentive/core';
import { EPISODE_WRITER } from '../episodes/plan-episode.ts';
import type { EntryBody, JobRecord, ScopeKey, SourceId } from '../journal/journal.ts';
import { deriveId } from '../writing/derive-id.ts';
import type { ArchivedEntry } from './archive-format.ts';

/** Facts of one message that are looked for: far more than any extractor finds in one. */
const MAX_FACTS_OF_MESSAGE = 256;

const EXTRACTION = 'extract:';

/**
 * Makes what gives entries of another scope the ids that the same work would have here. Jobs, and the operations and facts
 * that they come to, have ids that follow from their scope: left as they are, work that this scope has done itself would
 * be taken for another's, and its facts would stand twice. Entries are given in the order of their archive. Memory grows
 * with messages and facts.
 */
export const createRehoming = (from: ScopeKey, to: ScopeKey): ((entry: ArchivedEntry) => ArchivedEntry) => {
  const extractors = new Map<SourceId, Set<string>>();
  const operations = new Map<OperationId, OperationId>();
  const facts = new Map<FactId, FactId>();

  const episodes = new Map<EpisodeId, EpisodeId>();

  /** Where the operation closed messages as an episode, under an id that follows from them. */
  const learnEpisode = ({ id, target }: Operation): void => {
    if (target.store !== 'episode' || target.stretch === undefined) return;
    const { messages } = target.stretch;
    const origin = [EPISODE_WRITER, messages[0]?.[0] ?? '', messages.length] as const;
    if (deriveId('operation', from, ...origin) !== id) return;
    operations.set(id, deriveId('operation', to, ...origin));
    episodes.set(target.id, deriveId('episode', to, ...origin));
  };

  const factHere = (id: FactId): FactId => facts.get(id) ?? id;

  const jobHere = (job: JobRecord): JobRecord => {
    const { type, source } = job;
    if (type.startsWith(EXTRACTION)) {
      const known = extractors.get(source) ?? new Set();
      extractors.set(source, known.add(type.slice(EXTRACTION.length)));
    }
    return { ...job, id: deriveId('job', to, type, source) };
  };

  /** Where the operation is what a job on one of its sources came to: the extractor, and its place among them. */
  const learn = ({ id, sources, target }: Operation): void => {
    const named = target.store === 'semantic' ? [...sources, ...(target.fact?.sources ?? [])] : [];
    for (const source of new Set(named.map((evidence) => evidence.source))) {
      for (const extractor of extractors.get(source) ?? []) {
        for (let index = 0; index < MAX_FACTS_OF_MESSAGE; index += 1) {
          const origin = [source, extractor, index] as const;
          if (deriveId('operation', from, ...origin) !== id) continue;
          operations.set(id, deriveId('operation', to, ...origin));
          facts.set(deriveId('fact', from, ...origin), deriveId('fact', to, ...origin));
          return;
        }
      }
    }
  };

  const targetHere = (target: Operation['target']): Operation['target'] => {
    if (target.store === 'episode') {
      return { ...target, id: episodes.get(target.id) ?? target.id };
    }
    if (target.store !== 'semantic') return target;
    const { id, fact, replaces, conflictsWith } = target;
    const premises = fact?.premises?.map(factHere);
    return {
      ...target,
      id: factHere(id),
      ...(fact === undefined ? {} : { fact: premises === undefined ? fact : { ...fact, premises } }),
      ...(replaces === undefined ? {} : { replaces: factHere(replaces) }),
      ...(conflictsWith === undefined ? {} : { conflictsWith: conflictsWith.map(factHere) }),
    };
  };

  const operationHere = (operation: Operation): Operation => {
    learn(operation);
    learnEpisode(operation);
    const { id, target, undoes } = operation;
    return {
      ...operation,
      id: operations.get(id) ?? id,
      target: targetHere(target),
      ...(undoes === undefined ? {} : { undoes: operations.get(undoes) ?? undoes }),
    };
  };

  const itemsHere = (items: readonly string[]): readonly string[] =>
    items.map((item) => factHere(item as FactId));

  const bodyHere = (body: EntryBody): EntryBody => {
    switch (body.kind) {
      case 'job':
        return { ...body, job: jobHere(body.job) };
      case 'operation':
        return { ...body, operation: operationHere(body.operation) };
      case 'access':
        return { ...body, items: itemsHere(body.items) };
      case 'context':
        return { ...body, context: { ...body.context, items: itemsHere(body.context.items) } };
      default:
        return body;
    }
  };

  return (entry) => ({ ...entry, body: bodyHere(entry.body) });
};
