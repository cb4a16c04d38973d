export { bootstrapMean, type Interval, type Sample } from './bootstrap.ts';
export { convertBeam } from './convert/beam.ts';
export { convertLocomo } from './convert/locomo.ts';
export { convertLongMemEval } from './convert/longmemeval.ts';
export { readSourceSet, SOURCE_FORMATS, type SourceFormat } from './convert/read-source.ts';
export { convertRealtalk } from './convert/realtalk.ts';
export type { ConvertedConversation } from './convert/source-set.ts';
export { conversationOfMessages } from './data/conversation-of-messages.ts';
export {
  type EvaluationConversation,
  type EvaluationQuestion,
  type EvaluationSet,
  type EvaluationTurn,
  type EvidenceSpan,
  turnWords,
} from './data/evaluation-set.ts';
export { readJsonl } from './data/read-jsonl.ts';
export { listEvaluationSets, type ReadSet, readConversations, readEvaluationSet } from './data/read-set.ts';
export { writeEvaluationSet } from './data/write-set.ts';
export { type MeasuredQuestion, matchEvidence, measuredQuestions, spreadOver } from './evidence.ts';
export {
  createJudge,
  type Judge,
  type JudgeAgreement,
  type JudgeOptions,
  type JudgeTask,
  judgeAgreement,
  type VerdictCache,
} from './judge/judge.ts';
export { openVerdictFile } from './judge/verdict-file.ts';
export {
  createPartFinder,
  evidenceText,
  foldText,
  normalizeAnswer,
  type PartFinder,
  type Score,
  scoreContext,
  zeroScore,
} from './metrics.ts';
export { observeTurns } from './observe-turns.ts';
export { type MakeQuestionsOptions, makeQuestions } from './questions/make-questions.ts';
export { renderHtmlReport } from './report/render-html.ts';
export { renderMarkdownReport } from './report/render-markdown.ts';
export {
  comparisonSection,
  type ReportInput,
  type ReportSection,
  reportSections,
} from './report/report.ts';
export { type Comparison, type ComparisonRow, compareRuns } from './run/compare-runs.ts';
export { DEFAULT_EVALUATION_BUDGETS, type EvaluateOptions, evaluate } from './run/evaluate.ts';
export { type Checked, checkRequirements, parseRequirement, type Requirement } from './run/requirements.ts';
export {
  formatRunLog,
  hashOf,
  type QuestionRecord,
  questionRecordSchema,
  type RunHead,
  type RunLog,
  readRunLog,
  runHeadSchema,
} from './run/run-log.ts';
export {
  SHARE_METRICS,
  type ShareMetric,
  type Summary,
  type SummaryRow,
  summarizeRun,
} from './run/summarize.ts';
export { mean, percentile } from './statistics.ts';
export {
  createMemorySystem,
  type EvaluationSystem,
  type MemorySystemOptions,
  type OpenSystem,
  type Recollection,
} from './system.ts';
