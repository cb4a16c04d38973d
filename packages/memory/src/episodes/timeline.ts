import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EpisodeId,
  type Fact,
  type FactId,
  type Interval,
  type MessageId,
  throwIfAborted,
} from '@retentive/core';
import { splitSentences } from '../chunking/sentences.ts';
import type { Analyzer } from '../index/analyzer.ts';
import type { LanguageTools } from '../writing/rules/language-tools.ts';
import { createLocalTime } from '../writing/rules/local-time.ts';
import { findTimes } from '../writing/rules/said-times.ts';
import type { Timeline, TimelineItem } from './episode-types.ts';
import { createDraftIndex } from './find-draft.ts';

/** A message that may tell of what is asked about. */
export interface ToldMessage {
  readonly id: MessageId;
  readonly text: string;
  readonly speaker?: string | undefined;
  readonly time: number;
  readonly timeZone?: string | undefined;
  readonly episode?: EpisodeId | undefined;
}

/** What a timeline is made with. */
export interface TimelineTools {
  readonly analyze: Analyzer;
  readonly language: LanguageTools;
}

interface Draft {
  readonly text: string;
  readonly terms: ReadonlySet<string>;
  readonly when: Interval;
  readonly isDated: boolean;
  readonly said: number;
  readonly speaker?: string | undefined;
  readonly sources: readonly MessageId[];
  readonly fact?: FactId | undefined;
  readonly episode?: EpisodeId | undefined;
}

/** Two sentences that share so much of their terms say one thing. */
const SAME_SHARE = 0.6;

const FUTURE = /\b(?:will|'ll|going to|gonna|tomorrow|next|plan(?:s|ning)? to|upcoming)\b/iu;

/** Messages, facts or sentences that are gone through at once: some milliseconds. */
const ITEMS_OF_A_TURN = 100;

/** A sentence that asks tells of nothing. */
const ASKS = /[?？؟]\s*$/u;

const whenOf = (sentence: string, { time, timeZone }: ToldMessage, { language }: TimelineTools) => {
  const local = createLocalTime(timeZone);
  const direction = FUTURE.test(sentence) ? 'future' : 'past';
  const [first] = findTimes(sentence, { moment: time, local, direction }, language);
  return first === undefined
    ? { when: { from: time, until: time + 1 }, isDated: false, rest: sentence }
    : {
        when: first.span.valid,
        isDated: true,
        // What it says beside when.
        rest: `${sentence.slice(0, first.start)} ${sentence.slice(first.end)}`,
      };
};

/** Sentences of a message that have every term of a name themselves, or all but those of the speaker's name. */
const tellingSentences = (
  message: ToldMessage,
  names: readonly (readonly string[])[],
  { analyze }: TimelineTools,
) => {
  const named = new Set(analyze(message.speaker ?? ''));
  return splitSentences(message.text).flatMap((sentence) => {
    const own = new Set(analyze(sentence));
    const isTold = names.some(
      (terms) =>
        terms.some((term) => own.has(term)) && terms.every((term) => own.has(term) || named.has(term)),
    );
    return isTold && !ASKS.test(sentence) ? [sentence.trim()] : [];
  });
};

const startOf = ({ when, said }: Draft): number => when.from ?? when.until ?? said;

const overlaps = (a: Draft, b: Draft): boolean =>
  (a.when.from ?? Number.NEGATIVE_INFINITY) < (b.when.until ?? Number.POSITIVE_INFINITY) &&
  (b.when.from ?? Number.NEGATIVE_INFINITY) < (a.when.until ?? Number.POSITIVE_INFINITY);

const shareOf = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let common = 0;
  for (const term of a) if (b.has(term)) common += 1;
  return common / Math.max(1, a.size + b.size - common);
};

/** The same thing told twice: in nearly the same words, of the same time or without one. */
const isSame = (a: Draft, b: Draft): boolean =>
  shareOf(a.terms, b.terms) >= SAME_SHARE && (overlaps(a, b) || !a.isDated || !b.isDated);

