import { createHash } from 'node:crypto';
import {
  assertNever,
  type Chunk,
  type ChunkId,
  type Context,
  type ContextItem,
  canRead,
  type EpisodeId,
  type Fact,
  type FactId,
  type MessageId,
  type OperationId,
  type Scope,
  type SentContext,
} from '@retentive/core';
import type { CoreBlocks } from '../core-blocks/core-blocks.ts';
import { findMessage, sentenceAt } from '../episodes/read-episode.ts';
import type { SourceId } from '../journal/journal.ts';
import { renderSpans, type Span } from '../retention/spans.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { renderTail } from './build-context.ts';
import { MEMORY_CLOSE, MEMORY_OPEN, RENDERER, renderCoreHeading, renderCoreLine } from './layout.ts';
import { EXAMPLES_HEADING, renderExample } from './layout-examples.ts';
import { FACTS_HEADING, type FactOrigin, renderFact } from './layout-facts.ts';
import { EPISODES_HEADING, NOTES_HEADING, renderNote, renderSentence } from './layout-told.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Lines of core memory as they stood: after which operation, how many, in which block. */
const coreName = (label: string, { text }: ContextItem, core: CoreBlocks): string => {
  // The first line end is that of the heading; lines of core memory have none of their own.
  const lines = text.split('\n').length - 2;
  return `core:${core.versions(label).at(-1)?.operation ?? ''}:${lines}:${label}`;
};

/** With its offsets: a source that was resumed has been cut anew, and its text has only grown. */
const chunkName = (id: ChunkId, isExcerpt: boolean, { episodic, excerptAt }: ScopeState): string => {
  const { offset = 0, text = '', position = -1 } = episodic.chunk(id) ?? {};
  const name = `${id}@${offset}-${offset + text.length}`;
  const spans = isExcerpt ? excerptAt(position)?.spans : undefined;
  return spans === undefined ? name : `${name}:${spans.map(({ start, end }) => `${start}-${end}`).join(',')}`;
};

const namesOf = (item: ContextItem, state: ScopeState): readonly string[] => {
  const { core, semantic } = state;
  const { source } = item;
  switch (source.type) {
    case 'core':
      return [coreName(source.label, item, core)];
    case 'fact': {
      const until = semantic.fact(source.fact)?.valid.until;
      return [until === undefined ? source.fact : `${source.fact}@${until}`];
    }
    case 'message':
    case 'document':
      return source.chunks.map((id) => chunkName(id, item.excerpt === true, state));
    case 'example':
      return [`example:${source.example}`];
    case 'note':
      return [`note:${source.note}`];
    case 'episode':
      return [`episode:${source.operation}:${source.sentence}:${source.episode}`];
    default:
      return assertNever(source);
  }
};

/** A context as the journal keeps it: what each item was, in such words that no later change can alter them. */
export const sentContextOf = ({ id, items, renderer, text }: Context, state: ScopeState): SentContext => ({
  id,
  items: items.flatMap((item) => namesOf(item, state)),
  renderer,
  hash: hashOf(text),
});

interface RebuildParts {
  readonly scope: Scope;
  readonly state: ScopeState;
  readonly factOrigin: (fact: Fact) => FactOrigin | undefined;
}

const coreText = (name: string, { core }: ScopeState): string => {
  const [, operation, count, ...rest] = name.split(':');
  const label = rest.join(':');
  const version = core.versions(label).find((one) => one.operation === operation);
  if (version === undefined) return '';
  const lines = version.lines.slice(0, Number(count)).map(renderCoreLine);
  return renderCoreHeading(label) + lines.join('');
};

const factText = (name: string, { scope, state, factOrigin }: RebuildParts): string => {
  const [id, until] = name.split('@');
  const fact = state.semantic.fact(id as FactId);
  if (fact === undefined || !canRead(scope, fact.agent)) return '';
  const valid = until === undefined ? {} : { until: Number(until) };
  return renderFact({ ...fact, valid }, factOrigin(fact), state.calendar);
};

