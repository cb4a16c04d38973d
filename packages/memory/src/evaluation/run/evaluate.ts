import { type CallOptions, type ChatModel, type Clock, systemClock, type Tokenizer } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import type { EvaluationQuestion, EvaluationSet } from '../data/evaluation-set.ts';
import { isMeasured, type MeasuredQuestion, matchEvidence, spreadOver } from '../evidence.ts';
import type { Judge } from '../judge/judge.ts';
import {
  createPartFinder,
  evidenceText,
  foldText,
  normalizeAnswer,
  scoreContext,
  zeroScore,
} from '../metrics.ts';
import type { EvaluationSystem, OpenSystem, Recollection } from '../system.ts';
import { answerQuestion, type Response } from './answerer.ts';
import { hashOf, type QuestionRecord, type RunLog } from './run-log.ts';

/** Budgets in tokens where none are given: from a line or two to a few pages. */
export const DEFAULT_EVALUATION_BUDGETS: readonly number[] = [256, 512, 1_024, 2_048];

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends CallOptions {
  readonly system: EvaluationSystem;
  /** In tokens; default {@link DEFAULT_EVALUATION_BUDGETS}. */
  readonly budgets?: readonly number[] | undefined;
  /** Answers every question from its context. Without it only contexts are measured, and nothing unanswerable is asked. */
  readonly answerer?: ChatModel | undefined;
  /** Judges the answers. Needs an answerer. */
  readonly judge?: Judge | undefined;
  /** At most so many questions a set, spread over it. */
  readonly limit?: number | undefined;
  /** For the intervals of reports. Default 1. */
  readonly seed?: number | undefined;
  /** Keeps questions, contexts and answers in the records. Default false: records have no content. */
  readonly texts?: boolean | undefined;
  /** Counts tokens; default the exact o200k_base counter. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Times the calls; default the machine's. */
  readonly clock?: Clock | undefined;
  /** Hears how many of the questions of a set are done. */
  readonly onProgress?: ((done: number, total: number, set: string) => void) | undefined;
}

type Setting = EvaluateOptions & { readonly tokenizer: Tokenizer; readonly clock: Clock };

const contextScores = (
  { question, evidence }: MeasuredQuestion,
  text: string,
  { tokens, overBudget, tokenizer }: { tokens: number; overBudget: boolean; tokenizer: Tokenizer },
) => {
  if (!isMeasured({ question, evidence })) {
    return {
      recall: null,
      recallPart: null,
      allEvidence: null,
      recallSpan: null,
      answer: null,
      precision: null,
    };
  }
  const folded = foldText(text);
  const whole = scoreContext(folded, question, evidence, tokenizer);
  const score = overBudget ? zeroScore(whole) : whole;
  const spans = spanTexts(question, evidence);
  const found = overBudget ? 0 : spans.filter((span) => folded.includes(span)).length;
  return {
    ...score,
    recallSpan: spans.length === 0 ? null : found / spans.length,
    answer: score.answer ?? null,
    precision:
      tokens === 0 || overBudget ? 0 : Math.min(1, evidenceTokens(folded, evidence, tokenizer) / tokens),
  };
};

/** Tokens of the evidence that stand in a folded context. */
const evidenceTokens = (
  context: string,
  evidence: MeasuredQuestion['evidence'],
  tokenizer: Tokenizer,
): number => {
  const finder = createPartFinder(context, tokenizer);
  const words = [...new Set(evidence.map(evidenceText))];
  return words.reduce((sum, text) => sum + finder.share(text) * tokenizer.count(text), 0);
};

const spanTexts = (
  { spans = [] }: EvaluationQuestion,
  evidence: MeasuredQuestion['evidence'],
): readonly string[] =>
  spans.flatMap(({ turn, start, end }) => {
    const text = foldText(evidence.find(({ id }) => id === turn)?.text.slice(start, end) ?? '');
    return text === '' ? [] : [text];
  });

const answerScores = async (
  question: EvaluationQuestion,
  response: Response | undefined,
  { judge, signal }: Setting,
): Promise<Pick<QuestionRecord, 'abstained' | 'correct' | 'judged'>> => {
  if (response === undefined) return { abstained: null, correct: null, judged: null };
  const { text, abstained } = response;
  const said = normalizeAnswer(text);
  const gold = question.answers.map(normalizeAnswer).filter((answer) => answer.length > 0);
  if (!question.answerable || gold.length === 0) return { abstained, correct: null, judged: null };
  const correct = !abstained && gold.some((answer) => said.includes(answer)) ? 1 : 0;
  if (judge === undefined) return { abstained, correct, judged: null };
  const task = { question: question.question, answers: question.answers, response: text };
  const judged = abstained || (await judge.isRight(task, { signal })) !== true ? 0 : 1;
  return { abstained, correct, judged };
};

