import type { MessageInput } from '@retentive/core';
import type { Receipt, ScopedMemory, SearchHit } from '../../src/index.ts';

/** The text of what a search found. */
export const textOf = (hit: SearchHit): string => (hit.kind === 'chunk' ? hit.chunk.text : hit.fact.text);

/** Says something as Ana, and waits until it is read. */
export const say = async (
  to: ScopedMemory,
  content: string,
  more: Partial<MessageInput> = {},
): Promise<Receipt> => {
  const receipt = await to.observe({ role: 'user', content, speaker: 'Ana', ...more });
  await receipt.settled();
  return receipt;
};
