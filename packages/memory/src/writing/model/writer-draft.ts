import { type BlockChange, isRetentiveError, type ToolCall } from '@retentive/core';
import { changeLines, PROFILE_BLOCK } from '../../core-blocks/core-blocks.ts';
import type { BatchInput, ProposedChange } from '../batch-extractor.ts';
import { createChangeCheck } from '../check-changes.ts';
import { issueOf } from './extraction-answer.ts';
import { citedBy, evidenceOf, refuse, toFact } from './said-fact.ts';
import type { ReadInterval } from './said-interval.ts';
import type { Transcript } from './transcript.ts';
import { WRITER_INPUTS, type WriterInput, type WriterTool } from './writer-tools.ts';

/** What calls of tools came to so far. Nothing of it is written before the model is done. */
export interface WriterDraft {
  readonly changes: readonly ProposedChange[];
  /** Carries a call out on the draft, and says what came of it: JSON text for the model. */
  run(call: ToolCall): Promise<{ readonly isDone: boolean; readonly result: string }>;
}

type Memory = WriterInput<'memory_insert'>['memory'];

/** The longest input of a call that is read at all, in UTF-16 units. */
const MAX_INPUT_LENGTH = 16_384;

/** Changes that one batch may come to. */
const MAX_CHANGES = 256;

const LETTERS = { core: 'C', semantic: 'F', episodic: 'N' } as const satisfies Record<Memory, string>;

const BECAUSE = {
  insert: 'a model read it in what was said',
  changed: 'it takes the place of what was so before',
  corrected: 'the speaker put it right',
  delete: 'it is said not to be so',
} as const;

const textOf = (change: ProposedChange): string =>
  change.store === 'semantic'
    ? change.fact.text
    : change.store === 'episodic'
      ? change.note
      : change.change.type === 'replace'
        ? change.change.by
        : change.change.line;

