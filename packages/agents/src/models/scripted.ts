import {
  type ChatModel,
  type ChatPart,
  type ChatPrompt,
  type FinishReason,
  RetentiveError,
  type TokenLogprob,
  throwIfAborted,
  type Usage,
} from '@retentive/core';

/** One step of a scripted response. */
export type ScriptedStep =
  /** Text, streamed as one delta. */
  | string
  | { readonly text: string; readonly logprobs?: readonly TokenLogprob[] | undefined }
  /** A call of a tool; `input` is JSON text, or a value to be written as JSON. The id is `call-N` unless given. */
  | { readonly tool: string; readonly input?: unknown; readonly id?: string | undefined }
  /** A cited source: the place of an item in `prompt.context.items`. */
  | { readonly source: number; readonly quote: string }
  /** Waits for this promise, or for the abort. */
  | { readonly wait: PromiseLike<unknown> }
  /** Throws this. */
  | { readonly error: unknown }
  /** Ends the stream here without a finish, as a broken connection does. */
  | { readonly torn: true }
  /** How the response ends. Default: `tool-calls` after a call of a tool, else `stop`; no usage. */
  | { readonly finish: FinishReason; readonly usage?: Usage | undefined };

/** One response: its steps, or a function of the prompt that gives them. A plain string is a whole answer. */
export type ScriptedResponse =
  | string
  | readonly ScriptedStep[]
  | ((prompt: ChatPrompt) => string | readonly ScriptedStep[]);

/** A {@link ChatModel} that plays a script and keeps what it was asked. */
export interface ScriptedModel extends ChatModel {
  /** Every prompt so far, in order. */
  readonly prompts: readonly ChatPrompt[];
  /** How many streams were left before their end: by an error, an abort or the caller. */
  readonly left: () => number;
}

const waitFor = async (promise: PromiseLike<unknown>, signal: AbortSignal | undefined): Promise<void> => {
  if (signal === undefined) {
    await promise;
    return;
  }
  throwIfAborted(signal, 'the scripted model');
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new RetentiveError('ABORTED', 'the scripted model was aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

async function* play(
  steps: readonly ScriptedStep[],
  nextCall: () => string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChatPart, void, undefined> {
  let called = false;
  for (const step of steps) {
    throwIfAborted(signal, 'the scripted model');
    if (typeof step === 'string') yield { type: 'text-delta', text: step };
    else if ('text' in step) {
      yield { type: 'text-delta', text: step.text, ...(step.logprobs && { logprobs: step.logprobs }) };
    } else if ('tool' in step) {
      called = true;
      const input = typeof step.input === 'string' ? step.input : JSON.stringify(step.input ?? {});
      yield { type: 'tool-call', call: { id: step.id ?? nextCall(), name: step.tool, input } };
    } else if ('source' in step) yield { type: 'source', item: step.source, quote: step.quote };
    else if ('wait' in step) await waitFor(step.wait, signal);
    else if ('error' in step) throw step.error;
    else if ('torn' in step) return;
    else {
      yield { type: 'finish', reason: step.finish, ...(step.usage && { usage: step.usage }) };
      return;
    }
  }
  yield { type: 'finish', reason: called ? 'tool-calls' : 'stop' };
}

/**
 * A model for tests and demos: the first call plays the first response, and so on. Offline and deterministic; it fails
 * with MODEL_FAILED when asked more often than the script has responses.
 */
export const createScriptedModel = (script: readonly ScriptedResponse[]): ScriptedModel => {
  const prompts: ChatPrompt[] = [];
  let calls = 0;
  let left = 0;
  const nextCall = (): string => {
    calls += 1;
    return `call-${calls}`;
  };
  return {
    id: 'scripted',
    prompts,
    left: () => left,
    async *stream(prompt, { signal } = {}) {
      const response = script[prompts.length];
      prompts.push({ ...prompt, messages: [...prompt.messages] });
      if (response === undefined) {
        throw new RetentiveError(
          'MODEL_FAILED',
          `the script has ${script.length} responses, this is call ${prompts.length}`,
        );
      }
      const played = typeof response === 'function' ? response(prompt) : response;
      let finished = false;
      try {
        for await (const part of play(typeof played === 'string' ? [played] : played, nextCall, signal)) {
          finished = part.type === 'finish';
          yield part;
        }
      } finally {
        if (!finished) left += 1;
      }
    },
  };
};