const merge = (a: Draft, b: Draft): Draft => {
  // Who names the time knows it best.
  const [first, second] = b.isDated && !a.isDated ? [b, a] : [a, b];
  const fact = first.fact ?? second.fact;
  return {
    ...first,
    sources: [...new Set([...first.sources, ...second.sources])],
    ...(fact === undefined ? {} : { fact }),
  };
};

const itemOf = ({ terms: _terms, said: _said, ...item }: Draft): TimelineItem => item;

const draftsOf = (
  message: ToldMessage,
  names: readonly (readonly string[])[],
  tools: TimelineTools,
): readonly Draft[] =>
  tellingSentences(message, names, tools).map((text) => {
    const { rest, ...when } = whenOf(text, message, tools);
    return {
      text,
      terms: new Set(tools.analyze(rest)),
      ...when,
      said: message.time,
      sources: [message.id],
      ...(message.speaker === undefined ? {} : { speaker: message.speaker }),
      ...(message.episode === undefined ? {} : { episode: message.episode }),
    };
  });

const draftOfFact = ({ id, text, valid, sources }: Fact, { analyze }: TimelineTools): readonly Draft[] =>
  valid.from === undefined
    ? []
    : [
        {
          text,
          terms: new Set(analyze(text)),
          when: valid,
          isDated: true,
          said: valid.from,
          sources: sources.map(({ source }) => source as MessageId),
          fact: id,
        },
      ];

/** Runs over items in turns, so that everything else in the process goes on meanwhile. @throws ABORTED */
const inTurns = async <Item>(
  items: Iterable<Item>,
  signal: AbortSignal | undefined,
  run: (item: Item) => void,
): Promise<void> => {
  let count = 0;
  for (const item of items) {
    count += 1;
    if (count % ITEMS_OF_A_TURN === 0) {
      await nextTurn();
      throwIfAborted(signal, 'timeline');
    }
    run(item);
  }
};

/** What is told alike is one. */
const mergeAlike = async (
  told: readonly Draft[],
  signal: AbortSignal | undefined,
): Promise<readonly Draft[]> => {
  const frequency = new Map<string, number>();
  for (const { terms } of told) for (const term of terms) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const drafts: Draft[] = [];
  const index = createDraftIndex(SAME_SHARE, frequency, drafts);
  await inTurns(told, signal, (draft) => {
    const at = index.find(draft, (other) => isSame(other, draft)) ?? drafts.length;
    const known = drafts[at];
    const now = known === undefined ? draft : merge(known, draft);
    drafts[at] = now;
    if (now.terms !== known?.terms) index.file(now, at);
  });
  return drafts;
};

/** What is put in order. */
export interface TimelineParts {
  readonly about: string;
  /** Terms of each name of it. */
  readonly names: readonly (readonly string[])[];
  readonly messages: readonly ToldMessage[];
  readonly facts: readonly Fact[];
  /** The latest so many items. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts what messages and facts tell about something in the order of when it was. Linear in their text; it lets the process go on
 * in between. @throws ABORTED
 */
export const makeTimeline = async (
  { about, names, messages, facts, limit, signal }: TimelineParts,
  tools: TimelineTools,
): Promise<Timeline> => {
  const told: Draft[] = [];
  await inTurns(messages, signal, (message) => told.push(...draftsOf(message, names, tools)));
  await inTurns(facts, signal, (fact) => told.push(...draftOfFact(fact, tools)));
  const drafts = await mergeAlike(told, signal);
  const ordered = drafts.toSorted((a, b) => startOf(a) - startOf(b) || a.said - b.said);
  const shown = ordered.slice(Math.max(0, ordered.length - limit));
  const starts = shown.map(startOf);
  const [first, last] = [ordered[0], ordered.at(-1)];
  return {
    about,
    items: shown.map(itemOf),
    count: ordered.length,
    span: first === undefined || last === undefined ? 0 : startOf(last) - startOf(first),
    gaps: starts.slice(1).map((start, index) => start - (starts[index] as number)),
  };
};