/** Makes an empty draft over what a model was shown. */
export const createWriterDraft = (
  input: BatchInput,
  transcript: Transcript,
  readInterval: ReadInterval,
): WriterDraft => {
  const check = createChangeCheck(input);
  /** By handle: what becomes of what was shown, and what is new. */
  const drafted = new Map<string, ProposedChange>();
  const next = {
    core: transcript.lines.size,
    semantic: transcript.known.size,
    episodic: transcript.notes.size,
  };

  /** The handle of what was shown or drafted, by handle or real id. @throws FACT_INVALID for any other */
  const handleOf = (memory: Memory, id: string): string => {
    const shown = { core: transcript.lines, semantic: transcript.known, episodic: transcript.notes }[memory];
    if (shown.has(id) || (drafted.has(id) && id.startsWith(LETTERS[memory]))) return id;
    for (const [handle, item] of shown) if ('id' in item && item.id === id) return handle;
    return refuse(`there is no ${memory} item ${id.slice(0, 32)}; nothing was changed`);
  };

  const isShown = (memory: Memory, handle: string): boolean =>
    Number(handle.slice(1)) <=
    { core: transcript.lines, semantic: transcript.known, episodic: transcript.notes }[memory].size;

  /** A line of core memory fits, with every other change of the draft. @throws FACT_INVALID */
  const assertRoom = (handle: string, change: ProposedChange): void => {
    if (change.store !== 'core' || change.change.type === 'remove') return;
    const { label = PROFILE_BLOCK.label } = change;
    const block = input.core.find((each) => each.label === label);
    let lines = block?.lines ?? [];
    for (const each of [...drafted].filter(([key]) => key !== handle).map(([, other]) => other)) {
      if (each.store === 'core' && (each.label ?? PROFILE_BLOCK.label) === label)
        lines = changeLines(lines, each.change) ?? lines;
    }
    const after = changeLines(lines, change.change) ?? lines;
    const tokens = input.countTokens(after.join('\n'));
    const limit = block?.limit ?? PROFILE_BLOCK.limit;
    if (tokens > limit)
      refuse(`core memory would have ${tokens} tokens, its limit is ${limit}: shorten or delete a line`);
  };

  const put = (handle: string, change: ProposedChange): string => {
    const checked = check(change);
    assertRoom(handle, checked);
    if (!drafted.has(handle) && drafted.size >= MAX_CHANGES) refuse('there are too many changes');
    drafted.set(handle, checked);
    return handle;
  };

  const sourcesOf = (evidence: WriterInput<'memory_delete'>['evidence']) =>
    evidenceOf(citedBy(evidence, transcript));

  const coreChange = (
    change: BlockChange,
    because: string,
    label: string | undefined,
    said: Pick<WriterInput<'memory_delete'>, 'evidence'>,
  ): ProposedChange => ({
    store: 'core',
    change,
    because,
    sources: sourcesOf(said.evidence),
    ...(label === undefined ? {} : { label }),
  });

  const insert = async (said: WriterInput<'memory_insert'>): Promise<string> => {
    const { memory, content, evidence } = said;
    const known = [
      ...[...transcript.known.values()].map(({ text }) => text),
      ...[...transcript.lines.values()].map(({ line }) => line),
      ...[...transcript.notes.values()].map(({ note }) => note),
      ...[...drafted.values()].map(textOf),
    ];
    if (known.includes(content)) refuse('it is there already, in the same words');
    const handle = `${LETTERS[memory]}${next[memory] + 1}`;
    const because = BECAUSE.insert;
    const change: ProposedChange =
      memory === 'core'
        ? coreChange({ type: 'append', line: content }, because, undefined, said)
        : memory === 'episodic'
          ? { store: 'episodic', kind: 'add', note: content, because, sources: sourcesOf(evidence) }
          : { store: 'semantic', fact: await toFact({ ...said, text: content }, transcript, readInterval) };
    put(handle, change);
    next[memory] += 1;
    return handle;
  };

  const update = async (said: WriterInput<'memory_update'>): Promise<string> => {
    const { memory, content, evidence, relation = 'changed' } = said;
    const handle = handleOf(memory, said.id);
    // What is new has nothing to take the place of.
    if (!isShown(memory, handle)) {
      const { id: _, relation: __, ...fresh } = said;
      const number = next[memory];
      const before = drafted.get(handle);
      drafted.delete(handle);
      next[memory] = Number(handle.slice(1)) - 1;
      try {
        return await insert(fresh);
      } catch (error) {
        if (before !== undefined) drafted.set(handle, before);
        throw error;
      } finally {
        next[memory] = number;
      }
    }
    const because = BECAUSE[relation];
    if (memory === 'core') {
      const { label, line } = transcript.lines.get(handle) ?? refuse(`there is no line ${handle}`);
      return put(handle, coreChange({ type: 'replace', line, by: content }, because, label, said));
    }
    if (memory === 'episodic') {
      const replaces = transcript.notes.get(handle)?.id;
      const sources = sourcesOf(evidence);
      return put(handle, { store: 'episodic', kind: 'update', note: content, replaces, because, sources });
    }
    const existing = transcript.known.get(handle) ?? refuse(`there is no fact ${handle}`);
    const fact = await toFact({ ...said, text: content }, transcript, readInterval);
    const { subject = fact.subject, attribute } = existing;
    const kept = {
      ...fact,
      ...(said.about === undefined && subject !== undefined ? { subject } : {}),
      ...(fact.attribute === undefined && attribute !== undefined ? { attribute } : {}),
    };
    const kind = relation === 'changed' ? 'supersede' : 'update';
    return put(handle, { store: 'semantic', fact: kept, decision: { kind, existing: existing.id, because } });
  };

  const remove = ({ memory, id, evidence }: WriterInput<'memory_delete'>): string => {
    const handle = handleOf(memory, id);
    if (!isShown(memory, handle)) {
      drafted.delete(handle);
      return handle;
    }
    const because = BECAUSE.delete;
    const sources = sourcesOf(evidence);
    if (memory === 'core') {
      const { label, line } = transcript.lines.get(handle) ?? refuse(`there is no line ${handle}`);
      return put(handle, coreChange({ type: 'remove', line }, because, label, { evidence }));
    }
    if (memory === 'episodic') {
      const replaces = transcript.notes.get(handle)?.id;
      return put(handle, { store: 'episodic', kind: 'retract', note: '', replaces, because, sources });
    }
    const existing = transcript.known.get(handle) ?? refuse(`there is no fact ${handle}`);
    return put(handle, {
      store: 'semantic',
      fact: { text: existing.text, sources },
      decision: { kind: 'retract', existing: existing.id, because },
    });
  };

  const parse = <Tool extends WriterTool>(name: Tool, text: string): WriterInput<Tool> => {
    if (text.length > MAX_INPUT_LENGTH)
      refuse(`the input of a call has at most ${MAX_INPUT_LENGTH} characters`);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      refuse('the input is no JSON');
    }
    const parsed = WRITER_INPUTS[name].safeParse(value);
    return parsed.success ? (parsed.data as WriterInput<Tool>) : refuse(issueOf(parsed.error));
  };

  const carryOut = async ({ name, input: text }: ToolCall): Promise<string> => {
    switch (name) {
      case 'memory_insert':
        return insert(parse(name, text));
      case 'memory_update':
        return update(parse(name, text));
      case 'memory_delete':
        return remove(parse(name, text));
      default:
        return refuse(`there is no tool ${name.slice(0, 64)}`);
    }
  };

  return {
    get changes() {
      return [...drafted.values()];
    },
    async run(call) {
      try {
        return { isDone: true, result: JSON.stringify({ ok: true, id: await carryOut(call) }) };
      } catch (error) {
        // What is wrong with a call is told to the model; anything else is not its fault.
        if (!isRetentiveError(error, 'FACT_INVALID') && !isRetentiveError(error, 'OPTION_INVALID'))
          throw error;
        return { isDone: false, result: JSON.stringify({ ok: false, error: error.message }) };
      }
    },
  };
};
