import { contentText, messageSchema } from '@retentive/core';
import * as z from 'zod';
import type { AgentPart, AgentRun } from '../../agent-types.ts';
import type { Handler } from '../daemon-types.ts';
import { causeOf } from '../streams.ts';
import { checkTextLength, parseBody } from './parse-body.ts';

const tokensSchema = z.int().min(0).optional();

const turnSchema = z.strictObject({
  input: z.union([z.string(), messageSchema.omit({ role: true, thread: true })]),
  thread: z.string().optional(),
  remember: z.boolean().optional(),
  budget: z
    .strictObject({
      tokens: tokensSchema,
      history: tokensSchema,
      examples: z.number().optional(),
      context: z
        .strictObject({
          tokens: z.int().min(0),
          ms: z.number().optional(),
          microdollars: z.number().optional(),
        })
        .optional(),
    })
    .optional(),
});

async function* runTurn(
  run: AgentRun,
  signal: AbortSignal,
  leave: () => void,
): AsyncGenerator<AgentPart, void, undefined> {
  try {
    yield* run;
  } catch (error) {
    throw causeOf(error, signal);
  } finally {
    leave();
  }
}

/** Answers one input: the parts of the agent's stream, as server-sent events. A caller that leaves tears the answer. */
export const turn: Handler = async (
  { scope, body, idempotencyKey, signal },
  { agent, admission, limits },
) => {
  const request = parseBody(turnSchema, body);
  const given = typeof request.input === 'string' ? { content: request.input } : request.input;
  checkTextLength(contentText(given.content), limits.textBytes);
  const input = idempotencyKey === undefined ? given : { idempotencyKey, ...given };
  const leave = admission.enterStream();
  try {
    const run = agent.stream({ ...request, scope, input, signal });
    return { stream: 'sse', parts: runTurn(run, signal, leave) };
  } catch (error) {
    leave();
    throw error;
  }
};
