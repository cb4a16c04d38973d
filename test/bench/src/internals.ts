// Pieces of the product that no package exports, since no user needs them alone. Measurements do: a part is timed by
// itself, or taken out of the whole, here and nowhere else.
export { buildContext } from '../../../packages/memory/src/context/build-context.ts';
export { createDeferredSurprisal } from '../../../packages/memory/src/entropy/language-surprisal.ts';
export { extractSummary } from '../../../packages/memory/src/episodes/extract-summary.ts';
export { readUnits } from '../../../packages/memory/src/episodes/sentence-units.ts';
export { fitLogistic, type LogisticExample } from '../../../packages/memory/src/fit-logistic.ts';
export { createAnalyzer } from '../../../packages/memory/src/index/analyzer.ts';
export { createLexicalIndex } from '../../../packages/memory/src/index/lexical-index.ts';
export { DEFAULT_LEXICAL_OPTIONS } from '../../../packages/memory/src/index/lexical-options.ts';
export type { VectorItem } from '../../../packages/memory/src/index/vector-index.ts';
export { createVectorTable } from '../../../packages/memory/src/index/vectors/vector-table.ts';
export {
  type DurableVectorIndex,
  openVectraIndex,
} from '../../../packages/memory/src/index/vectors/vectra-index.ts';
export { openDatabase } from '../../../packages/memory/src/journal/sqlite-driver.js';
export { openSqliteJournal } from '../../../packages/memory/src/journal/sqlite-journal.ts';
export { renderSpans, shortenToFit } from '../../../packages/memory/src/retention/spans.ts';
export type { Candidate } from '../../../packages/memory/src/retrieval/candidates.ts';
export { recallChunks } from '../../../packages/memory/src/retrieval/recall-chunks.ts';
export { DEFAULT_WEIGHTS, type Weights } from '../../../packages/memory/src/retrieval/weigh.ts';
export { createScopeState, type ScopeState } from '../../../packages/memory/src/scope/scope-state.ts';
