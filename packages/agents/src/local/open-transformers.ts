import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, RetentiveError, throwIfAborted } from '@retentive/core';
import * as z from 'zod';
import { type LoadPeer, loadPeer } from './load-peer.ts';
import { createLocalModel, type LocalModel, type LocalModelName, localFailure } from './local-model.ts';

/** Options of every model of `@huggingface/transformers`. */
export interface TransformersOptions extends CallOptions {
  /** The folder that models stand in. */
  readonly folder: string;
  /** Its folder there, such as `org/name`: config, tokenizer and ONNX. */
  readonly model: string;
  /** Which of its weights, such as `fp32` or `q8`; default the package's choice. */
  readonly dtype?: string | undefined;
  /** Gives the package where it is not to be found by its name; default `import('@huggingface/transformers')`. */
  readonly load?: LoadPeer | undefined;
}

/** How the package is asked for a model. */
export interface TransformersSettings {
  readonly local_files_only: true;
  readonly dtype?: string;
}

const environmentSchema = z.object({
  env: z.custom<{ allowRemoteModels: boolean; localModelPath: string }>((value) => typeof value === 'object'),
});

/** A tensor of the package, as far as it is used. */
export interface Tensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
  to(type: 'float32'): Tensor;
}

/** The numbers of a tensor, whatever its type. */
export const numbersOf = (tensor: Tensor): ArrayLike<number> =>
  // Of the type just asked for.
  (tensor.type === 'float32' ? tensor : tensor.to('float32')).data as ArrayLike<number>;

/**
 * Loads the package, tells it to fetch nothing (its `env` is the package's own, and stays so), and makes of it what is wanted; lets go
 * of that if the opening was given up meanwhile.
 */
export const openTransformers = async <Module, Opened>(
  name: LocalModelName,
  { folder, model, dtype, load, signal }: TransformersOptions,
  {
    schema,
    open,
    free,
  }: {
    /** What is used of the package. */
    readonly schema: z.ZodType<Module>;
    readonly open: (module: Module, settings: TransformersSettings) => Promise<Opened>;
    readonly free: (opened: Opened) => Promise<unknown>;
  },
): Promise<{ readonly opened: Opened; readonly local: LocalModel }> => {
  throwIfAborted(signal, `the opening of ${name.id}`);
  const module = await loadPeer('@huggingface/transformers', z.intersection(environmentSchema, schema), load);
  module.env.allowRemoteModels = false;
  module.env.localModelPath = folder;
  let opened: Opened;
  try {
    opened = await open(module, { local_files_only: true, ...(dtype === undefined ? {} : { dtype }) });
  } catch (cause) {
    const place = join(folder, model);
    await access(place).catch(() => {
      throw new RetentiveError('FILE_NOT_FOUND', `there is no model ${place}`, { cause });
    });
    throw localFailure(name, cause);
  }
  const local = createLocalModel(name, () => free(opened));
  if (signal?.aborted) await local.close();
  throwIfAborted(signal, `the opening of ${name.id}`);
  return { opened, local };
};