const exampleText = (name: string, { scope, state }: RebuildParts): string => {
  const example = state.examples.example(name.slice('example:'.length) as OperationId);
  return example === undefined || !canRead(scope, example.agent) ? '' : renderExample(example);
};

const noteText = (name: string, { scope, state }: RebuildParts): string => {
  const note = state.notes.note(name.slice('note:'.length) as OperationId);
  return note === undefined || !canRead(scope, note.agent) ? '' : renderNote(note, state.calendar);
};

const sentenceText = (name: string, { scope, state }: RebuildParts): string => {
  const [, operation, index, ...rest] = name.split(':');
  const record = state.episodes.episode(rest.join(':') as EpisodeId);
  if (record === undefined) return '';
  // What had not expired then is shown as it was.
  const find = (id: MessageId) => findMessage(id, state, { scope, now: Number.NEGATIVE_INFINITY });
  const found = sentenceAt(record, operation as OperationId, Number(index), find);
  if (found === undefined) return '';
  const { sentence, timeZone } = found;
  const { text, verbatim, speaker, time } = sentence;
  return renderSentence({ text, time, timeZone, ...(verbatim ? { speaker } : {}) }, state.calendar);
};

const CHUNK_NAME = /^(.+)#(\d+)@(\d+)-(\d+)(?::([\d,-]+))?$/su;

const readSpans = (spans: string): readonly Span[] =>
  spans.split(',').map((span) => {
    const [start, end] = span.split('-').map(Number);
    return { start: start ?? 0, end: end ?? 0 };
  });

const chunkOf = (name: string, { scope, state }: RebuildParts): Chunk | undefined => {
  const [, source = '', index, start, end, spans] = CHUNK_NAME.exec(name) ?? [];
  const id = source as SourceId;
  // Chunks of one source differ in nothing else.
  const [any] = state.episodic.chunksOf(id);
  if (any === undefined || !canRead(scope, any.agent)) return undefined;
  const whole = state.episodic.source(id)?.text.slice(Number(start), Number(end)) ?? '';
  const text = spans === undefined ? whole : renderSpans(whole.trimEnd(), readSpans(spans));
  return { ...any, index: Number(index), offset: Number(start), text };
};

/**
 * Lays a sent context out again. What was forgotten since, or stands at a path that the scope does not read, is left out;
 * `isExact` says whether every byte is as it was sent.
 */
export const rebuildContext = (
  { items, renderer, hash }: SentContext,
  parts: RebuildParts,
): { readonly text: string; readonly isExact: boolean } => {
  const { state } = parts;
  let core = '';
  let facts = '';
  let examples = '';
  let notes = '';
  let episodes = '';
  const chunks: { readonly chunk: Chunk }[] = [];
  for (const name of items) {
    if (name.startsWith('core:')) core += coreText(name, state);
    else if (name.startsWith('example:')) examples += exampleText(name, parts);
    else if (name.startsWith('note:')) notes += noteText(name, parts);
    else if (name.startsWith('episode:')) episodes += sentenceText(name, parts);
    else if (name.startsWith('fac_')) facts += factText(name, parts);
    else {
      const chunk = chunkOf(name, parts);
      if (chunk !== undefined) chunks.push({ chunk });
    }
  }
  const body =
    core +
    (examples === '' ? '' : EXAMPLES_HEADING + examples) +
    (facts === '' ? '' : FACTS_HEADING + facts) +
    (notes === '' ? '' : NOTES_HEADING + notes) +
    (episodes === '' ? '' : EPISODES_HEADING + episodes) +
    renderTail(chunks, state.calendar).text;
  const text = body === '' ? '' : MEMORY_OPEN + body + MEMORY_CLOSE;
  return { text, isExact: renderer === RENDERER && hashOf(text) === hash };
};
