// What is measured is what the evaluation kit measures, under the names the bench has for it.
export {
  type EvaluationConversation as BenchConversation,
  type EvaluationQuestion as BenchQuestion,
  type EvaluationSet as BenchSet,
  type EvaluationTurn as BenchTurn,
  turnWords,
} from '@retentive/memory/evaluation';
