import type { Chunk, MessageId } from '@retentive/core';
import type { ScopeState } from '../scope/scope-state.ts';

/** Most archived chunks that a name is looked for in: the best by its rarest words. */
const MAX_ARCHIVED = 2_000;

const idOf = ({ source }: Chunk): MessageId | undefined =>
  source.type === 'message' ? source.id : undefined;

/**
 * Messages that have terms in their own words or their speaker's name, each with those that it has. The working set whole, the
 * archive as far as its best matches.
 */
export const messagesAbout = (
  terms: readonly string[],
  { lexical, archive, episodic, termsOf }: ScopeState,
): ReadonlyMap<MessageId, ReadonlySet<string>> => {
  const found = new Map<MessageId, Set<string>>();
  const note = (chunk: Chunk | undefined): void => {
    const id = chunk && idOf(chunk);
    if (chunk === undefined || id === undefined) return;
    const own = termsOf(chunk);
    const known = found.get(id) ?? new Set();
    for (const term of terms) if ((own.get(term) ?? 0) >= 1) known.add(term);
    if (known.size > 0) found.set(id, known);
  };
  const scores = lexical.search(terms);
  for (const position of scores.ordinals) if (scores.ownOf(position) !== 0) note(episodic.chunkAt(position));
  for (const chunk of episodic.chunksAt(archive.search(terms, MAX_ARCHIVED))) note(chunk);
  return found;
};
