import { createFunctionEmbedder, type FunctionEmbedderOptions } from '../../src/index.ts';

/** Words that mean the same, each its own component; every text has a little of the last one. */
const MEANINGS: readonly (readonly string[])[] = [
  ['dog', 'puppy', 'hound'],
  ['doctor', 'physician', 'surgeon'],
  ['car', 'vehicle', 'van'],
];

const meaningOf = (text: string, dimensions: number): readonly number[] => {
  const lower = text.toLowerCase();
  const vector = new Array<number>(dimensions).fill(0);
  for (const [at, words] of MEANINGS.entries())
    if (words.some((word) => lower.includes(word))) vector[at] = 1;
  vector[dimensions - 1] = 0.1;
  return vector;
};

/** An embedder that knows which of a few words mean the same, and how many texts it was given. */
export const createMeaningEmbedder = (options: Partial<FunctionEmbedderOptions> = {}) => {
  const { dimensions = 8 } = options;
  const calls: number[] = [];
  const embedder = createFunctionEmbedder({
    id: 'meanings',
    fusionWeight: 1,
    dimensions,
    embed: async (texts, { side }) => {
      if (side === 'document') calls.push(texts.length);
      return texts.map((text) => meaningOf(text, dimensions));
    },
    ...options,
  });
  return { embedder, embedded: () => calls.reduce((sum, texts) => sum + texts, 0) };
};
