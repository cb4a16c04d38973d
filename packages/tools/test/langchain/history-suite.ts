import type { BaseListChatMessageHistory } from '@langchain/core/chat_history';
import {
  AIMessage,
  AIMessageChunk,
  BaseMessage,
  getBufferString,
  HumanMessage,
  mapChatMessagesToStoredMessages,
} from '@langchain/core/messages';
import { ChatPromptTemplate, MessagesPlaceholder } from '@langchain/core/prompts';
import { RunnableLambda, RunnableWithMessageHistory } from '@langchain/core/runnables';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { describe, expect, it } from 'vitest';
import { conversation } from './conversation.ts';

/** What the suite is run over. */
export interface HistoryCandidate {
  readonly name: string;
  /** A function that gives an empty history for each new session, and the same one again for the same session. */
  open(): Promise<(session: string) => BaseListChatMessageHistory>;
}

const texts = async (history: BaseListChatMessageHistory): Promise<readonly unknown[]> =>
  (await history.getMessages()).map((message) => [message.type, message.content]);

const stored = async (history: BaseListChatMessageHistory) =>
  mapChatMessagesToStoredMessages(await history.getMessages());

const session = (sessionId: string) => ({ configurable: { sessionId } });

/**
 * What LangChain documents of chat histories, as of @langchain/core 1.4.0. `history` = src/chat_history.ts, `runnable` =
 * src/runnables/history.ts, `messages` = src/messages/utils.ts.
 */
