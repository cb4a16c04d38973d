import type { Context, ContextItem } from '@retentive/core';
import { type Analyzer, splitSentences } from '@retentive/memory';

/** One sentence of memory that may answer a question. */
export interface CandidateSentence {
  /** Place of its item in `context.items`. */
  readonly item: number;
  /** Its place among the sentences of the item, from 0. */
  readonly place: number;
  /** The words, verbatim. */
  readonly text: string;
  /** Index terms of the sentence. */
  readonly terms: ReadonlySet<string>;
  /** Terms of the name of its speaker, where it has one. */
  readonly speaker: readonly string[];
  /** Terms of the whole item, of its speaker and of its day. */
  readonly around: ReadonlySet<string>;
  /** Terms of the items said just before and after in the same thread. */
  readonly near: ReadonlySet<string>;
  /** Terms of what somebody else asked just before: an answer leaves them out. */
  readonly asked: ReadonlySet<string>;
}

/** True where a text ends with a question mark, as far as quotes let it. */
export const endsAsking = (text: string): boolean => /\?["'”’)]*$/u.test(text);

/** Items of one thread further apart than this (ms) do not explain each other. */
const NEAR_MS = 30 * 60_000;

/** Who or what an item comes from: speaker, document title, block label, else the role. */
export const itemLabel = ({ source, speaker, role }: ContextItem): string => {
  if (source.type === 'document') return source.title;
  if (source.type === 'core') return source.label;
  return speaker ?? role ?? source.type;
};

/** What the layout sets around a fact, a note or a sentence of a summary: its mark, who told it, and the days. */
const LISTED = /^- (.+) \(.*?, [-+]?\d{4,6}-\d\d-\d\d(?:; until [-+]?\d{4,6}-\d\d-\d\d)?\)\n?$/su;

/** The words of an item without the day and speaker that the layout sets around them. */
export const spokenText = (item: ContextItem): string => {
  // A heading is a bracket, or a day: `[facts]`, `4 May 2026`.
  const text = item.text.replace(/^(?:(?:\[[^\]\n]*\]|\d{1,2} \p{L}+ \d{4,6})\n)+/u, '');
  const label = `${itemLabel(item).replaceAll('\n', ' ')}: `;
  const isListed =
    item.source.type === 'fact' || item.source.type === 'note' || item.source.type === 'episode';
  const said = isListed ? text.replace(LISTED, '$1') : text;
  const words = said.startsWith(label) ? said.slice(label.length) : said;
  return words
    .replace(/^… /u, '')
    .replace(/\n[ \t]+/gu, '\n')
    .trim();
};

const dayWords = (time: number | undefined): string =>
  time === undefined
    ? ''
    : new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(time);

const areNear = (a: ContextItem, b: ContextItem | undefined): b is ContextItem =>
  b !== undefined &&
  a.thread === b.thread &&
  a.time !== undefined &&
  b.time !== undefined &&
  Math.abs(a.time - b.time) <= NEAR_MS;

/** Every sentence of a context, in its order, with the terms around it. */
export const candidateSentences = (context: Context, analyze: Analyzer): readonly CandidateSentence[] => {
  // How something was answered once is no evidence of anything: a wrong answer would be quoted for a right one.
  const texts = context.items.map((item) => (item.source.type === 'example' ? '' : spokenText(item)));
  const terms = texts.map((text) => analyze(text));
  return context.items.flatMap((item, index) => {
    if (item.source.type === 'example') return [];
    const around = new Set([
      ...(terms[index] ?? []),
      ...analyze(`${itemLabel(item)} ${dayWords(item.time)}`),
    ]);
    const speaker = analyze(item.speaker ?? '');
    const near = new Set<string>();
    for (const other of [index - 1, index + 1]) {
      if (areNear(item, context.items[other])) for (const term of terms[other] ?? []) near.add(term);
    }
    const before = context.items[index - 1];
    const isReply =
      areNear(item, before) &&
      (item.speaker !== before.speaker || item.role !== before.role) &&
      endsAsking(texts[index - 1] ?? '');
    const asked = new Set(isReply ? terms[index - 1] : []);
    return splitSentences(texts[index] ?? '')
      .map((sentence) => sentence.trim())
      .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
      .map((text, place) => ({
        item: index,
        place,
        text,
        terms: new Set(analyze(text)),
        speaker,
        around,
        near,
        asked,
      }));
  });
};
