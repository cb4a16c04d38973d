import type { MessageId, Metadata, Role } from '@retentive/core';
import type { AgentPart } from '../../agent-types.ts';
import { type AnswerWrite, createAnswerWriter } from '../answer-writer.ts';
import type { Turn } from '../turn.ts';
import { toolMetadata, turnMetadata } from '../turn-metadata.ts';
import type { AnswerPart } from './stream-answer.ts';

type ToolResult = Extract<AnswerPart, { readonly type: 'tool-result' }>;

type MemoryWrite = Extract<AgentPart, { readonly type: 'memory-write' }>;

const written = (role: Role, write: AnswerWrite | undefined): readonly MemoryWrite[] =>
  write === undefined ? [] : [{ type: 'memory-write', role, ...write }];

/** Stores a tool's result as the model saw it, unless the tool asks not to be remembered. */
const rememberResult = async (
  turn: Turn,
  { call, output }: ToolResult,
  metadata: Metadata,
): Promise<AnswerWrite | undefined> => {
  const tool = turn.tools.find(({ name }) => name === call.name);
  if (tool === undefined || tool.remember === false || output.trim().length === 0) return undefined;
  const receipt = await turn.scope.observe(
    { role: 'tool', thread: turn.thread, content: output, metadata: { ...metadata, ...toolMetadata(call) } },
    { signal: turn.signal },
  );
  return { message: receipt.id, offset: output.length, state: 'complete' };
};

/**
 * Passes the answer on and stores it while it streams. Each step's text is one assistant message, closed before its
 * tools are remembered, so that the thread reads in the order in which things happened. Whatever ends the turn early
 * (an error, an abort, the caller leaving) closes the open message as torn, with all the text that was passed on.
 */
export async function* rememberAnswer(
  turn: Turn,
  answer: AsyncIterable<AnswerPart>,
  input: MessageId | undefined,
): AsyncGenerator<AgentPart, void, undefined> {
  const metadata: Metadata = turnMetadata(turn);
  const messageIds: MessageId[] = input === undefined ? [] : [input];
  const header = { role: 'assistant', thread: turn.thread, metadata } as const;
  const writer = createAnswerWriter(turn.remember ? turn.scope : undefined, header);

  /** What a part makes durable: text as it gathers, the message at its end, a tool's result. */
  const remember = async (part: AnswerPart): Promise<readonly MemoryWrite[]> => {
    if (part.type === 'text-delta') return written('assistant', await writer.write(part.text));
    if (part.type === 'source') return [];
    if (part.type !== 'tool-result') return written('assistant', await writer.complete());
    return turn.remember ? written('tool', await rememberResult(turn, part, metadata)) : [];
  };

  let ended = false;
  try {
    for await (const part of answer) {
      // Gathered before it is shown: whatever the caller saw is stored, also when it leaves right here.
      const writes = await remember(part);
      for (const { message, state } of writes) if (state === 'complete') messageIds.push(message);
      if (part.type === 'finish') {
        ended = true;
        yield* writes;
        yield { ...part, messageIds };
        return;
      }
      yield part;
      yield* writes;
    }
  } catch (error) {
    ended = true;
    // The first error is the one to report; a store that failed cannot close the message either.
    await writer.tear().catch(() => {});
    throw error;
  } finally {
    // The caller left in the middle.
    if (!ended) await writer.tear();
  }
}
