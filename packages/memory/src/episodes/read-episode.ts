import type {
  Episode,
  MessageId,
  MessageSpan,
  OperationId,
  Scope,
  SummaryPart,
  SummarySentence,
  Tokenizer,
} from '@retentive/core';
import { canRead } from '@retentive/core';
import type { SourceView } from '../episodic/episodic-types.ts';
import type { ScopeKey } from '../journal/journal.ts';
import type { ScopeState } from '../scope/scope-state.ts';
import { cutStretch } from './close-stretches.ts';
import type { EpisodeRecord, SummaryVersion } from './episode-store.ts';
import { readStretch } from './episode-writer.ts';
import { episodeIdOf, summarise } from './plan-episode.ts';
import type { EpisodeMessage, UnitTools } from './sentence-units.ts';

type MessageHeader = Extract<SourceView['header'], { type: 'message' }>;

/** Who reads, and when: what has expired is not there any more. */
export interface EpisodeReader {
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly now: number;
  readonly tokenizer: Tokenizer;
  readonly openSession: () => UnitTools['surprisal'];
}

/** A message that the reader may see. */
export interface ReadableMessage {
  readonly header: MessageHeader;
  readonly view: SourceView;
}

/** Names a speaker, or the role where nobody is named. */
export const nameOfSpeaker = ({ speaker, role }: Pick<MessageHeader, 'speaker' | 'role'>): string =>
  speaker ?? role;

/** A message as the reader sees it; undefined where it is gone, expired, or at a path that is not read. */
export const findMessage = (
  id: MessageId,
  { episodic }: Pick<ScopeState, 'episodic'>,
  { scope, now }: Pick<EpisodeReader, 'scope' | 'now'>,
): ReadableMessage | undefined => {
  const view = episodic.source(id);
  if (view === undefined || view.header.type !== 'message' || !canRead(scope, view.header.agent))
    return undefined;
  const { header } = view;
  return header.expiresAt !== undefined && header.expiresAt <= now ? undefined : { header, view };
};

const wordsAt = (
  [id, start, end]: MessageSpan,
  find: (id: MessageId) => ReadableMessage | undefined,
): string => find(id)?.view.text.slice(start, end) ?? '';

const sentenceOf = (
  part: SummaryPart,
  find: (id: MessageId) => ReadableMessage | undefined,
): SummarySentence | undefined => {
  const sources = 'span' in part ? [part.span[0]] : part.sources;
  // A model's sentence may tell what any of its sources said.
  const found = sources.map(find);
  const first = found[0];
  if (first === undefined || found.includes(undefined)) return undefined;
  return {
    text: 'span' in part ? wordsAt(part.span, find) : part.text,
    verbatim: 'span' in part,
    sources,
    speaker: nameOfSpeaker(first.header),
    time: first.header.time,
  };
};

/** A sentence of the summary that an episode has now, with its place in what `operation` made. */
export interface StandingSummary {
  readonly operation: OperationId;
  readonly sentences: readonly {
    readonly index: number;
    readonly sentence: SummarySentence;
    readonly timeZone: string | undefined;
  }[];
}

/** The sentences of one summary whose sources are all found. */
const readParts = (
  { operation, parts }: SummaryVersion,
  find: (id: MessageId) => ReadableMessage | undefined,
): StandingSummary => ({
  operation,
  sentences: parts.flatMap((part, index) => {
    const sentence = sentenceOf(part, find);
    if (sentence === undefined) return [];
    const first = sentence.sources[0];
    return [{ index, sentence, timeZone: first === undefined ? undefined : find(first)?.header.timeZone }];
  }),
});

/** The present summary of an episode, as far as its sources are found; undefined where none is. */
export const standingSummary = (
  { summaries }: Pick<EpisodeRecord, 'summaries'>,
  find: (id: MessageId) => ReadableMessage | undefined,
): StandingSummary | undefined => {
  // Where all that a model wrote rested on what is gone, the words of the others are left.
  for (const version of summaries.toReversed()) {
    const standing = readParts(version, find);
    if (standing.sentences.length > 0) return standing;
  }
  return undefined;
};

