import {
  AIMessage,
  type AIMessageFields,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';

/** A conversation with all that a message may carry. */
export const conversation = (): BaseMessage[] => [
  new SystemMessage({ content: 'Be brief.', id: 's1' }),
  new HumanMessage({
    name: 'Ana',
    content: [
      { type: 'text', text: 'What is this,' },
      { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } },
      { type: 'text', text: 'and how warm is it?' },
    ],
  }),
  new AIMessage({
    id: 'run-1',
    content: '',
    tool_calls: [
      { type: 'tool_call', id: 'call-1', name: 'look', args: { deep: { list: [1, 'two', null] } } },
      { type: 'tool_call', id: 'call-2', name: 'weather', args: {} },
    ],
    additional_kwargs: { refusal: null },
    response_metadata: { finish_reason: 'tool_calls' },
    usage_metadata: { input_tokens: 9, output_tokens: 2, total_tokens: 11 },
    // LangChain's types leave usage out of messages whose tools they do not know.
  } as unknown as AIMessageFields),
  new ToolMessage({ content: 'a cat', tool_call_id: 'call-1', name: 'look', status: 'success' }),
  new ToolMessage({ content: 'no network', tool_call_id: 'call-2', name: 'weather', status: 'error' }),
  new AIMessage({ content: [{ type: 'text', text: 'A cat.' }] }),
];
