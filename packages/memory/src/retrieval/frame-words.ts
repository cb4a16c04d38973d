import type { Analyzer } from '../index/analyzer.ts';

/** Words with which one asks about a conversation, and not about what was said in it. */
const FRAME =
  'ask asked bring brought conversation conversations chat chats describe described detail details different discuss discussed discussion discussions explain explained give item items kind kinds list mention mentioned order overview please said say says sort summarize summary talk talked tell throughout told type types';

/** Leaves out the terms of a query that only frame it, unless nothing else is left. */
export const withoutFrame = (
  terms: ReadonlyMap<string, string>,
  analyze: Analyzer,
): ReadonlyMap<string, string> => {
  const frame = new Set(analyze(FRAME));
  const kept = new Map([...terms].filter(([term]) => !frame.has(term)));
  return kept.size === 0 ? terms : kept;
};
