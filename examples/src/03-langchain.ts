// Memory inside LangChain: a history that survives restarts, a retriever within a budget, and a handler that streams
// any model's answer into memory while it is made. LangChain's own fake model answers, so nothing leaves the machine.
import { ChatPromptTemplate, MessagesPlaceholder } from '@langchain/core/prompts';
import { RunnableWithMessageHistory } from '@langchain/core/runnables';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { openMemory } from '@retentive/memory';
import {
  createIngestHandler,
  RetentiveChatMessageHistory,
  RetentiveRetriever,
} from '@retentive/tools/langchain';

const memory = await openMemory();
const scope = memory.scope({ tenant: 'acme', user: 'ana' });

// 1. History. LangChain's sessions are threads of the memory: what is said in one can be recalled in all.
const model = new FakeListChatModel({
  responses: ['Noted: the boiler code is 4711.', 'Good morning.', 'Plan: check the pressure, then restart.'],
});
const prompt = ChatPromptTemplate.fromMessages([
  ['system', 'Help in the house.'],
  new MessagesPlaceholder('history'),
  ['human', '{input}'],
]);
const chat = new RunnableWithMessageHistory({
  runnable: prompt.pipe(model),
  getMessageHistory: (thread: string) => new RetentiveChatMessageHistory({ scope, thread }),
  inputMessagesKey: 'input',
  historyMessagesKey: 'history',
});
const inThread = (sessionId: string) => ({ configurable: { sessionId } });
await chat.invoke({ input: 'The boiler in the cellar has the code 4711.' }, inThread('january'));
await chat.invoke({ input: 'Good morning!' }, inThread('june'));

for (const thread of ['january', 'june']) {
  const messages = await new RetentiveChatMessageHistory({ scope, thread }).getMessages();
  process.stdout.write(`${thread}: ${messages.map((message) => message.text).join(' | ')}\n`);
}

// 2. Retriever. The budget holds for all documents together; each says where it is from and why it was chosen.
const retriever = new RetentiveRetriever({ scope, budget: { tokens: 60 } });
process.stdout.write('\nWhat is the code of the boiler?\n');
for (const { pageContent, metadata } of await retriever.invoke('What is the code of the boiler?')) {
  process.stdout.write(`  ${pageContent.trim()}  [thread ${metadata.thread}, ${metadata.tokens} tokens]\n`);
}

// 3. Handler. Tokens become durable as they stream, whatever chain or agent the model runs in.
const handler = createIngestHandler(scope, { thread: 'plans' });
let pieces = 0;
for await (const _ of await model.stream('How do I fix the boiler?', { callbacks: [handler] })) pieces += 1;
await handler.close();
const [answer] = await scope.messages({ thread: 'plans' });
process.stdout.write(`\n${pieces} pieces streamed, stored ${answer?.state}: ${answer?.text}\n`);

await memory.close();
