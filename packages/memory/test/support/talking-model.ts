import type { ChatModel, ChatPart, ChatPrompt, Usage } from '@retentive/core';

/** What a model answers: text, or calls of tools. */
export type Answer =
  | string
  | { readonly calls: readonly (readonly [name: string, input: unknown])[]; readonly text?: string };

/** A model that answers by a function, and keeps what it was asked. */
export interface TalkingModel extends ChatModel {
  readonly prompts: readonly ChatPrompt[];
}

/** Makes a model; `usage` is what it says each call took, null where it says nothing. */
export const createTalkingModel = (
  answer: (prompt: ChatPrompt, call: number) => Answer | Promise<Answer>,
  usage: Usage | null = { inputTokens: 1_000, outputTokens: 100 },
): TalkingModel => {
  const told = usage === null ? {} : { usage };
  const prompts: ChatPrompt[] = [];
  return {
    id: 'talking',
    prompts,
    async *stream(prompt): AsyncGenerator<ChatPart> {
      prompts.push({ ...prompt, messages: [...prompt.messages] });
      const said = await answer(prompt, prompts.length - 1);
      if (typeof said === 'string') {
        if (said !== '') yield { type: 'text-delta', text: said };
        yield { type: 'finish', reason: 'stop', ...told };
        return;
      }
      if (said.text !== undefined) yield { type: 'text-delta', text: said.text };
      for (const [index, [name, input]] of said.calls.entries()) {
        const text = typeof input === 'string' ? input : JSON.stringify(input);
        yield { type: 'tool-call', call: { id: `call-${prompts.length}-${index}`, name, input: text } };
      }
      yield { type: 'finish', reason: 'tool-calls', ...told };
    },
  };
};

/** A line of what a model is shown. */
export interface ShownLine {
  readonly message?: string;
  readonly known?: string;
  readonly core?: string;
  readonly note?: string;
  readonly context?: string;
  readonly text?: string;
  readonly fact?: string;
  readonly line?: string;
  readonly time?: string;
}

/** What a model was shown, line by line. */
export const shownTo = (prompt: ChatPrompt): readonly ShownLine[] =>
  (prompt.messages[1]?.content ?? '').split('\n').map((line) => JSON.parse(line) as ShownLine);

/** The messages that it was shown to be read. */
export const messagesIn = (prompt: ChatPrompt): readonly Required<Pick<ShownLine, 'message' | 'text'>>[] =>
  shownTo(prompt).flatMap(({ message, text }) =>
    message === undefined || text === undefined ? [] : [{ message, text }],
  );
