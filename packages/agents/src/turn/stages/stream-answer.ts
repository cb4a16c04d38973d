import {
  assertNever,
  type ChatPart,
  isRetentiveError,
  type PromptMessage,
  RetentiveError,
  type ToolCall,
  throwIfAborted,
  type Usage,
  withSignal,
} from '@retentive/core';
import type { AgentPart, TurnFinishReason } from '../../agent-types.ts';
import { checkPart } from '../check-part.ts';
import { countMessage, cutToTokens, MESSAGE_OVERHEAD } from '../prompt-tokens.ts';
import { failedCall, runTool } from '../run-tool.ts';
import type { BudgetPlan, Turn, TurnPrompt } from '../turn.ts';

/** What the model and its tools give, before it is stored. */
export type AnswerPart =
  | Extract<AgentPart, { readonly type: 'text-delta' | 'source' | 'tool-call' | 'tool-result' }>
  | { readonly type: 'finish'; readonly reason: TurnFinishReason; readonly usage?: Usage | undefined };

/** The fewest tokens a tool result is cut to; with less room left the turn ends with an error instead. */
const LEAST_RESULT_TOKENS = 32;

/** The model's stream with every failure typed, ending at its finish. */
async function* callModel(
  turn: Turn,
  prompt: TurnPrompt,
  messages: readonly PromptMessage[],
  signal: AbortSignal,
): AsyncGenerator<ChatPart, void, undefined> {
  try {
    const { tools, context } = prompt;
    for await (const part of withSignal(
      turn.model.stream({ messages, tools, context }, { signal }),
      signal,
    )) {
      checkPart(part, turn.model.id);
      yield part;
      if (part.type === 'finish') return;
    }
  } catch (cause) {
    throwIfAborted(turn.signal, 'the turn');
    if (isRetentiveError(cause)) throw cause;
    throw new RetentiveError('MODEL_FAILED', `the model ${turn.model.id} failed`, { cause });
  }
  throw new RetentiveError('MODEL_STREAM_TORN', `the model ${turn.model.id} stopped without a finish`, {
    retryable: true,
  });
}

const addUsage = (sum: Usage | undefined, next: Usage | undefined): Usage | undefined => {
  if (sum === undefined || next === undefined) return next ?? sum;
  const cached = (sum.cachedInputTokens ?? 0) + (next.cachedInputTokens ?? 0);
  return {
    inputTokens: sum.inputTokens + next.inputTokens,
    outputTokens: sum.outputTokens + next.outputTokens,
    ...(sum.cachedInputTokens === undefined && next.cachedInputTokens === undefined
      ? {}
      : { cachedInputTokens: cached }),
  };
};

/**
 * Runs the calls of one step, at the same time, and appends the assistant message and the results to `messages`, each
 * result cut so that the prompt stays within the turn's budget. Gives the new size of the prompt.
 */
async function* answerCalls(
  turn: Turn,
  plan: BudgetPlan,
  step: { readonly text: string; readonly calls: readonly ToolCall[]; readonly tokens: number },
  messages: PromptMessage[],
  signal: AbortSignal,
): AsyncGenerator<AnswerPart, number, undefined> {
  const { calls } = step;
  const asked: PromptMessage = { role: 'assistant', content: step.text, toolCalls: calls };
  messages.push(asked);
  let tokens = step.tokens + countMessage(plan.tokenizer, asked);
  const running = calls.map((call) =>
    runTool(turn.tools, call, { timeoutMs: turn.limits.toolTimeoutMs, signal }),
  );
  for (const outcome of running) outcome.catch(() => {});
  for (const [index, call] of calls.entries()) {
    const outcome = await running[index]!;
    const frame: PromptMessage = { role: 'tool', callId: call.id, name: call.name, content: '' };
    const left = turn.limits.tokens - tokens - (countMessage(plan.tokenizer, frame) + MESSAGE_OVERHEAD);
    const share = Math.floor(left / (calls.length - index));
    if (share < LEAST_RESULT_TOKENS) {
      throw new RetentiveError(
        'BUDGET_EXCEEDED',
        `the turn's budget of ${turn.limits.tokens} tokens has no room left for the result of ${call.name}`,
        { details: { tokens, budget: turn.limits.tokens } },
      );
    }
    const output = cutToTokens(plan.tokenizer, outcome.output, share);
    const result: PromptMessage = { ...frame, content: output };
    messages.push(result);
    tokens += countMessage(plan.tokenizer, result);
    yield { type: 'tool-result', call, ...outcome, output };
  }
  return tokens;
}

/** What one call of the model came to. */
interface Step {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly reason: TurnFinishReason;
  readonly usage: Usage | undefined;
}

/** One call of the model: passes its parts on, and gives what they add up to. */
async function* streamStep(
  turn: Turn,
  prompt: TurnPrompt,
  messages: readonly PromptMessage[],
  signal: AbortSignal,
): AsyncGenerator<AnswerPart, Step, undefined> {
  const calls: ToolCall[] = [];
  let text = '';
  let reason: TurnFinishReason = 'stop';
  let usage: Usage | undefined;
  for await (const part of callModel(turn, prompt, messages, signal)) {
    switch (part.type) {
      case 'text-delta':
        text += part.text;
        if (part.text.length > 0) yield part;
        break;
      case 'source': {
        const item = prompt.context.items[part.item];
        if (item !== undefined) yield { type: 'source', index: part.item, item, quote: part.quote };
        break;
      }
      case 'tool-call':
        calls.push(part.call);
        yield part;
        break;
      case 'finish':
        ({ reason, usage } = part);
        break;
      default:
        assertNever(part);
    }
  }
  return { text, calls, reason, usage };
}

/**
 * The model's answer as a stream of typed parts. Tools that it calls are run and their results shown to it until it
 * stops asking or `maxSteps` is reached; then the last calls are answered with an error, not run, and the turn ends
 * with `step-limit`. @throws MODEL_FAILED, MODEL_STREAM_TORN, BUDGET_EXCEEDED, ABORTED
 */
export async function* streamAnswer(
  turn: Turn,
  plan: BudgetPlan,
  prompt: TurnPrompt,
): AsyncGenerator<AnswerPart, void, undefined> {
  const { maxSteps } = turn.limits;
  const leave = new AbortController();
  const signal = turn.signal === undefined ? leave.signal : AbortSignal.any([turn.signal, leave.signal]);
  const messages = [...prompt.messages];
  let { tokens } = prompt;
  let usage: Usage | undefined;
  try {
    for (let number = 1; ; number += 1) {
      const step = yield* streamStep(turn, prompt, messages, signal);
      usage = addUsage(usage, step.usage);
      if (step.calls.length === 0) {
        yield { type: 'finish', reason: step.reason, usage };
        return;
      }
      if (number >= maxSteps) {
        const message = `not run: the turn's limit of ${maxSteps} steps is reached`;
        for (const call of step.calls) {
          yield { type: 'tool-result', call, ...failedCall({ code: 'TOOL_FAILED', message }) };
        }
        yield { type: 'finish', reason: 'step-limit', usage };
        return;
      }
      tokens = yield* answerCalls(turn, plan, { ...step, tokens }, messages, signal);
    }
  } finally {
    // Stops the model and any tool still running when the caller leaves early.
    leave.abort();
  }
}
