import type { EpisodeId, Fact, FactId, Interval, MessageId } from '@retentive/core';
import { splitSentences } from '../chunking/sentences.ts';
import type { Analyzer } from '../index/analyzer.ts';
import type { LanguageTools } from '../writing/rules/language-tools.ts';
import { createLocalTime } from '../writing/rules/local-time.ts';
import { findTimes } from '../writing/rules/said-times.ts';
import type { Timeline, TimelineItem } from './episode-types.ts';

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

/** Sentences of a message that have every term themselves, or all but those of the speaker's name. */
const tellingSentences = (message: ToldMessage, terms: readonly string[], { analyze }: TimelineTools) => {
  const named = new Set(analyze(message.speaker ?? ''));
  return splitSentences(message.text).flatMap((sentence) => {
    const own = new Set(analyze(sentence));
    const isTold =
      terms.some((term) => own.has(term)) && terms.every((term) => own.has(term) || named.has(term));
    return isTold && !ASKS.test(sentence) ? [sentence.trim()] : [];
  });
};

const startOf = ({ when, said }: Draft): number => when.from ?? when.until ?? said;

const overlaps = (a: Draft, b: Draft): boolean =>
  (a.when.from ?? Number.NEGATIVE_INFINITY) < (b.when.until ?? Number.POSITIVE_INFINITY) &&
  (b.when.from ?? Number.NEGATIVE_INFINITY) < (a.when.until ?? Number.POSITIVE_INFINITY);

const shareOf = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  const common = [...a].filter((term) => b.has(term)).length;
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

/**
 * Puts what messages and facts tell about something in the order of when it was. Linear in their text, and in the square of the
 * items of it. Pure.
 */
export const makeTimeline = (
  about: string,
  messages: readonly ToldMessage[],
  facts: readonly Fact[],
  tools: TimelineTools,
): Timeline => {
  const terms = [...new Set(tools.analyze(about))];
  const told = messages.flatMap((message): readonly Draft[] =>
    tellingSentences(message, terms, tools).map((text) => {
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
    }),
  );
  const known = facts.flatMap(({ id, text, valid, sources }): readonly Draft[] =>
    valid.from === undefined
      ? []
      : [
          {
            text,
            terms: new Set(tools.analyze(text)),
            when: valid,
            isDated: true,
            said: valid.from,
            sources: sources.map(({ source }) => source as MessageId),
            fact: id,
          },
        ],
  );
  const drafts: Draft[] = [];
  for (const draft of [...told, ...known]) {
    const at = drafts.findIndex((other) => isSame(other, draft));
    if (at < 0) drafts.push(draft);
    else drafts[at] = merge(drafts[at] as Draft, draft);
  }
  const ordered = drafts.toSorted((a, b) => startOf(a) - startOf(b) || a.said - b.said);
  const starts = ordered.map(startOf);
  return {
    about,
    items: ordered.map(itemOf),
    count: ordered.length,
    span: (starts.at(-1) ?? 0) - (starts[0] ?? 0),
    gaps: starts.slice(1).map((start, index) => start - (starts[index] as number)),
  };
};
