import type { CallOptions } from './errors.ts';

/** A JSON Schema object, as models take it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Something an agent can do. */
export interface Tool {
  /** 1 to 64 letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
  /** Runs on input that a model wrote: checks it first (TOOL_INPUT_INVALID), fails with TOOL_FAILED, gives JSON text. */
  run(input: unknown, options?: CallOptions): Promise<string>;
}
