import { type Chunk, chunkIdOf, type MessageId, type SessionId, type Tokenizer } from '@retentive/core';
import { createChunker } from '@retentive/memory';
import { type BenchConversation, type BenchTurn, turnWords } from '../bench-data.ts';

/** A turn as memory holds it: its chunks, and the tokens of them all. */
export interface RetainedTurn {
  readonly turn: BenchTurn;
  readonly words: string;
  readonly chunks: readonly Chunk[];
  readonly tokens: number;
}

/** Cuts a conversation as memory does. Turns without a word are left out. */
export const cutTurns = ({ turns }: BenchConversation, tokenizer: Tokenizer): readonly RetainedTurn[] => {
  let position = 0;
  return turns.flatMap((turn): readonly RetainedTurn[] => {
    const words = turnWords(turn);
    if (words.length === 0) return [];
    const chunker = createChunker({ tokenizer });
    let offset = 0;
    const chunks = [...chunker.push(words), ...chunker.end()].map(([end, tokens], index): Chunk => {
      const chunk: Chunk = {
        id: chunkIdOf(turn.id as MessageId, index),
        source: { type: 'message', id: turn.id as MessageId },
        index,
        offset,
        text: words.slice(offset, end),
        tokens,
        thread: turn.thread,
        session: turn.session as SessionId,
        position,
        role: turn.role,
        speaker: turn.speaker,
        origin: turn.role === 'assistant' ? 'agent' : 'user',
        time: turn.time,
      };
      offset = end;
      position += 1;
      return chunk;
    });
    return [{ turn, words, chunks, tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0) }];
  });
};
