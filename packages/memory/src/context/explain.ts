import type { Chunk } from '@retentive/core';

/** Says in one sentence why a chunk was chosen. */
export const explain = (
  chunk: Chunk,
  parts: Readonly<Record<string, number>>,
  matched: readonly string[],
): string => {
  const reasons = [
    matched.length > 0
      ? `it or what was said around it has ${matched.map((term) => `"${term}"`).join(', ')}`
      : '',
    parts['speaker'] === undefined ? '' : `said by ${chunk.speaker ?? chunk.role}, whom the query is about`,
  ].filter((reason) => reason !== '');
  return reasons.join('; ');
};
