import {
  type CallOptions,
  type Clock,
  isRetentiveError,
  type MessageInput,
  type Operation,
  parseFactInput,
  parseMessageInput,
  RetentiveError,
  throwIfAborted,
  withSignal,
} from '@retentive/core';
import type { EntryBody, Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import { type RetainMs, retainedFact } from '../scope/retain.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { deriveId } from '../writing/derive-id.ts';
import { readChatGpt } from './chatgpt.ts';
import {
  FOREIGN_FORMATS,
  type ForeignFormat,
  type ForeignImportOptions,
  type ForeignImportReport,
  type ForeignItem,
  type ForeignReader,
  type Skipped,
  type SkipReason,
} from './foreign-types.ts';
import { readLangChain } from './langchain.ts';
import { readLetta } from './letta.ts';
import { readMem0 } from './mem0.ts';
import { readOpenAiJsonl } from './openai-jsonl.ts';

const READERS: Readonly<Record<ForeignFormat, ForeignReader>> = {
  mem0: readMem0,
  langchain: readLangChain,
  letta: readLetta,
  chatgpt: readChatGpt,
  'openai-jsonl': readOpenAiJsonl,
};

/** Messages on their way at a time: they share a transaction of the journal. */
const WINDOW = 64;

/** More skips than this are counted, not listed. */
const MAX_SKIPS = 1_000;

/** What an import works with. */
export interface ForeignTarget {
  readonly key: ScopeKey;
  readonly journal: Journal;
  readonly load: () => Promise<ScopeState>;
  readonly clock: Clock;
  readonly retain: RetainMs;
  readonly observe: ScopedMemory['observe'];
  readonly core: ScopedMemory['core'];
}

/** What the scope had before the import. */
interface Known {
  /** Keys of its sources, with the hash of what was sent under them. */
  readonly keys: ReadonlySet<string>;
  readonly operations: Set<string>;
  readonly forgotten: ReadonlySet<string>;
  /** Lines of core memory, by block. */
  readonly lines: Map<string, Set<string>>;
}

type Outcome =
  | 'imported'
  | 'replayed'
  | { readonly reason: SkipReason; readonly detail?: string | undefined };

const readKnown = async ({ journal, key, core }: ForeignTarget, options: CallOptions): Promise<Known> => {
  const keys = new Set<string>();
  const operations = new Set<string>();
  const forgotten = new Set<string>();
  for await (const { key: name } of journal.keys(key, options)) keys.add(name);
  for await (const { body } of journal.read({ scope: key, ...options })) {
    if (body.kind === 'operation') operations.add(body.operation.id);
    if (body.kind === 'forgotten') for (const id of body.ids) forgotten.add(id);
  }
  const blocks = await core.blocks(options);
  const lines = new Map(blocks.map((block) => [block.label, new Set(block.lines)]));
  return { keys, operations, forgotten, lines };
};

/** Errors that are about one item; the others end the import. */
const asSkip = (error: unknown): Outcome => {
  if (!isRetentiveError(error)) throw error;
  if (error.code === 'IDEMPOTENCY_CONFLICT') return { reason: 'conflict' };
  if (error.code === 'BUDGET_EXCEEDED') return { reason: 'no-room' };
  const isItem = ['MESSAGE_INVALID', 'LABEL_INVALID', 'FACT_INVALID', 'OPTION_INVALID'].includes(error.code);
  if (isItem) return { reason: 'invalid', detail: error.message };
  throw error;
};

/** Takes in one item, or under `dryRun` says what would become of it. */
const createTaking = (
  target: ForeignTarget,
  known: Known,
  { from, dryRun, signal }: ForeignImportOptions,
) => {
  const { key, journal, load, observe, core, clock, retain } = target;
  const isForgotten = (id: string): boolean => known.forgotten.has(id) && !known.keys.has(`id:${id}`);

  const takeMessage = async (input: MessageInput): Promise<Outcome> => {
    const message = parseMessageInput(input);
    if (isForgotten(message.id ?? '')) return { reason: 'forgotten' };
    if (dryRun) return known.keys.has(`id:${message.id}`) ? 'replayed' : 'imported';
    const { replayed } = await observe(message, { signal });
    return replayed ? 'replayed' : 'imported';
  };

  const takeFact = async (item: Extract<ForeignItem, { type: 'fact' }>): Promise<Outcome> => {
    const fact = retainedFact(parseFactInput(item.fact), clock.now(), retain(key));
    const ids = {
      operation: deriveId('operation', key, 'import', from, item.key),
      fact: deriveId('fact', key, 'import', from, item.key),
    };
    if (known.operations.has(ids.operation)) return 'replayed';
    if (known.forgotten.has(ids.fact)) return { reason: 'forgotten' };
    known.operations.add(ids.operation);
    if (dryRun) return 'imported';
    const operation: Operation = {
      id: ids.operation,
      kind: 'add',
      target: { store: 'semantic', id: ids.fact, fact },
      because: `imported from ${from}`,
      sources: [],
    };
    const entries: readonly EntryBody[] = [{ kind: 'operation', operation }];
    const recorded = item.recordedAt === undefined ? {} : { recorded: [{ at: item.recordedAt }] };
    const state = await load();
    await state.exclusively(() => journal.append({ scope: key, entries, ...recorded }, { signal }));
    return 'imported';
  };

  const takeLine = async ({ label, line }: Extract<ForeignItem, { type: 'line' }>): Promise<Outcome> => {
    const lines = known.lines.get(label) ?? new Set();
    known.lines.set(label, lines);
    if (lines.has(line)) return 'replayed';
    if (!dryRun) await core.change({ type: 'append', line }, { label, signal });
    lines.add(line);
    return 'imported';
  };

  return async (item: ForeignItem): Promise<Outcome> => {
    try {
      if (item.type === 'skip') return { reason: item.reason, detail: item.detail };
      if (item.type === 'message') return await takeMessage(item.message);
      return await (item.type === 'fact' ? takeFact(item) : takeLine(item));
    } catch (error) {
      return asSkip(error);
    }
  };
};

const COUNTERS = { message: 'messages', fact: 'facts', line: 'lines' } as const;

const createReport = (from: ForeignFormat, dryRun: boolean) => {
  const counts = { messages: 0, facts: 0, lines: 0, replayed: 0, skipped: 0 };
  const skips: Skipped[] = [];
  return {
    count({ type, at }: ForeignItem, outcome: Outcome): void {
      if (outcome === 'replayed') counts.replayed += 1;
      else if (outcome !== 'imported') {
        const { reason, detail } = outcome;
        counts.skipped += 1;
        if (skips.length < MAX_SKIPS) skips.push({ at, reason, ...(detail === undefined ? {} : { detail }) });
      } else if (type !== 'skip') counts[COUNTERS[type]] += 1;
    },
    get report(): ForeignImportReport {
      return { from, dryRun, ...counts, skips };
    },
  };
};

const checkFormat = (from: unknown): ForeignFormat => {
  if ((FOREIGN_FORMATS as readonly unknown[]).includes(from)) return from as ForeignFormat;
  throw new RetentiveError('OPTION_INVALID', `from must be one of ${FOREIGN_FORMATS.join(', ')}`);
};

/**
 * Takes what another program exported into a scope, in its order, each item once however often it is run: ids follow from
 * the source's own. What is not taken in is in the report with its reason; a file that is none of its format is one error.
 * Holds one element of the file at a time, and the ids that the scope has. @throws FILE_INVALID, OPTION_INVALID, ABORTED
 */
export const importForeign = async (
  target: ForeignTarget,
  open: () => AsyncIterable<string>,
  options: ForeignImportOptions,
): Promise<ForeignImportReport> => {
  const from = checkFormat(options?.from);
  const { dryRun = false, signal } = options;
  throwIfAborted(signal, 'the import');
  const known = await readKnown(target, { signal });
  const take = createTaking(target, known, { ...options, dryRun });
  const made = createReport(from, dryRun);
  let window: ForeignItem[] = [];
  const flush = async (): Promise<void> => {
    const items = window;
    window = [];
    const outcomes = await Promise.all(items.map((item) => take(item)));
    for (const [index, item] of items.entries()) made.count(item, outcomes[index] as Outcome);
  };
  for await (const item of READERS[from](withSignal(open(), signal), options)) {
    window.push(item);
    // Lines of core memory are checked against each other.
    if (window.length >= WINDOW || item.type === 'line') await flush();
  }
  await flush();
  return made.report;
};