export const describeHistory = ({ name, open }: HistoryCandidate): void => {
  describe(`chat history: ${name}`, () => {
    // history: getMessages, "Returns a list of messages stored in the store".
    it('starts empty', async () => {
      await expect((await open())('t1').getMessages()).resolves.toEqual([]);
    });

    // history: addMessage, "Add a message object to the store".
    it('addMessage adds at the end', async () => {
      const history = (await open())('t1');
      await history.addMessage(new HumanMessage('one'));
      await history.addMessage(new AIMessage('two'));
      await expect(texts(history)).resolves.toEqual([
        ['human', 'one'],
        ['ai', 'two'],
      ]);
    });

    // history: addMessages, "Add a list of messages".
    it('addMessages keeps the order of the list', async () => {
      const history = (await open())('t1');
      const list = Array.from({ length: 12 }, (_, index) => new HumanMessage(`line ${index}`));
      await history.addMessages(list);
      expect((await history.getMessages()).map(({ content }) => content)).toEqual(
        list.map(({ content }) => content),
      );
      await history.addMessages([]);
      await expect(history.getMessages()).resolves.toHaveLength(12);
    });

    // history: addUserMessage, "adding a human message string to the store".
    it('addUserMessage adds a HumanMessage', async () => {
      const history = (await open())('t1');
      await history.addUserMessage('Hi.');
      expect(HumanMessage.isInstance((await history.getMessages())[0])).toBe(true);
      await expect(texts(history)).resolves.toEqual([['human', 'Hi.']]);
    });

    // history: addAIMessage, "adding an AI message string to the store".
    it('addAIMessage adds an AIMessage', async () => {
      const history = (await open())('t1');
      await history.addAIMessage('Hello.');
      expect(AIMessage.isInstance((await history.getMessages())[0])).toBe(true);
      await expect(texts(history)).resolves.toEqual([['ai', 'Hello.']]);
    });

    // history: clear, "Remove all messages from the store".
    it('clear removes all messages, and the history goes on', async () => {
      const history = (await open())('t1');
      await history.addMessages(conversation());
      await history.clear();
      await expect(history.getMessages()).resolves.toEqual([]);
      await history.addUserMessage('Again.');
      await expect(texts(history)).resolves.toEqual([['human', 'Again.']]);
    });

    // messages: mapChatMessagesToStoredMessages, "prepare chat messages for storage": the same before and after.
    it('gives messages back as they were: names, ids, parts, tool calls, usage, metadata', async () => {
      const history = (await open())('t1');
      await history.addMessages(conversation());
      await expect(stored(history)).resolves.toEqual(mapChatMessagesToStoredMessages(conversation()));
      for (const message of await history.getMessages()) expect(BaseMessage.isInstance(message)).toBe(true);
    });

    // src/messages/ai.ts, src/messages/tool.ts: tool_calls, tool_call_id and status are fields of the instance.
    it('gives tool calls and results back as fields', async () => {
      const history = (await open())('t1');
      await history.addMessages(conversation());
      const messages = await history.getMessages();
      expect(messages[2]).toMatchObject({
        tool_calls: [{ id: 'call-1', args: { deep: { list: [1, 'two', null] } } }, { id: 'call-2' }],
      });
      expect(messages[4]).toMatchObject({ tool_call_id: 'call-2', status: 'error' });
    });

    // messages: getBufferString, "used to generate a string representation of the messages".
    it('reads as a conversation', async () => {
      const history = (await open())('t1');
      await history.addMessages([new HumanMessage('Hi.'), new AIMessage('Hello.')]);
      expect(getBufferString(await history.getMessages())).toBe('Human: Hi.\nAI: Hello.');
    });

    // src/messages/ai.ts: what a stream adds up to is an AIMessageChunk, and an AI message.
    it('takes what a stream adds up to', async () => {
      const history = (await open())('t1');
      const whole = new AIMessageChunk({ content: 'Hel' }).concat(new AIMessageChunk({ content: 'lo.' }));
      await history.addMessage(whole);
      await expect(texts(history)).resolves.toEqual([['ai', 'Hello.']]);
    });

    // history: a list, not a set.
    it('keeps a message that is added twice twice', async () => {
      const history = (await open())('t1');
      const message = new HumanMessage({ content: 'Hi.', id: 'h1' });
      await history.addMessages([message, message]);
      await expect(history.getMessages()).resolves.toHaveLength(2);
    });

    // history: messages of white space alone are messages.
    it('keeps messages without a word', async () => {
      const history = (await open())('t1');
      await history.addMessages([new HumanMessage(''), new AIMessage(' \n')]);
      await expect(texts(history)).resolves.toEqual([
        ['human', ''],
        ['ai', ' \n'],
      ]);
    });

    // history: adding is in the order of the calls.
    it('keeps the order of calls that are not awaited', async () => {
      const history = (await open())('t1');
      await Promise.all([
        history.addUserMessage('one'),
        history.addAIMessage(''),
        history.addMessages([new HumanMessage('three'), new AIMessage('four')]),
      ]);
      expect((await history.getMessages()).map(({ content }) => content)).toEqual([
        'one',
        '',
        'three',
        'four',
      ]);
    });

    // src/load/serializable.ts: lc_serializable is false by default: no chain takes its content along.
    it('does not serialize its content', async () => {
      const history = (await open())('t1');
      await history.addUserMessage('a secret');
      expect(JSON.parse(JSON.stringify(history))).toMatchObject({ lc: 1, type: 'not_implemented' });
      expect(JSON.stringify(history)).not.toContain('a secret');
    });

    // runnable: "appends input messages and chain outputs as history, and adds the current history messages to the
    // chain input".
    it('gives a chain its history, with historyMessagesKey', async () => {
      const prompt = ChatPromptTemplate.fromMessages([
        ['system', 'Be brief.'],
        new MessagesPlaceholder('history'),
        ['human', '{question}'],
      ]);
      const prompts: unknown[] = [];
      const chain = new RunnableWithMessageHistory({
        runnable: prompt
          .pipe((value) => {
            prompts.push(value.toChatMessages().map(({ content }) => content));
            return value;
          })
          .pipe(new FakeListChatModel({ responses: ['first', 'second'] })),
        getMessageHistory: await open(),
        inputMessagesKey: 'question',
        historyMessagesKey: 'history',
      });
      await chain.invoke({ question: 'one?' }, session('t1'));
      await chain.invoke({ question: 'two?' }, session('t1'));
      expect(prompts).toEqual([
        ['Be brief.', 'one?'],
        ['Be brief.', 'one?', 'first', 'two?'],
      ]);
    });

    // runnable: without historyMessagesKey the history stands before the input, and only what is new is stored.
    it('gives a model its history as a list, and stores what is new once', async () => {
      const histories = await open();
      const chain = new RunnableWithMessageHistory({
        runnable: new FakeListChatModel({ responses: ['first', 'second'] }),
        getMessageHistory: histories,
      });
      await chain.invoke([new HumanMessage('one?')], session('t1'));
      await chain.invoke([new HumanMessage('two?')], session('t1'));
      expect((await histories('t1').getMessages()).map(({ content }) => content)).toEqual([
        'one?',
        'first',
        'two?',
        'second',
      ]);
    });

    // runnable: _getInputMessages and _getOutputMessages turn strings into human and AI messages.
    it('stores strings of a chain as human and AI messages', async () => {
      const histories = await open();
      const chain = new RunnableWithMessageHistory({
        runnable: RunnableLambda.from(() => 'answer'),
        getMessageHistory: histories,
        inputMessagesKey: 'question',
        historyMessagesKey: 'history',
      });
      await chain.invoke({ question: 'one?' }, session('t1'));
      await expect(texts(histories('t1'))).resolves.toEqual([
        ['human', 'one?'],
        ['ai', 'answer'],
      ]);
    });

    // runnable: stream; the listener stores the output when it is whole.
    it('stores a streamed answer once, whole', async () => {
      const histories = await open();
      const chain = new RunnableWithMessageHistory({
        runnable: new FakeListChatModel({ responses: ['Hello'] }),
        getMessageHistory: histories,
      });
      for await (const _ of await chain.stream([new HumanMessage('Hi.')], session('t1')));
      await expect(texts(histories('t1'))).resolves.toEqual([
        ['human', 'Hi.'],
        ['ai', 'Hello'],
      ]);
    });

    // runnable: getMessageHistory is called with the sessionId of the config.
    it('keeps sessions apart', async () => {
      const histories = await open();
      await histories('t1').addUserMessage('one');
      await histories('t2').addUserMessage('two');
      await histories('t1').clear();
      await expect(texts(histories('t1'))).resolves.toEqual([]);
      await expect(texts(histories('t2'))).resolves.toEqual([['human', 'two']]);
    });

    // runnable: "sessionId is required. Pass it in as part of the config argument".
    it('is not asked for without a session', async () => {
      const runnable = new FakeListChatModel({ responses: ['x'] });
      const chain = new RunnableWithMessageHistory({ runnable, getMessageHistory: await open() });
      await expect(chain.invoke([new HumanMessage('Hi.')])).rejects.toThrow('sessionId is required');
    });

    // runnable: only onEnd stores.
    it('stores nothing of a chain that fails', async () => {
      const histories = await open();
      const chain = new RunnableWithMessageHistory({
        runnable: RunnableLambda.from((): string => {
          throw new Error('no luck');
        }),
        getMessageHistory: histories,
      });
      await expect(chain.invoke([new HumanMessage('Hi.')], session('t1'))).rejects.toThrow('no luck');
      await expect(texts(histories('t1'))).resolves.toEqual([]);
    });
  });
};
