import type { Candidate } from '../retrieval/candidates.ts';

const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

/** Says in one sentence why a chunk was chosen. */
export const explain = ({ chunk, parts, excerpt, matched, nearby }: Candidate): string =>
  [
    matched.length > 0 ? `it has ${quoted(matched)}` : '',
    nearby.length > 0 ? `${quoted(nearby)} ${nearby.length === 1 ? 'was' : 'were'} said close to it` : '',
    parts['speaker'] === undefined ? '' : `said by ${chunk.speaker ?? chunk.role}, whom the query is about`,
    parts['vector'] === undefined ? '' : 'its meaning is near the query',
    parts['entity'] === undefined ? '' : 'it is about whom or what the query leads to',
    excerpt === undefined ? '' : 'an excerpt; the whole is in the archive',
  ]
    .filter((reason) => reason !== '')
    .join('; ');
