import { type CallOptions, contentText } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import type { DemoMessage } from '@retentive/test/bench';

/** Messages longer than this are streamed in pieces, as a model would write them. */
const LONG_CHARACTERS = 200;
const PIECE_CHARACTERS = 48;

/** What was stored. */
export interface Ingested {
  readonly messages: number;
  /** Messages that came in pieces, and how many pieces each of which was durable before the next. */
  readonly streamed: number;
  readonly writes: number;
}

/** A text in pieces of so many characters, never through a surrogate pair. */
export function* pieces(
  text: string,
  characters: number = PIECE_CHARACTERS,
): Generator<string, void, undefined> {
  const units = [...text];
  for (let start = 0; start < units.length; start += characters) {
    yield units.slice(start, start + characters).join('');
  }
}

/**
 * Stores messages one after the other as they come: short ones at once, long ones piece by piece through a writer. Each is
 * durable when the next begins. Yields the count so far.
 */
export async function* ingestConversation(
  scope: ScopedMemory,
  messages: AsyncIterable<DemoMessage>,
  options: CallOptions = {},
): AsyncGenerator<Ingested, void, undefined> {
  let stored: Ingested = { messages: 0, streamed: 0, writes: 0 };
  for await (const { content, ...header } of messages) {
    if (typeof content !== 'string' || contentText(content).length <= LONG_CHARACTERS) {
      const receipt = await scope.observe({ ...header, content }, options);
      await receipt.settled(options);
      stored = { ...stored, messages: stored.messages + 1 };
    } else {
      const writer = scope.ingest(header);
      let writes = 0;
      for (const piece of pieces(content)) {
        await writer.write(piece, options);
        writes += 1;
      }
      await writer.complete(options);
      stored = {
        messages: stored.messages + 1,
        streamed: stored.streamed + 1,
        writes: stored.writes + writes,
      };
    }
    yield stored;
  }
}