/** A sentence by the operation that made its summary, and its place there. */
export const sentenceAt = (
  { summaries }: Pick<EpisodeRecord, 'summaries'>,
  operation: OperationId,
  index: number,
  find: (id: MessageId) => ReadableMessage | undefined,
): StandingSummary['sentences'][number] | undefined => {
  const version = summaries.find((one) => one.operation === operation);
  return version && readParts(version, find).sentences.find((one) => one.index === index);
};

/** The parts that an episode is put together from, closed or not. */
type EpisodeParts = Pick<Episode, 'id' | 'thread' | 'agent' | 'state'> & {
  readonly messages: readonly MessageId[];
  readonly title: readonly MessageSpan[];
  readonly summary: readonly SummaryPart[];
  readonly coverage: readonly number[];
};

const assemble = (
  { title, summary, coverage, messages, ...parts }: EpisodeParts,
  state: ScopeState,
  reader: EpisodeReader,
): Episode | undefined => {
  const known = new Map<MessageId, ReadableMessage>();
  for (const id of messages) {
    const found = findMessage(id, state, reader);
    if (found !== undefined) known.set(id, found);
  }
  if (known.size === 0) return undefined;
  const find = (id: MessageId): ReadableMessage | undefined => known.get(id);
  const times = [...known.values()].map(({ header }) => header.time);
  const sentences = summary.flatMap((part) => sentenceOf(part, find) ?? []);
  const [beginning = 0, middle = 0, end = 0] = coverage;
  return {
    ...parts,
    interval: { from: Math.min(...times), until: Math.max(...times) + 1 },
    participants: [...new Set([...known.values()].map(({ header }) => nameOfSpeaker(header)))],
    messages: [...known.keys()],
    title: title
      .map((span) => wordsAt(span, find))
      .filter((word) => word !== '')
      .join(' '),
    summary: sentences,
    tokens: {
      summary: sentences.reduce((sum, { text }) => sum + reader.tokenizer.count(text), 0),
      messages: [...known.keys()].reduce((sum, id) => sum + state.episodic.sourceTokens(id), 0),
    },
    coverage: { beginning, middle, end },
  };
};

/** A closed episode with its present summary; undefined where the reader may see none of its messages. */
export const readClosed = (
  { id, thread, agent, messages, title, summaries }: EpisodeRecord,
  state: ScopeState,
  reader: EpisodeReader,
): Episode | undefined => {
  const latest = summaries.at(-1);
  // Where all that a model wrote rested on what is gone, the words of the others are left.
  const standing = summaries.findLast(({ parts }) =>
    parts.some((part) => sentenceOf(part, (at) => findMessage(at, state, reader)) !== undefined),
  );
  const { parts = [], coverage = [] } = standing ?? latest ?? {};
  return assemble(
    {
      id,
      thread,
      ...(agent === undefined ? {} : { agent }),
      state: 'closed',
      messages: messages.map(([message]) => message),
      title,
      summary: parts,
      coverage,
    },
    state,
    reader,
  );
};

/** What would be closed if nothing more came: the messages that no episode has, cut as they stand. */
export const readOpen = (state: ScopeState, reader: EpisodeReader, thread?: string): readonly Episode[] =>
  state.episodes.open(thread).flatMap((stretch) => {
    const { read } = readStretch(stretch, state, stretch.messages.length);
    const { closed, open } = cutStretch(read, stretch.isOver, reader.tokenizer);
    let from = 0;
    return [...closed, ...open].flatMap((count): readonly Episode[] => {
      const messages: readonly EpisodeMessage[] = read.slice(from, from + count);
      from += count;
      const tools = { analyze: state.analyze, tokenizer: reader.tokenizer, surprisal: reader.openSession() };
      const episode = assemble(
        {
          id: episodeIdOf(reader.key, messages),
          thread: stretch.thread,
          ...(stretch.agent === undefined ? {} : { agent: stretch.agent }),
          state: 'open',
          messages: messages.map(({ id }) => id),
          ...summarise(messages, tools),
        },
        state,
        reader,
      );
      return episode === undefined ? [] : [episode];
    });
  });
