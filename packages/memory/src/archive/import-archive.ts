import { RetentiveError, type Tokenizer, throwIfAborted } from '@retentive/core';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import { tearSources } from '../writing/recovery.ts';
import { type ArchivedEntry, type ArchiveHeader, readArchive } from './archive-format.ts';
import type { ImportOptions, ImportReport, OpenArchive } from './archive-types.ts';
import { type Forgotten, planForgotten } from './honour-forgotten.ts';
import { createMergePlan, type Existing, type PlannedEntry, readExisting } from './merge-plan.ts';
import { createRehoming } from './rehome.ts';

/** Entries of one transaction, and characters of text after which one ends. */
const BATCH_ENTRIES = 256;
const BATCH_LENGTH = 1_048_576;

/** Where an archive goes. */
export interface ImportTarget {
  readonly journal: Journal;
  readonly scope: ScopeKey;
  readonly tokenizer: () => Promise<Tokenizer>;
}

const checkScope = ({ tenant, user }: ScopeKey, { scope }: ArchiveHeader, rescope: boolean): void => {
  if (rescope || (scope.tenant === tenant && scope.user === user)) return;
  throw new RetentiveError(
    'OPTION_INVALID',
    `the archive is of "${scope.tenant}/${scope.user}", this is "${tenant}/${user}"; rescope takes it all the same`,
    { details: { tenant: scope.tenant, user: scope.user } },
  );
};

const lengthOf = ({ body }: PlannedEntry): number => ('text' in body ? body.text.length : 0);

/** The entries of an archive as they are in the scope that they go to. */
async function* readFor(
  scope: ScopeKey,
  open: OpenArchive,
  { rescope = false, signal }: ImportOptions,
  onScope: (from: ScopeKey) => void = () => {},
): AsyncGenerator<ArchivedEntry, void, undefined> {
  let rehome = (entry: ArchivedEntry): ArchivedEntry => entry;
  const onHeader = (header: ArchiveHeader): void => {
    checkScope(scope, header, rescope);
    const from = { tenant: header.scope.tenant, user: header.scope.user };
    onScope(from);
    if (from.tenant !== scope.tenant || from.user !== scope.user) rehome = createRehoming(from, scope);
  };
  for await (const entry of readArchive(open, onHeader, signal)) yield rehome(entry);
}

/** Reads an archive through and gives each batch that it adds to `write`. */
const merge = async (
  { scope }: ImportTarget,
  open: OpenArchive,
  existing: Existing,
  forgotten: Forgotten,
  options: ImportOptions,
  write: (batch: readonly PlannedEntry[]) => Promise<void>,
): Promise<Omit<ImportReport, 'dryRun' | 'torn'> & { readonly open: ReturnType<typeof createMergePlan> }> => {
  const plan = createMergePlan(existing);
  let from: ScopeKey = scope;
  let [entries, imported, known, left, sources] = [0, 0, 0, 0, 0];
  let batch: PlannedEntry[] = [];
  let length = 0;
  const onScope = (of: ScopeKey): void => {
    from = of;
  };
  for await (const entry of readFor(scope, open, options, onScope)) {
    const taken = forgotten.taken(entry);
    if (taken === undefined) {
      entries += 1;
      left += 1;
      continue;
    }
    const planned = plan.step(taken);
    entries += 1;
    if (planned.length === 0) known += 1;
    else imported += 1;
    for (const one of planned) {
      if (one.body.kind === 'source') sources += 1;
      batch.push(one);
      length += lengthOf(one);
    }
    if (batch.length < BATCH_ENTRIES && length < BATCH_LENGTH) continue;
    await write(batch);
    batch = [];
    length = 0;
  }
  if (batch.length > 0) await write(batch);
  return { from, entries, imported, known, forgotten: left, sources, open: plan };
};

/**
 * Merges an archive into a scope: what is here already stays, what is new is added in its order, with its times, ids, keys
 * and states. What was forgotten here stays so, unless it is asked for. All of the archive is checked before anything is written; then it is written in batches, so that an import
 * that is cut off is finished by running it again. @throws FILE_INVALID with the line, STORE_VERSION_UNSUPPORTED,
 * IDEMPOTENCY_CONFLICT where a message of the same id went another way here, OPTION_INVALID for another scope's archive
 */
export const importArchive = async (
  target: ImportTarget,
  open: OpenArchive,
  options: ImportOptions = {},
): Promise<ImportReport> => {
  const { journal, scope, tokenizer } = target;
  const { dryRun = false, signal } = options;
  throwIfAborted(signal, 'the import');
  const existing = await readExisting(journal, scope, { signal });
  const forgotten = await planForgotten(
    options.restoreForgotten === true ? new Set() : existing.forgotten,
    () => readFor(scope, open, options),
  );
  const { open: checked, ...found } = await merge(target, open, existing, forgotten, options, async () => {});
  if (dryRun) return { dryRun, ...found, torn: checked.open().length };
  const { open: plan, ...done } = await merge(target, open, existing, forgotten, options, async (batch) => {
    await journal.append(
      { scope, entries: batch.map(({ body }) => body), recorded: batch.map(({ recorded }) => recorded) },
      { signal },
    );
  });
  const left = plan.open();
  // Nobody streams into them here: they end as they would when their owner dies.
  if (left.length > 0) await tearSources(journal, scope, left, await tokenizer());
  return { dryRun, ...done, torn: left.length };
};
