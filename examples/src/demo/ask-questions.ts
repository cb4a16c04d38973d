import type { Agent, AgentPart } from '@retentive/agents';
import { type CallOptions, type Clock, type Context, RetentiveError, type Tokenizer } from '@retentive/core';
import type { ScopedMemory } from '@retentive/memory';
import { foldText, type MeasuredQuestion, normalizeAnswer, scoreContext } from '@retentive/test/bench';

/** A cited source of an answer. */
export interface AnswerSource {
  readonly quote: string;
  readonly speaker: string | undefined;
  readonly time: number | undefined;
}

/** One question as the agent answered it. */
export interface Answer {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly sources: readonly AnswerSource[];
  /** Tokens of the recalled context. */
  readonly tokens: number;
  /** Share of the evidence that stands in the context; undefined where there is none to find. */
  readonly recall: number | undefined;
  /** True when the answer holds a gold answer, or abstains where it should. */
  readonly right: boolean;
  readonly abstained: boolean;
  /** From asking to the end of the answer, ms. */
  readonly ms: number;
}

/** What a question is asked with. */
export interface AskSetting extends CallOptions {
  readonly agent: Agent;
  readonly scope: ScopedMemory;
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
  /** The present of questions that name none, ms since epoch. */
  readonly now: number;
  /** Called with each piece of the answer as it streams. */
  readonly onText?: ((text: string) => void) | undefined;
}

/** Asks one question in a turn of its own that leaves nothing in memory. */
export const askQuestion = async (
  { question, evidence }: MeasuredQuestion,
  { agent, scope, tokenizer, clock, now, onText, signal }: AskSetting,
): Promise<Answer> => {
  const start = clock.elapsed();
  const run = agent.stream({
    scope,
    thread: 'questions',
    input: { content: question.question, time: question.now ?? now },
    remember: false,
    signal,
  });
  let context: Context | undefined;
  let answer = '';
  let abstained = false;
  const sources: AnswerSource[] = [];
  for await (const part of run) {
    if (part.type === 'context-ready') context = part.context;
    else if (part.type === 'text-delta') {
      answer += part.text;
      onText?.(part.text);
    } else if (part.type === 'source') sources.push(sourceOf(part));
    else if (part.type === 'finish') abstained = part.reason === 'abstain';
  }
  const ms = clock.elapsed() - start;
  if (context === undefined) throw new RetentiveError('INTERNAL', 'the turn ended without a context');
  const recall =
    evidence.length === 0
      ? undefined
      : scoreContext(foldText(context.text), question, evidence, tokenizer).recall;
  const said = normalizeAnswer(answer);
  return {
    id: question.id,
    question: question.question,
    answer,
    sources,
    tokens: context.tokens,
    recall,
    right: question.answerable
      ? question.answers.some((gold) => said.includes(normalizeAnswer(gold)))
      : abstained,
    abstained,
    ms,
  };
};

const sourceOf = ({ quote, item }: Extract<AgentPart, { readonly type: 'source' }>): AnswerSource => ({
  quote,
  speaker: item.speaker,
  time: item.time,
});
