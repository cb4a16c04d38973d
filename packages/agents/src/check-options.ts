import { contentSchema, RetentiveError } from '@retentive/core';
import type { AgentTool } from '@retentive/tools';
import type { AgentOptions, TurnRequest } from './agent-types.ts';

const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws OPTION_INVALID, always */
export const optionError: (message: string) => never = (message) => {
  throw new RetentiveError('OPTION_INVALID', message);
};

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const has = (value: unknown, method: string): boolean =>
  isObject(value) && typeof value[method] === 'function';

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;

const checkTool = (tool: unknown): void => {
  if (!isObject(tool)) optionError(`a tool is an object, such as defineTool makes, got ${kindOf(tool)}`);
  const { name, description, parameters } = tool;
  if (typeof name !== 'string' || !TOOL_NAME.test(name)) {
    optionError(`a tool's name has 1 to 64 letters, digits, _ and -, got "${String(name)}"`);
  }
  if (typeof description !== 'string' || !isObject(parameters) || !has(tool, 'run')) {
    optionError(`the tool "${String(name)}" needs a description, parameters and a run function`);
  }
};

/** Checks the tools of a turn: each for itself, and that their names differ. @throws OPTION_INVALID */
export const checkTools = (tools: readonly AgentTool[]): readonly AgentTool[] => {
  if (!Array.isArray(tools)) optionError(`tools must be a list of tools, got ${kindOf(tools)}`);
  const names = new Set<string>();
  for (const tool of tools) {
    checkTool(tool);
    if (names.has(tool.name)) optionError(`two tools have the name "${tool.name}"`);
    names.add(tool.name);
  }
  return tools;
};

/** The rest of what a context takes is the turn's own: its budget, its question, what it leaves out. */
const RECALLED_BY = ['archive', 'excerpts', 'related', 'effort', 'episodes', 'notes', 'requery'];

const checkRecall = (recall: Fields): void => {
  const other = Object.keys(recall).find((name) => !RECALLED_BY.includes(name));
  if (other !== undefined) optionError(`recall has ${RECALLED_BY.join(', ')}; got "${other}"`);
};

/** Checks what programs without types get wrong about an agent. @throws OPTION_INVALID */
export const checkAgentOptions = (options: AgentOptions): void => {
  if (!isObject(options) || !has(options.memory, 'scope')) {
    optionError('createAgent needs a memory: createAgent({ memory: await openMemory() })');
  }
  const { model, tools = [], instructions, recall = {} } = options;
  if (!isObject(recall)) optionError(`recall has options of a context, got ${kindOf(recall)}`);
  checkRecall(recall);
  if (model !== undefined && (!has(model, 'stream') || typeof model.id !== 'string')) {
    optionError('a model has an id and a stream function, such as createOpenAIModel makes');
  }
  if (instructions !== undefined && typeof instructions !== 'string') {
    optionError(`instructions must be text, got ${kindOf(instructions)}`);
  }
  if (typeof tools !== 'function') checkTools(tools);
};

/** Checks what programs without types get wrong about a turn; labels are checked by the memory. @throws OPTION_INVALID */
export const checkTurnRequest = (request: TurnRequest): void => {
  if (!isObject(request)) optionError(`a turn needs scope and input, got ${kindOf(request)}`);
  const { scope, input } = request;
  if (!isObject(scope)) {
    optionError(`a turn needs a scope, such as { tenant, user } or memory.scope(...), got ${kindOf(scope)}`);
  }
  const content: unknown = isObject(input) ? input.content : input;
  if (!contentSchema.safeParse(content).success) {
    optionError(
      `the input must be text, or a message with its content as text or parts, got ${kindOf(content)}`,
    );
  }
};
