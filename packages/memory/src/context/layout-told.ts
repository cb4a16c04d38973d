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

/** What of a budget the sections before have left. */
export interface ToldRoom {
  readonly budget: number;
  /** Tokens that are left, about: lines joined may count more than apart. */
  readonly left: number;
  /** Whether a text finds room beside those sections, counted exactly. */
  readonly fits: (text: string) => boolean;
}

/** The lines that fit a share of the budget with their heading, in order; one that is too long gives way to the next. */
const layOut = (
  heading: string,
  proposed: readonly Omit<ContextItem, 'tokens'>[],
  { share, room, before = '' }: { readonly share: number; readonly room: ToldRoom; readonly before?: string },
  tokenizer: Tokenizer,
): ToldText => {
  const limit = Math.min(Math.floor(room.budget * share), room.left);
  const items: ContextItem[] = [];
  let text = heading;
  for (const item of proposed) {
    const tokens = tokenizer.count(item.text);
    if (tokenizer.count(text + item.text) > limit || !room.fits(before + text + item.text)) continue;
    text += item.text;
    items.push({ ...item, tokens });
  }
  return items.length === 0 ? { text: '', items } : { text, items };
};

/**
 * Notes, then sentences of summaries, each in its share of the budget and in what room is left of it, as far as they say more than the words that are shown
 * themselves: one of their sources is not among `shown`.
 */
export const layOutTold = (
  { notes, episodes }: ToldParts,
  shown: ReadonlySet<string>,
  room: ToldRoom,
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
    { share: notes.share, room },
    tokenizer,
  );
  const told = layOut(
    EPISODES_HEADING,
    episodes.candidates
      .filter(({ messages }) => saysMore(messages))
      .map((candidate) => sentenceItem(candidate, calendar)),
    { share: episodes.share, room, before: noted.text },
    tokenizer,
  );
  return { text: noted.text + told.text, items: [...noted.items, ...told.items] };
};
