import type { CoreBlock, EpisodicNote, Fact, Interval, Message } from '@retentive/core';
import type { BatchInput } from '../batch-extractor.ts';
import { createLocalTime } from '../rules/local-time.ts';

/** More than this of one message is not shown, in UTF-16 units, and of one around. What is pasted is rarely about its sender. */
const MAX_SHOWN_LENGTH = 16_384;
const MAX_AROUND_LENGTH = 400;

/** What a model is shown, and what the short names in it stand for. */
export interface Transcript {
  /** One JSON object a line: no text in it can pass for another line. */
  readonly text: string;
  readonly messages: ReadonlyMap<string, Message>;
  readonly known: ReadonlyMap<string, Fact>;
  readonly lines: ReadonlyMap<string, { readonly label: string; readonly line: string }>;
  readonly notes: ReadonlyMap<string, EpisodicNote>;
  /** `extraction:length` where a message was cut. */
  readonly degraded: readonly string[];
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** As a clock and a calendar of the speaker show it: `2026-05-04 10:12 Monday`. */
const shownTime = (time: number, timeZone: string | undefined): string => {
  const there = new Date(time + createLocalTime(timeZone).offsetMinutes(time) * 60_000);
  return `${there.toISOString().slice(0, 16).replace('T', ' ')} ${DAYS[there.getUTCDay()]}`;
};

const shownInterval = ({ from, until }: Interval): string | undefined => {
  const day = (time: number | undefined): string =>
    time === undefined || Math.abs(time) > 8.64e15 ? '' : new Date(time).toISOString().slice(0, 10);
  return from === undefined && until === undefined ? undefined : `${day(from)}/${day(until)}`;
};

const cut = (text: string, length: number): string => text.slice(0, length).toWellFormed();

const numbered = <T>(letter: string, items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item, index) => [`${letter}${index + 1}`, item]));

const linesOf = (core: readonly CoreBlock[]): readonly { label: string; line: string }[] =>
  core.flatMap(({ label, lines }) => lines.map((line) => ({ label, line })));

/** Lays out what a model reads: what is known first, which changes least, then what was said, in order of time. */
export const layOut = (
  input: BatchInput,
  shows: { readonly core: boolean; readonly notes: boolean },
): Transcript => {
  const messages = numbered('M', input.messages);
  const known = numbered('F', input.known);
  const lines = numbered('C', shows.core ? linesOf(input.core) : []);
  const notes = numbered('N', shows.notes ? input.notes : []);
  const objects: object[] = [];
  for (const [core, { label, line }] of lines) objects.push({ core, block: label, line });
  for (const [handle, { text, subject, attribute, valid }] of known) {
    objects.push({ known: handle, about: subject, attribute, fact: text, valid: shownInterval(valid) });
  }
  for (const [note, { note: text }] of notes) objects.push({ note, text });
  const handles = new Map([...messages].map(([handle, { id }]) => [id, handle]));
  const said = [...input.around, ...input.messages].sort((a, b) => a.time - b.time);
  for (const { id, role, speaker, time, timeZone, text } of said) {
    const message = handles.get(id);
    if (message === undefined) objects.push({ context: role, text: cut(text, MAX_AROUND_LENGTH) });
    else
      objects.push({ message, time: shownTime(time, timeZone), speaker, text: cut(text, MAX_SHOWN_LENGTH) });
  }
  const isCut = input.messages.some(({ text }) => text.length > MAX_SHOWN_LENGTH);
  return {
    text: objects.map((object) => JSON.stringify(object)).join('\n'),
    messages,
    known,
    lines,
    notes,
    degraded: isCut ? ['extraction:length'] : [],
  };
};
