/** What the tests use of `node-llama-cpp` beside what the adapter does. */
export interface LlamaModule {
  getLlama(options: object): Promise<{
    loadModel(options: { readonly modelPath: string }): Promise<{
      readonly tokens: { readonly bos: number | null };
      tokenize(text: string, specialTokens: boolean): readonly number[];
      createContext(options: object): Promise<{
        getSequence(): {
          controlledEvaluate(
            input: readonly (readonly [number, object])[],
          ): Promise<
            readonly ({ readonly next: { readonly probabilities?: Map<number, number> } } | undefined)[]
          >;
        };
      }>;
    }>;
    dispose(): Promise<void>;
  }>;
}
