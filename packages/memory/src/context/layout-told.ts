import type { ContextItem, Tokenizer } from '@retentive/core';
import type { NoteCandidate, SummaryCandidate } from '../retrieval/told-candidates.ts';
import type { Calendar } from './dates.ts';
import { quoteName, quoteText } from './layout.ts';

/** Open what is told of what was said: by writers, and by summaries. */
export const NOTES_HEADING = '[notes]\n';
export const EPISODES_HEADING = '[episodes]\n';

/** What may be told beside the words themselves, each in a share of the budget of its own. */
export interface ToldParts {
  readonly notes: { readonly share: number; readonly candidates: readonly NoteCandidate[] };
  readonly episodes: { readonly share: number; readonly candidates: readonly SummaryCandidate[] };
}

/** Notes and summaries as text. */
export interface ToldText {
  readonly text: string;
  readonly items: readonly ContextItem[];
}

/** The line of a note, line end included. */
export const renderNote = ({ note, recordedAt }: NoteCandidate['note'], calendar: Calendar): string =>
  `- ${quoteText(note)} (noted, ${calendar.dayOf(recordedAt).iso})\n`;

/** The line of a sentence, line end included: who said it, or that nobody said it so. */
export const renderSentence = (
  {
    text,
    speaker = 'summary',
    time,
    timeZone,
  }: Pick<SummaryCandidate, 'text' | 'speaker' | 'time' | 'timeZone'>,
  calendar: Calendar,
): string => `- ${quoteText(text)} (${quoteName(speaker)}, ${calendar.dayOf(time, timeZone).iso})\n`;

const noteItem = ({ note, score }: NoteCandidate, calendar: Calendar) => ({
  source: { type: 'note' as const, note: note.id },
  text: renderNote(note, calendar),
  time: note.recordedAt,
  why: { score, parts: { note: score }, matched: [], reason: 'a note whose words are near the query' },
});

const sentenceItem = (candidate: SummaryCandidate, calendar: Calendar) => {
  const { episode, operation, sentence, messages, speaker, time, score } = candidate;
  return {
    source: { type: 'episode' as const, episode, operation, sentence, messages },
    text: renderSentence(candidate, calendar),
    ...(speaker === undefined ? {} : { speaker }),
    time,
    why: {
      score,
      parts: { episode: score },
      matched: [],
      reason: 'a sentence of an episode that the query is about',
    },
  };
};

/** The lines that fit `limit` tokens with their heading, in order; one that is too long gives way to the next. */
const layOut = (
  heading: string,
  proposed: readonly Omit<ContextItem, 'tokens'>[],
  limit: number,
  tokenizer: Tokenizer,
): ToldText => {
  const items: ContextItem[] = [];
  let text = heading;
  for (const item of proposed) {
    const tokens = tokenizer.count(item.text);
    if (tokenizer.count(text + item.text) > limit) continue;
    text += item.text;
    items.push({ ...item, tokens });
  }
  return items.length === 0 ? { text: '', items } : { text, items };
};

/**
 * Notes, then sentences of summaries, each in its share of the budget, as far as they say more than the words that are shown
 * themselves: one of their sources is not among `shown`.
 */
export const layOutTold = (
  { notes, episodes }: ToldParts,
  shown: ReadonlySet<string>,
  budget: number,
  tokenizer: Tokenizer,
  calendar: Calendar,
): ToldText => {
  const saysMore = (sources: readonly string[]): boolean =>
    sources.length === 0 || sources.some((source) => !shown.has(source));
  const noted = layOut(
    NOTES_HEADING,
    notes.candidates
      .filter(({ note }) => saysMore(note.sources.map(({ source }) => source)))
      .map((candidate) => noteItem(candidate, calendar)),
    Math.floor(budget * notes.share),
    tokenizer,
  );
  const told = layOut(
    EPISODES_HEADING,
    episodes.candidates
      .filter(({ messages }) => saysMore(messages))
      .map((candidate) => sentenceItem(candidate, calendar)),
    Math.floor(budget * episodes.share),
    tokenizer,
  );
  return { text: noted.text + told.text, items: [...noted.items, ...told.items] };
};
