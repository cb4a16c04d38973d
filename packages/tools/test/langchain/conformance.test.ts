import { InMemoryChatMessageHistory } from '@langchain/core/chat_history';
import { Embeddings } from '@langchain/core/embeddings';
import { tool } from '@langchain/core/tools';
import { FakeVectorStore } from '@langchain/core/utils/testing';
import type { ScopedMemory } from '@retentive/memory';
import * as z from 'zod';
import { defineTool } from '../../src/define-tool.ts';
import { RetentiveChatMessageHistory } from '../../src/langchain/chat-message-history.ts';
import { RetentiveRetriever } from '../../src/langchain/retriever.ts';
import { toLangChainTool } from '../../src/langchain/tools.ts';
import { openScope } from '../support/open-scope.ts';
import { describeHistory } from './history-suite.ts';
import { describeRetriever } from './retriever-suite.ts';
import { describeTool } from './tool-suite.ts';

// Each suite is written once, and run over LangChain's own in-memory pieces and over ours.

const CATS = ['My cat is called Miso.', 'My cat is called Pixel.'];

/** Tells the two names apart, and nothing else. */
class NameEmbeddings extends Embeddings<number[]> {
  override embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }

  override async embedQuery(text: string): Promise<number[]> {
    if (text === 'fail') throw new Error('no luck');
    return [Number(text.includes('Miso')), Number(text.includes('Pixel')), 0.1];
  }
}

const failing = (scope: ScopedMemory): ScopedMemory => ({
  ...scope,
  context: async (query, options) => {
    if (query === 'fail') throw new Error('no luck');
    return await scope.context(query, options);
  },
});

describeRetriever({
  name: "LangChain's vector store retriever",
  open: async (fields = {}) => {
    const embeddings = new NameEmbeddings({ maxRetries: 0 });
    const store = await FakeVectorStore.fromTexts(CATS, [{}, {}], embeddings);
    return store.asRetriever({ k: 2, ...fields });
  },
});

describeRetriever({
  name: 'RetentiveRetriever',
  open: async (fields = {}) => {
    const scope = await openScope();
    for (const content of CATS) await scope.observe({ role: 'user', content });
    return new RetentiveRetriever({ scope: failing(scope), ...fields });
  },
});

describeHistory({
  name: 'InMemoryChatMessageHistory',
  open: async () => {
    const histories = new Map<string, InMemoryChatMessageHistory>();
    return (session) => {
      const history = histories.get(session) ?? new InMemoryChatMessageHistory();
      histories.set(session, history);
      return history;
    };
  },
});

describeHistory({
  name: 'RetentiveChatMessageHistory',
  open: async () => {
    const scope = await openScope();
    // A new instance each time: what is kept is kept in memory, not in the instance.
    return (thread) => new RetentiveChatMessageHistory({ scope, thread });
  },
});

const weather = {
  name: 'weather',
  description: 'Tells the weather.',
  schema: z.object({ city: z.string() }),
  run: async ({ city }: { readonly city: string }): Promise<string> => {
    if (city === 'Nowhere') throw new Error('no luck');
    return `sunny in ${city}`;
  },
};

describeTool({
  name: "LangChain's tool()",
  open: () => tool(weather.run, { ...weather }),
});

describeTool({
  name: 'toLangChainTool',
  open: () => toLangChainTool(defineTool({ ...weather, input: weather.schema })),
});
