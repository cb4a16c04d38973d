import type { Value } from '../journal/sqlite-driver.js';
import { type ArchivedItem, type ArchivedPart, lengthOf } from './scope-archive.ts';

/** Terms are letters, marks and digits; a quote in one would end its string in FTS5's language. */
export const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

/** A word as often as it weighs, so that FTS5 counts as we do. */
export const wordsOf = (terms: ReadonlyMap<string, number>): string => {
  let words = '';
  for (const [term, weight] of terms) words += `${term} `.repeat(Math.max(1, Math.round(weight)));
  return words;
};

/** A part as a row of JSON: words between line ends, since no term has one. */
export type PartRow = readonly [
  position: number,
  session: ArchivedPart['session'],
  time: number,
  length: number,
  words: string,
];

/** A part as it is kept. */
export const writePart = ({ chunk: { position, session, time }, terms }: ArchivedItem): string => {
  let words = '\n';
  for (const [term, weight] of terms) words += `${term} ${weight}\n`;
  return JSON.stringify([position, session, time, lengthOf(terms), words] satisfies PartRow);
};

/** A part of the terms asked for. */
export const readPart = (
  [position, session, time, length, words]: PartRow,
  asked: readonly string[],
): ArchivedPart => {
  const terms = new Map<string, number>();
  for (const term of asked) {
    const at = words.indexOf(`\n${term} `);
    if (at < 0) continue;
    const from = at + term.length + 2;
    terms.set(term, Number(words.slice(from, words.indexOf('\n', from))));
  }
  return { position, session, time, length, terms };
};

/** A list as one value; null where nothing was found. */
export const listOf = <Item>(row: readonly Value[] | undefined): readonly Item[] =>
  typeof row?.[0] === 'string' ? (JSON.parse(row[0]) as Item[]) : [];
