import { BaseListChatMessageHistory } from '@langchain/core/chat_history';
import type { BaseMessage } from '@langchain/core/messages';
import { DEFAULT_THREAD, type Message, parseLabel } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { packMessage, toLangChainMessages } from './stored-message.ts';

/** Key of the metadata of the empty message that marks where a cleared history begins anew. */
const CLEARED = 'langchain_cleared';

/** Options of {@link RetentiveChatMessageHistory}. */
export interface RetentiveChatMessageHistoryFields {
  readonly scope: ScopedMemory;
  /** The thread to read and write: LangChain's session. Default: the thread of the scope, else `default`. */
  readonly thread?: string | undefined;
  /**
   * What `clear()` does. `hide`: the history starts anew, and memory keeps what was said: `context` and `search` still
   * find it. `forget`: the bytes of every message of the thread are removed from memory, for good. Default `hide`.
   */
  readonly onClear?: 'hide' | 'forget' | undefined;
}

/**
 * One thread of memory as LangChain's chat history: durable, shared by every instance over the same thread, in order
 * of adding. Messages come back as they were added (tool calls, content blocks, ids, metadata), up to 8 KiB beside
 * their text; past that the least needed is left out and `additional_kwargs.retentive_trimmed` says so. Media given as
 * data is such a block. `clear()` starts the history anew, see `onClear`. @throws LABEL_INVALID
 */
export class RetentiveChatMessageHistory extends BaseListChatMessageHistory {
  static override lc_name(): string {
    return 'RetentiveChatMessageHistory';
  }

  override lc_namespace = ['retentive', 'stores', 'message'];
  readonly #scope: ScopedMemory;
  readonly #thread: string;
  readonly #onClear: 'hide' | 'forget';
  /** The last write: the next one waits for it, so that calls that are not awaited keep their order too. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ scope, thread, onClear = 'hide' }: RetentiveChatMessageHistoryFields) {
    super();
    this.#scope = scope;
    this.#thread = parseLabel('thread', thread ?? scope.scope.thread ?? DEFAULT_THREAD);
    this.#onClear = onClear;
  }

  override async getMessages(): Promise<BaseMessage[]> {
    await this.#last;
    return toLangChainMessages(await this.#shown());
  }

  override addMessage(message: BaseMessage): Promise<void> {
    return this.addMessages([message]);
  }

  override addMessages(messages: BaseMessage[]): Promise<void> {
    // Packed at once: a message that cannot be kept refuses the whole list, and later changes of it do no harm.
    const packed = messages.map(packMessage);
    return this.#next(async () => {
      for (const { content, ...header } of packed) await this.#store(header, content);
    });
  }

  override clear(): Promise<void> {
    return this.#next(async () => {
      if (this.#onClear === 'hide') {
        await this.#store({ role: 'system', metadata: { [CLEARED]: true } }, '');
        return;
      }
      for (const { id } of await this.#scope.messages({ thread: this.#thread })) await this.#scope.forget(id);
    });
  }

  async #store(
    header: Omit<Parameters<ScopedMemory['ingest']>[0], 'thread'>,
    content: string,
  ): Promise<void> {
    const thread = this.#thread;
    if (content.trim() !== '') {
      await this.#scope.observe({ ...header, thread, content });
      return;
    }
    // A message without a word, such as one that only calls tools: streams may be empty, messages may not.
    const writer = this.#scope.ingest({ ...header, thread });
    if (content !== '') await writer.write(content);
    await writer.complete();
  }

  async #shown(): Promise<readonly Message[]> {
    const messages = await this.#scope.messages({ thread: this.#thread });
    return messages.slice(messages.findLastIndex(({ metadata }) => metadata?.[CLEARED] === true) + 1);
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
