import { access } from 'node:fs/promises';
import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';
import * as z from 'zod';
import { type LoadPeer, loadPeer, peerFunction } from './load-peer.ts';
import { createLocalModel, type LocalModel, type LocalModelName, localFailure } from './local-model.ts';

/** Options of every model of `node-llama-cpp`. */
export interface LlamaOptions extends CallOptions {
  /** A GGUF file of the user's. */
  readonly modelPath: string;
  /** False: the processor alone. Default: whatever there is. */
  readonly gpu?: 'auto' | false | undefined;
  /** Threads of the processor; default the package's choice. They wait by spinning: beside other work fewer are faster by far. */
  readonly threads?: number | undefined;
  /** Gives the package where it is not to be found by its name; default `import('node-llama-cpp')`. */
  readonly load?: LoadPeer | undefined;
}

/** What is used of `node-llama-cpp` 3, after its type definitions; of a model, what its caller uses. */
interface Llama<Model> {
  loadModel(options: {
    readonly modelPath: string;
    readonly loadSignal?: AbortSignal | undefined;
  }): Promise<Model>;
  dispose(): Promise<void>;
}

/** Loads the package, which builds nothing, then the model, and makes of it what is wanted; lets go of all of it if that fails. */
export const openLlama = async <Model, Opened>(
  name: LocalModelName,
  { modelPath, gpu, load, signal }: LlamaOptions,
  open: (model: Model) => Promise<Opened>,
): Promise<{ readonly opened: Opened; readonly local: LocalModel }> => {
  throwIfAborted(signal, `the opening of ${name.id}`);
  const { getLlama } = await loadPeer(
    'node-llama-cpp',
    z.object({
      getLlama:
        peerFunction<
          (options: {
            readonly build: 'never';
            readonly gpu?: 'auto' | false;
            readonly logLevel: 'error';
          }) => Promise<Llama<Model>>
        >(),
    }),
    load,
  );
  let llama: Llama<Model> | undefined;
  try {
    const loaded = await getLlama({
      build: 'never',
      logLevel: 'error',
      ...(gpu === undefined ? {} : { gpu }),
    });
    llama = loaded;
    const opened = await open(await loaded.loadModel({ modelPath, loadSignal: signal }));
    return { opened, local: createLocalModel(name, () => loaded.dispose()) };
  } catch (cause) {
    await llama?.dispose().catch(() => {});
    throwIfAborted(signal, `the opening of ${name.id}`);
    await access(modelPath).catch(() => {
      throw new RetentiveError('FILE_NOT_FOUND', `there is no model ${modelPath}`, { cause });
    });
    throw localFailure(name, cause);
  }
};
