import type { PromptMessage, Tokenizer, ToolDescription } from '@retentive/core';

/** Tokens a chat format adds around each message (role, separators): 3 to 4 with OpenAI's, the larger is taken. */
export const MESSAGE_OVERHEAD = 4;

/** Tokens of one message of a prompt, its role, speaker and tool calls included. */
export const countMessage = (tokenizer: Tokenizer, message: PromptMessage): number => {
  let tokens = MESSAGE_OVERHEAD + tokenizer.count(message.content);
  if (message.role === 'user' && message.speaker !== undefined) tokens += tokenizer.count(message.speaker);
  if (message.role === 'tool') tokens += tokenizer.count(message.name) + tokenizer.count(message.callId);
  if (message.role === 'assistant') {
    for (const call of message.toolCalls ?? []) {
      tokens +=
        MESSAGE_OVERHEAD +
        tokenizer.count(call.id) +
        tokenizer.count(call.name) +
        tokenizer.count(call.input);
    }
  }
  return tokens;
};

/** Tokens of several messages. */
export const countMessages = (tokenizer: Tokenizer, messages: readonly PromptMessage[]): number => {
  let tokens = 0;
  for (const message of messages) tokens += countMessage(tokenizer, message);
  return tokens;
};

/** Tokens of the tools as JSON, which is how providers lay them out or more. */
export const countTools = (tokenizer: Tokenizer, tools: readonly ToolDescription[]): number =>
  tools.length === 0 ? 0 : MESSAGE_OVERHEAD + tokenizer.count(JSON.stringify(tools));

/** A token is never shorter on average than this many characters in text that fits: bounds the search below. */
const MOST_CHARACTERS_A_TOKEN = 16;

/** The marker that ends a text cut by {@link cutToTokens}. */
const CUT_MARKER = '\n[... cut: the rest did not fit ...]';

/**
 * `text` when it has at most `limit` tokens, else its longest start that fits together with a marker saying so; empty
 * when not even the marker fits. O(log n) counts.
 */
export const cutToTokens = (tokenizer: Tokenizer, text: string, limit: number): string => {
  if (limit <= 0) return '';
  const bounded = text.slice(0, limit * MOST_CHARACTERS_A_TOKEN);
  if (bounded.length === text.length && tokenizer.count(text) <= limit) return text;
  let low = 0;
  let high = bounded.length;
  const candidate = (length: number): string => `${bounded.slice(0, length).toWellFormed()}${CUT_MARKER}`;
  if (tokenizer.count(candidate(0)) > limit) return '';
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tokenizer.count(candidate(middle)) <= limit) low = middle;
    else high = middle - 1;
  }
  return candidate(low);
};
