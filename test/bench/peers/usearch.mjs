// usearch's exact search as its README calls it: one block of floats, inner products, one thread as ours.

/**
 * @param {{ block: Float32Array, dimensions: number }} options rows of length 1 side by side
 */
export const openUsearch = async ({ block, dimensions }) => {
  const { default: usearch } = await import('usearch');
  const { exactSearch, MetricKind } = usearch;
  return {
    /** @param {Float32Array} query @param {number} limit @returns {number[]} rows, best first */
    search(query, limit) {
      const { keys } = exactSearch(block, query, dimensions, limit, MetricKind.IP, 1);
      return [...keys].map(Number);
    },
  };
};
