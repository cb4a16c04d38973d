import {
  type CallOptions,
  isRetentiveError,
  RetentiveError,
  type Tool,
  throwIfAborted,
} from '@retentive/core';
import * as z from 'zod';

/** A tool as agents take it: with `remember: false` its results are not stored in memory. */
export interface AgentTool extends Tool {
  /** Default true. False for tools that only show what memory holds already. */
  readonly remember?: boolean | undefined;
}

/** A tool that programs can call with its types: what {@link defineTool} makes. */
export interface TypedTool<Input, Result> extends AgentTool {
  /** The work itself: checks `input` as `run` does and rejects with the same codes, but gives the result as it is. */
  call(input: Input, options?: CallOptions): Promise<Result>;
}

/** What {@link defineTool} makes a tool from. */
export interface ToolDefinition<Schema extends z.ZodType, Result> {
  /** 1 to 64 letters, digits, `_` and `-`. */
  readonly name: string;
  /** What the tool does and when to use it, for the model. */
  readonly description: string;
  /** An object schema; descriptions of its fields reach the model. */
  readonly input: Schema;
  /** Does the work on checked input. What it gives must be JSON; undefined counts as null. */
  readonly run: (input: z.output<Schema>, options: CallOptions) => Result | Promise<Result>;
  readonly remember?: boolean | undefined;
}

const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

const parametersOf = (name: string, input: z.ZodType): Tool['parameters'] => {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input' });
  if (schema.type !== 'object') {
    throw new RetentiveError('OPTION_INVALID', `the input of ${name} must be an object schema`);
  }
  return schema;
};

const toJson = (name: string, value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (cause) {
    throw new RetentiveError('TOOL_FAILED', `${name} gave a result that is not JSON`, { cause });
  }
};

/**
 * A tool from a zod schema and a function. The schema becomes the JSON Schema that models see, and checks what they
 * write. Running rejects with TOOL_INPUT_INVALID naming the field, TOOL_FAILED keeping the cause, ABORTED.
 * @throws OPTION_INVALID for a bad name or a schema that is not an object
 */
export const defineTool = <Schema extends z.ZodType, Result>(
  definition: ToolDefinition<Schema, Result>,
): TypedTool<z.input<Schema>, Result> => {
  const { name, description, input: schema, run: work, remember } = definition;
  if (!TOOL_NAME.test(name)) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `a tool's name has 1 to 64 letters, digits, _ and -, got "${name}"`,
    );
  }
  const parameters = parametersOf(name, schema);

  const call = async (value: unknown, options: CallOptions = {}): Promise<Result> => {
    throwIfAborted(options.signal, name);
    const parsed = await schema.safeParseAsync(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const field = issue?.path.join('.') || 'input';
      throw new RetentiveError('TOOL_INPUT_INVALID', `${name}: ${field}: ${issue?.message ?? 'invalid'}`, {
        details: { field },
      });
    }
    try {
      return await work(parsed.data, options);
    } catch (cause) {
      throwIfAborted(options.signal, name);
      if (isRetentiveError(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RetentiveError('TOOL_FAILED', `${name} failed: ${reason}`, { cause });
    }
  };

  return {
    name,
    description,
    parameters,
    ...(remember === undefined ? {} : { remember }),
    call,
    run: async (value, options) => toJson(name, await call(value, options)),
  };
};
