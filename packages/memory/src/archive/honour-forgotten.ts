import type { DocumentId, FactId, MessageId, Operation } from '@retentive/core';
import type { EntryBody } from '../journal/journal.ts';
import { withoutNames } from '../scope/forget-names.ts';
import { planForgetting } from '../scope/forget-plan.ts';
import type { ArchivedEntry } from './archive-format.ts';

/** What of an archive a scope does not take, because it was forgotten there. */
export interface Forgotten {
  /** The entry as it is taken in; undefined when it is not. */
  taken(entry: ArchivedEntry): ArchivedEntry | undefined;
}

const NOTHING: Forgotten = { taken: (entry) => entry };

const aboutOf = (body: EntryBody): string | undefined => {
  if (body.kind === 'source') return body.source.id;
  if (body.kind === 'job') return body.job.source;
  return 'id' in body ? body.id : undefined;
};

/**
 * Reads an archive for what is not to come back, by the ids that were forgotten: as if it had been forgotten before the
 * archive was made. Memory grows with the operations of the archive; without such ids nothing is read.
 */
export const planForgotten = async (
  forgotten: ReadonlySet<string>,
  read: () => AsyncIterable<ArchivedEntry>,
): Promise<Forgotten> => {
  if (forgotten.size === 0) return NOTHING;
  const operations: { readonly sequence: number; readonly operation: Operation }[] = [];
  for await (const { line, body } of read()) {
    if (body.kind === 'operation') operations.push({ sequence: line, operation: body.operation });
  }
  const plan = planForgetting(operations, {
    sources: forgotten as ReadonlySet<MessageId | DocumentId>,
    facts: forgotten as ReadonlySet<FactId>,
  });
  const gone = { sources: forgotten, facts: new Set<string>([...forgotten, ...plan.facts]) };
  const dropped = new Set(plan.sequences);
  const replaced = new Map(plan.replaced.map(({ sequence, body }) => [sequence, body]));
  return {
    taken(entry) {
      if (forgotten.has(aboutOf(entry.body) ?? '') || dropped.has(entry.line)) return undefined;
      const body = replaced.get(entry.line) ?? withoutNames(entry.body, gone);
      return body === undefined ? entry : { ...entry, body };
    },
  };
};
