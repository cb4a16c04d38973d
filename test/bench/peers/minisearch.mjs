// MiniSearch as its README calls it; a document matches with any word of the query, as in the other systems.

/**
 * @param {{ texts: Iterable<string> }} options
 */
export const openMiniSearch = async ({ texts }) => {
  const { default: MiniSearch } = await import('minisearch');
  const index = new MiniSearch({ fields: ['text'] });
  let id = 0;
  for (const text of texts) {
    index.add({ id, text });
    id += 1;
  }
  return {
    /** @param {string} query @param {number} limit @returns {number[]} ids, best first */
    search: (query, limit) =>
      index
        .search(query)
        .slice(0, limit)
        .map((result) => Number(result.id)),
  };
};
