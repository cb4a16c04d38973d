export { createAgent } from './agent.ts';
export type {
  Agent,
  AgentOptions,
  AgentPart,
  AgentRun,
  ToolError,
  TurnBudget,
  TurnFinishReason,
  TurnInput,
  TurnRecall,
  TurnRequest,
} from './agent-types.ts';
export {
  ABSTENTION,
  type ContextModel,
  createExtractiveModel,
  type ExtractiveOptions,
} from './models/extractive.ts';
