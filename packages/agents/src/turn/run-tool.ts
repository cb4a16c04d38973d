import {
  type CallOptions,
  isRetentiveError,
  RetentiveError,
  type ToolCall,
  throwIfAborted,
} from '@retentive/core';
import type { AgentTool } from '@retentive/tools';
import * as z from 'zod';
import type { ToolError } from '../agent-types.ts';

/** What a call of a tool came to: text for the model, and the error if it failed. */
export interface ToolOutcome {
  readonly output: string;
  readonly error?: ToolError | undefined;
}

/** A failed call as the model reads it. */
export const failedCall = ({ code, message }: ToolError): ToolOutcome => ({
  output: JSON.stringify({ error: { code, message } }),
  error: { code, message },
});

const inputSchema = z.record(z.string(), z.unknown());

const parseInput = (call: ToolCall): unknown => {
  // Models write nothing at all for a tool without parameters.
  const text = call.input.trim() === '' ? '{}' : call.input;
  try {
    return inputSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RetentiveError(
      'TOOL_INPUT_INVALID',
      `the input of ${call.name} must be a JSON object, got ${call.input.length} characters that are not`,
      { cause },
    );
  }
};

const asError = (cause: unknown): ToolError => {
  if (isRetentiveError(cause)) return { code: cause.code, message: cause.message };
  return { code: 'TOOL_FAILED', message: cause instanceof Error ? cause.message : String(cause) };
};

/**
 * Runs one call that a model asked for. An unknown tool, input that is not a JSON object, a tool that throws and one
 * that takes longer than `timeoutMs` give an outcome with an error, never a rejection; a tool is told to stop by its
 * signal and not waited for. @throws ABORTED when `signal` is
 */
export const runTool = async (
  tools: readonly AgentTool[],
  call: ToolCall,
  { timeoutMs, signal }: CallOptions & { readonly timeoutMs: number },
): Promise<ToolOutcome> => {
  throwIfAborted(signal, `the call of ${call.name}`);
  const late = new AbortController();
  // A signal of its own: with a listener a call on the shared one, Node warns from the eleventh call on.
  const stop = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () =>
      reject(new RetentiveError('ABORTED', `the call of ${call.name} was aborted`, { cause: stop.reason }));
    stop.addEventListener('abort', onAbort, { once: true });
    timer = setTimeout(() => {
      reject(new RetentiveError('TOOL_FAILED', `${call.name} gave no result within ${timeoutMs} ms`));
      late.abort();
    }, timeoutMs);
  });
  stopped.catch(() => {});
  try {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined) {
      const known = tools.map(({ name }) => name).join(', ') || 'none';
      throw new RetentiveError('TOOL_NOT_FOUND', `there is no tool "${call.name}"; there are: ${known}`);
    }
    const output: unknown = await Promise.race([tool.run(parseInput(call), { signal: stop }), stopped]);
    if (typeof output === 'string') return { output };
    const given = output === null ? 'null' : typeof output;
    throw new RetentiveError('TOOL_FAILED', `${call.name} must give its result as text, got ${given}`);
  } catch (cause) {
    throwIfAborted(signal, `the call of ${call.name}`);
    return failedCall(asError(cause));
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onAbort);
  }
};
