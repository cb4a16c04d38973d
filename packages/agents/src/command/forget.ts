import { type MessageId, parseMessageId, RetentiveError } from '@retentive/core';
import type { CommandContext } from './command-types.ts';
import { assertMemoryExists, withScope } from './open-scope.ts';

/** Options of the command `forget`. */
export interface ForgetOptions {
  /** What is forgotten cannot be had back, so it is said twice. */
  readonly yes: boolean;
}

/**
 * Removes the bytes of one message, document or fact, and what was derived from it alone. @throws OPTION_INVALID without
 * `--yes`, FILE_NOT_FOUND where there is no memory yet, MESSAGE_NOT_FOUND, FACT_NOT_FOUND
 */
export const runForget = async (
  context: CommandContext,
  id: string,
  { yes }: ForgetOptions,
): Promise<void> => {
  const { terminal, signal } = context;
  const parsed: MessageId = parseMessageId(id);
  if (!yes) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `forget removes "${id}" for good: nothing brings it back; say so with --yes`,
    );
  }
  await assertMemoryExists(context.options.data);
  await withScope(context, async ({ scope }) => {
    const report = await scope.forget(parsed, { signal });
    const { messages, facts, entries } = report;
    terminal.write(`Forgotten: ${messages} messages, ${facts} facts, ${entries} entries of the journal.\n`);
    terminal.writeJson({ id, ...report });
  });
};
