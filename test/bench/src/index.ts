export {
  foldText,
  type MeasuredQuestion,
  matchEvidence,
  measuredQuestions,
  normalizeAnswer,
  scoreContext,
  spreadOver,
} from '@retentive/memory/evaluation';
export {
  type BenchConversation,
  type BenchQuestion,
  type BenchSet,
  type BenchTurn,
  turnWords,
} from './bench-data.ts';
export { createBm25Control, createRecentControl } from './controls/controls.ts';
export {
  type DemoMessage,
  type DemoQuestion,
  questionOfDemoQuestion,
  readDemoMessages,
  readDemoQuestions,
  readDemoSet,
  turnOfDemoMessage,
} from './demo-data.ts';
export {
  evaluateRecall,
  type Outcome,
  type RecallTask,
} from './evaluate-recall.ts';
export { createProgress, type Progress } from './progress.ts';
export { formatFaults, formatRecallByBudget, recallRows, summarizeFaults } from './recall-summary.ts';
export { createOpenSelector } from './retentive-selector.ts';
export type { OpenSelector, Recalled, Selector } from './selector.ts';
export { formatTable, share } from './table.ts';
