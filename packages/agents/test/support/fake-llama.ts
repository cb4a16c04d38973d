import type { LoadPeer } from '../../src/local/load-peer.ts';

/** Bytes, and the mark of the beginning. */
export const SIZE = 257;
const RARE = 0.001;
/** Components of its vectors. */
export const EMBEDDING = 8;

/** A stand-in for `node-llama-cpp` of the shapes that it documents: bytes are tokens, likely where they followed the one before already. */
export const createFakeLlama = ({
  failToLoad = false,
} = {}): {
  readonly load: LoadPeer;
  disposed(): number;
  /** The most texts that were read at a time. */
  most(): number;
  /** Texts that were embedded. */
  embedded(): number;
} => {
  let [disposed, running, most, embedded] = [0, 0, 0, 0];
  const busy = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  const evaluate = async (input: readonly (number | readonly [number, Request])[]) => {
    await busy();
    const tokens = input.map((item) => (typeof item === 'number' ? item : item[0]));
    return input.map((item, index) => {
      if (typeof item === 'number') return undefined;
      const [next = 0] = item[1].generateNext.logits.filter.tokens;
      const followed = tokens.slice(1, index + 1).filter((_, before) => tokens[before] === tokens[index]);
      const uses = followed.filter((token) => token === next).length;
      const probability = (uses + RARE) / (followed.length + RARE * SIZE);
      // Against a top of 0, which the weights of all others bring to 1.
      const logits = new Map([
        [-1, 0],
        [next, Math.log(probability)],
      ]);
      return { next: { logits, totalLogitWeight: 1 } };
    });
  };
  const model = {
    tokens: { bos: SIZE - 1, shouldPrependBosToken: true },
    tokenize: (text: string) => [...new TextEncoder().encode(text)],
    detokenize: (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens)),
    createContext: async () => ({
      contextSize: 2_048,
      getSequence: () => ({ clearHistory: async () => {}, controlledEvaluate: evaluate }),
    }),
    trainContextSize: 512,
    embeddingVectorSize: EMBEDDING,
    createEmbeddingContext: async () => ({
      async getEmbeddingFor(tokens: readonly number[]) {
        await busy();
        embedded += 1;
        // The real one gives nothing for nothing.
        const vector = new Array<number>(tokens.length === 0 ? 0 : EMBEDDING).fill(0.1);
        for (const [at, token] of tokens.entries()) {
          const place = (token * 7 + at) % EMBEDDING;
          vector[place] = (vector[place] as number) + token;
        }
        return { vector };
      },
    }),
    dispose: async () => {},
  };
  return {
    load: async () => ({
      getLlama: async () => ({
        async loadModel() {
          if (failToLoad) throw new Error('no model');
          return model;
        },
        async dispose() {
          disposed += 1;
        },
      }),
    }),
    disposed: () => disposed,
    most: () => most,
    embedded: () => embedded,
  };
};

interface Request {
  readonly generateNext: { readonly logits: { readonly filter: { readonly tokens: readonly number[] } } };
}
