// mem0ai as its README opens it, with vectors given by us and without a model: `infer: false` stores what was said.
process.env['MEM0_TELEMETRY'] = 'false';

/**
 * @param {{ folder: string, embeddings: object, dimensions: number }} options
 */
export const openMem0 = async ({ folder, embeddings, dimensions }) => {
  const { mkdirSync } = await import('node:fs');
  mkdirSync(folder, { recursive: true });
  const { Memory } = await import('mem0ai/oss');
  const memory = new Memory({
    embedder: { provider: 'langchain', config: { model: embeddings, embeddingDims: dimensions } },
    vectorStore: {
      provider: 'memory',
      config: { collectionName: 'bench', dimension: dimensions, dbPath: `${folder}/vectors.db` },
    },
    // Never called: nothing is inferred.
    llm: { provider: 'openai', config: { apiKey: 'none' } },
    historyDbPath: `${folder}/history.db`,
  });
  return {
    /** @param {string} text */
    add: (text) => memory.add([{ role: 'user', content: text }], { userId: 'store', infer: false }),
    /** @param {string} query @param {number} limit */
    search: (query, limit) => memory.search(query, { filters: { user_id: 'store' }, topK: limit }),
  };
};
