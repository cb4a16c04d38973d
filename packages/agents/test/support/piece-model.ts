import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessageChunk, type BaseMessage, type UsageMetadata } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';

type Given = ConstructorParameters<typeof AIMessageChunk>[0];
type Fields = Omit<Exclude<Given, string | unknown[]>, 'usage_metadata'> & {
  readonly usage_metadata?: UsageMetadata;
};

/** One step of an answer: a piece of it, an error, or a wait. */
export type Piece = Fields | { readonly error: unknown } | { readonly wait: PromiseLike<unknown> };

/** A LangChain chat model that streams these pieces, and keeps what it was asked. LangChain's fakes stream only text. */
export class PieceModel extends BaseChatModel {
  readonly asked: BaseMessage[][] = [];
  readonly bound: unknown[][] = [];
  ended = 0;
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    super({});
    this.#pieces = pieces;
  }

  override _llmType(): string {
    return 'pieces';
  }

  override bindTools(tools: unknown[]): Runnable<never, AIMessageChunk> {
    this.bound.push(tools);
    return this as never;
  }

  override _generate(): Promise<ChatResult> {
    return Promise.reject(new Error('streams only'));
  }

  override async *_streamResponseChunks(messages: BaseMessage[]): AsyncGenerator<ChatGenerationChunk> {
    this.asked.push(messages);
    try {
      for (const piece of this.#pieces) {
        if ('error' in piece) throw piece.error;
        if ('wait' in piece) {
          await piece.wait;
          continue;
        }
        const message = new AIMessageChunk(piece as Given);
        yield new ChatGenerationChunk({ message, text: message.text });
      }
    } finally {
      this.ended += 1;
    }
  }
}
