import {
  BaseCallbackHandler,
  type HandleLLMNewTokenCallbackFields,
  type NewTokenIndices,
} from '@langchain/core/callbacks/base';
import type { LLMResult } from '@langchain/core/outputs';
import type { Message, MessageHeaderInput, MessageId } from '@retentive/core';
import type { ChunkWriter, ScopedMemory } from '@retentive/memory';

/** UTF-16 units that may wait to become durable before the model is made to wait: a few seconds of a fast one. */
const MOST_PENDING = 16_384;

/** What became of the answer of one model run. */
export interface IngestedMessage {
  /** LangChain's id of the run. */
  readonly run: string;
  readonly message: MessageId;
  readonly state: Extract<Message['state'], 'complete' | 'torn'>;
}

/** Options of {@link createIngestHandler}. */
export interface IngestHandlerOptions
  extends Pick<MessageHeaderInput, 'thread' | 'speaker' | 'metadata' | 'remember'> {
  /** Only model runs with this tag. Default all, also those inside of chains and agents. */
  readonly tag?: string | undefined;
  /** Called when an answer is stored. */
  readonly onMessage?: ((message: IngestedMessage) => void) | undefined;
  /** Called with what the memory failed on. Without it the first failure is thrown by `close()`. */
  readonly onError?: ((error: unknown, run: string) => void) | undefined;
}

/** A callback handler over open answers. */
export interface IngestHandler extends BaseCallbackHandler {
  /**
   * Tears the answers that are still open: LangChain reports no end for a stream that its reader leaves. Waits for what
   * is under way. Idempotent. Rejects with the first failure that no `onError` was told of.
   */
  close(): Promise<void>;
}

interface Run {
  writer: ChunkWriter | undefined;
  /** All that was streamed, and the end of it that is not given to the writer yet. */
  text: string;
  pending: string;
  flushing: Promise<void> | undefined;
  failed: boolean;
}

class IngestingHandler extends BaseCallbackHandler implements IngestHandler {
  override name = 'retentive_ingest';
  readonly #scope: ScopedMemory;
  readonly #options: IngestHandlerOptions;
  readonly #runs = new Map<string, Run>();
  #unseen: { readonly error: unknown } | undefined;

  constructor(scope: ScopedMemory, options: IngestHandlerOptions) {
    // Awaited: when a chain has resolved, its answer is durable. LangChain's queue would be shared by the process.
    super({ _awaitHandler: true });
    this.#scope = scope;
    this.#options = options;
  }

  /** LangChain copies handlers where it changes them; the open answers belong to one. */
  override copy(): this {
    return this;
  }

  override handleChatModelStart(
    _model: unknown,
    _messages: unknown,
    run: string,
    _parent?: string,
    _parameters?: unknown,
    tags?: readonly string[],
  ): void {
    this.#start(run, tags);
  }

  override handleLLMStart(
    _model: unknown,
    _prompts: unknown,
    run: string,
    _parent?: string,
    _parameters?: unknown,
    tags?: readonly string[],
  ): void {
    this.#start(run, tags);
  }

  override async handleLLMNewToken(
    token: unknown,
    place: NewTokenIndices,
    run: string,
    _parent?: string,
    _tags?: string[],
    fields?: HandleLLMNewTokenCallbackFields,
  ): Promise<void> {
    // Of several answers to one prompt the first is the one that is shown.
    if (place.completion > 0) return;
    const text = typeof token === 'string' ? token : (fields?.chunk?.text ?? '');
    await this.#write(run, text);
  }

  override async handleLLMEnd(output: LLMResult, run: string): Promise<void> {
    // A model that does not stream, or not all of it, gives the rest here.
    const answer = output.generations[0]?.[0]?.text ?? '';
    const streamed = this.#runs.get(run)?.text ?? '';
    if (answer.startsWith(streamed)) await this.#write(run, answer.slice(streamed.length));
    await this.#end(run, 'complete');
  }

  override async handleLLMError(_error: unknown, run: string): Promise<void> {
    await this.#end(run, 'torn');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runs.keys()].map((run) => this.#end(run, 'torn')));
    const unseen = this.#unseen;
    this.#unseen = undefined;
    if (unseen !== undefined) throw unseen.error;
  }

  #start(run: string, tags: readonly string[] = []): void {
    const { tag } = this.#options;
    if (tag !== undefined && !tags.includes(tag)) return;
    this.#runs.set(run, { writer: undefined, text: '', pending: '', flushing: undefined, failed: false });
  }

  /** Not awaited while little is pending: what gathers is written at once, and the model is not held up. */
  async #write(id: string, text: string): Promise<void> {
    const run = this.#runs.get(id);
    if (run === undefined || run.failed || text === '') return;
    run.text += text;
    run.pending += text;
    run.flushing ??= this.#flush(id, run);
    if (run.pending.length > MOST_PENDING) await run.flushing;
  }

  /** One write at a time: after one that failed nothing follows, or the message would have a hole. */
  async #flush(id: string, run: Run): Promise<void> {
    try {
      const { thread, speaker, metadata, remember } = this.#options;
      run.writer ??= this.#scope.ingest({ role: 'assistant', thread, speaker, remember, metadata });
      while (run.pending !== '') {
        const text = run.pending;
        run.pending = '';
        await run.writer.write(text);
      }
    } catch (error) {
      this.#fail(id, run, error);
    }
    run.flushing = undefined;
  }

  async #end(id: string, state: IngestedMessage['state']): Promise<void> {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    await run?.flushing;
    if (run?.writer === undefined) return;
    try {
      if (run.failed) {
        await run.writer.tear();
        return;
      }
      await (state === 'complete' ? run.writer.complete() : run.writer.tear());
      this.#options.onMessage?.({ run: id, message: run.writer.id as MessageId, state });
    } catch (error) {
      this.#fail(id, run, error);
    }
  }

  /** What fails here must not reach the chain: the user gets the answer, whatever memory does. */
  #fail(id: string, run: Run, error: unknown): void {
    if (run.failed) return;
    run.failed = true;
    const { onError } = this.#options;
    if (onError === undefined) {
      this.#unseen ??= { error };
      return;
    }
    try {
      onError(error, id);
    } catch (failure) {
      this.#unseen ??= { error: failure };
    }
  }
}

/**
 * A callback handler that streams the answers of models into memory while they are made, as messages of role
 * `assistant`: for any runnable, given in `callbacks`. `complete` when the run ends, `torn` when it fails or is aborted;
 * runs at the same time are told apart by their id; a run without a word stores nothing. Failures of memory never reach
 * the chain (see `onError`). When the runnable has resolved, the answer is durable.
 */
export const createIngestHandler = (scope: ScopedMemory, options: IngestHandlerOptions = {}): IngestHandler =>
  new IngestingHandler(scope, options);