const recallTimed = async (
  open: OpenSystem,
  question: EvaluationQuestion,
  budget: number,
  { clock, signal }: Setting,
): Promise<{ readonly recalled: Recollection; readonly ms: number }> => {
  const start = clock.elapsed();
  const recalled = await open.recall(question, budget, { signal });
  return { recalled, ms: clock.elapsed() - start };
};

const measure = async (
  set: string,
  open: OpenSystem,
  measured: MeasuredQuestion,
  budget: number,
  setting: Setting,
): Promise<QuestionRecord> => {
  const { question } = measured;
  const { tokenizer, answerer, signal } = setting;
  const { recalled, ms } = await recallTimed(open, question, budget, setting);
  const tokens = tokenizer.count(recalled.text);
  const overBudget = tokens > budget;
  const response =
    answerer === undefined ? undefined : await answerQuestion(answerer, question, recalled, { signal });
  return {
    type: 'question',
    set,
    conversation: question.conversationId,
    question: question.id,
    category: question.category,
    answerable: question.answerable,
    budget,
    tokens,
    ms,
    overBudget,
    ...contextScores(measured, recalled.text, { tokens, overBudget, tokenizer }),
    ...(await answerScores(question, response, setting)),
    ...(setting.texts
      ? {
          texts: {
            question: question.question,
            context: recalled.text,
            response: response?.text ?? null,
          },
        }
      : {}),
  };
};

/** What is asked of a set: what recall is measured on, and with an answerer every question. */
const askedOf = (set: EvaluationSet, { answerer, limit }: Setting): ReadonlySet<string> => {
  const asked = set.conversations
    .flatMap((conversation) => matchEvidence(conversation, set.questions))
    .filter((measured) => answerer !== undefined || isMeasured(measured))
    .map(({ question }) => question.id);
  return new Set(spreadOver(asked, limit ?? asked.length));
};

async function* measureSet(
  set: EvaluationSet,
  setting: Setting,
): AsyncGenerator<QuestionRecord, void, undefined> {
  const { system, budgets = DEFAULT_EVALUATION_BUDGETS, signal, onProgress } = setting;
  const asked = askedOf(set, setting);
  let done = 0;
  for (const conversation of set.conversations) {
    const questions = matchEvidence(conversation, set.questions).filter(({ question }) =>
      asked.has(question.id),
    );
    if (questions.length === 0) continue;
    onProgress?.(done, asked.size, set.name);
    const open = await system.open(conversation, { signal });
    try {
      for (const question of questions) {
        for (const budget of budgets) yield await measure(set.name, open, question, budget, setting);
        done += 1;
        onProgress?.(done, asked.size, set.name);
      }
    } finally {
      await open.close();
    }
  }
}

/**
 * Asks a system every question of the sets at every budget. A context over its budget scores 0. One set is in memory at a
 * time. With the same sets, options and seed the log is the same, times aside, as far as the models are.
 * @throws what the system and the models throw
 */
export const evaluate = async (
  sets: Iterable<EvaluationSet> | AsyncIterable<EvaluationSet>,
  options: EvaluateOptions,
): Promise<RunLog> => {
  const tokenizer = options.tokenizer ?? (await openO200kTokenizer());
  const setting: Setting = { ...options, tokenizer, clock: options.clock ?? systemClock };
  const config = {
    ...options.system.config,
    budgets: options.budgets ?? DEFAULT_EVALUATION_BUDGETS,
    limit: options.limit ?? null,
    intervalSeed: options.seed ?? 1,
    tokenizer: tokenizer.id,
    answerer: options.answerer?.id ?? null,
    judge: options.judge?.id ?? null,
  };
  const records: QuestionRecord[] = [];
  const described: RunLog['head']['sets'] = {};
  for await (const set of sets) {
    described[set.name] = {
      hash: hashOf(set),
      conversations: set.conversations.length,
      questions: set.questions.length,
    };
    for await (const record of measureSet(set, setting)) records.push(record);
  }
  const head = {
    type: 'run',
    format: 1,
    system: options.system.name,
    configHash: hashOf({ system: options.system.name, ...config }),
    config,
    sets: described,
  } as const;
  return { head, records };
};
