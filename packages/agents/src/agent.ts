import {
  type ChatModel,
  contentText,
  createIdSource,
  DEFAULT_BUDGET,
  DEFAULT_THREAD,
  parseBudget,
  parseLabel,
  parseTime,
  systemClock,
  systemRandom,
  type Tokenizer,
} from '@retentive/core';
import { readSpokenWish, type ScopedMemory, type SpokenWish } from '@retentive/memory';
import type {
  Agent,
  AgentOptions,
  AgentPart,
  AgentRun,
  TurnBudget,
  TurnInput,
  TurnRequest,
} from './agent-types.ts';
import { checkAgentOptions, checkTools, checkTurnRequest, optionError } from './check-options.ts';
import { createExtractiveModel, readsContextOnly } from './models/extractive.ts';
import { createHistoryCursors } from './turn/history-cursors.ts';
import { DEFAULT_INSTRUCTIONS } from './turn/prompt-messages.ts';
import { readOnlyScope } from './turn/read-only-scope.ts';
import { runTurn } from './turn/run-turn.ts';
import type { Turn, TurnLimits } from './turn/turn.ts';

/** Tokens of one turn when none are said: small enough for any model in use, room for a day's talk. */
const DEFAULT_TURN_TOKENS = 8_192;
/** Calls of the model in one turn: enough for chains of tools, small enough to stop one that goes round in circles. */
const DEFAULT_MAX_STEPS = 8;
const MAX_STEPS = 100;
/** A tool that takes longer than half a minute keeps a person waiting for nothing. */
const DEFAULT_TOOL_TIMEOUT_MS = 30_000;
/** The longest delay a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** What a model is told of a wish that was heeded, so that it promises nothing else. */
const WISH_LINES = {
  this: 'The user asked that this message is not remembered: it and your answer are not stored. Say so briefly.',
  last: 'The user asked to forget what they said before: it was deleted, with the answer to it, and this message and your answer are not stored. Say so briefly.',
} as const satisfies Record<SpokenWish, string>;

const wholeNumber = (name: string, value: number, max: number): number =>
  Number.isInteger(value) && value >= 1 && value <= max
    ? value
    : optionError(`${name} must be a whole number from 1 to ${max}, got ${value}`);

const limitsOf = (options: AgentOptions, model: ChatModel, request?: TurnBudget): TurnLimits => {
  const { tokens: turnTokens, history, context, examples = 0 } = { ...options.budget, ...request };
  const { tokens } = parseBudget({ tokens: turnTokens ?? DEFAULT_TURN_TOKENS });
  return {
    tokens,
    history: readsContextOnly(model) ? 0 : parseBudget({ tokens: history ?? Math.floor(tokens / 2) }).tokens,
    context: parseBudget(context ?? { tokens: Math.min(DEFAULT_BUDGET.tokens, Math.floor(tokens / 4)) }),
    examples,
    maxSteps: wholeNumber('maxSteps', options.maxSteps ?? DEFAULT_MAX_STEPS, MAX_STEPS),
    toolTimeoutMs: wholeNumber(
      'toolTimeoutMs',
      options.toolTimeoutMs ?? DEFAULT_TOOL_TIMEOUT_MS,
      MAX_TIMEOUT_MS,
    ),
  };
};

const scopeOf = ({ memory }: AgentOptions, { scope }: TurnRequest): ScopedMemory =>
  'observe' in scope ? scope : memory.scope(scope);

const messageOf = (input: TurnInput): Turn['input'] =>
  typeof input === 'string' ? { content: input } : input;

const createRun = (start: () => AsyncGenerator<AgentPart, void, undefined>): AgentRun => {
  let consumed = false;
  const consume = (): AsyncGenerator<AgentPart, void, undefined> => {
    if (consumed) optionError('a run is consumed once, either as parts or as text');
    consumed = true;
    return start();
  };
  return {
    [Symbol.asyncIterator]: consume,
    async text() {
      let text = '';
      for await (const part of consume()) if (part.type === 'text-delta') text += part.text;
      return text;
    },
  };
};

/**
 * An agent over `memory`: each turn stores the input, recalls the best context under a hard budget, streams the
 * model's answer, runs tools, and stores the answer while it streams. Without `model` the extractive model answers:
 * offline, from memory alone. @throws OPTION_INVALID, BUDGET_INVALID
 */
export const createAgent = (options: AgentOptions): Agent => {
  checkAgentOptions(options);
  const { tools = [] } = options;
  const toolsFor = typeof tools === 'function' ? tools : () => tools;
  const model = options.model ?? createExtractiveModel();
  limitsOf(options, model);
  const clock = options.clock ?? systemClock;
  const ids = createIdSource(clock, options.random ?? systemRandom);
  const cursors = createHistoryCursors();
  let tokenizer: Promise<Tokenizer> | undefined;
  const openTokenizer = async (): Promise<Tokenizer> => {
    if (options.tokenizer !== undefined) return options.tokenizer;
    tokenizer ??= import('@retentive/core/tokenizer').then(({ openO200kTokenizer }) => openO200kTokenizer());
    return await tokenizer;
  };
  return {
    stream(request) {
      checkTurnRequest(request);
      const input = messageOf(request.input);
      const question = contentText(input.content);
      if (question.trim().length === 0) optionError('the input is empty: a turn needs a word to answer');
      const scope = scopeOf(options, request);
      // A caller who writes nothing takes nothing out either.
      const isHeeded = options.spokenWishes !== false && request.remember !== false;
      const wish = isHeeded ? readSpokenWish(question) : undefined;
      const remember = (request.remember ?? true) && input.remember !== false && wish === undefined;
      const { instructions = DEFAULT_INSTRUCTIONS } = options;
      const turn: Omit<Turn, 'id' | 'now'> = {
        scope,
        thread: parseLabel('thread', request.thread ?? scope.scope.thread ?? DEFAULT_THREAD),
        input,
        question,
        model,
        tools: checkTools(toolsFor(remember ? scope : readOnlyScope(scope))),
        instructions: wish === undefined ? instructions : `${instructions}\n${WISH_LINES[wish]}`,
        limits: limitsOf(options, model, request.budget),
        recall: options.recall ?? {},
        remember,
        wish,
        signal: request.signal,
        cursors,
        openTokenizer,
      };
      return createRun(() => {
        const now = input.time === undefined ? clock.now() : parseTime('time', input.time);
        return runTurn({ ...turn, id: ids.create('turn'), now });
      });
    },
  };
};
