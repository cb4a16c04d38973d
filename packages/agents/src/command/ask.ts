import { MAX_BUDGET_TOKENS, parseBudget } from '@retentive/core';
import type { AgentPart } from '../agent-types.ts';
import { itemLabel } from '../models/extractive/candidates.ts';
import { chooseModel } from './choose-model.ts';
import type { CommandContext, ModelOptions } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { renderContextSummary } from './render/render-context.ts';
import { printable } from './terminal.ts';

/** Options of the command `ask`. */
export interface AskOptions extends ModelOptions {
  /** Tokens of recalled memory. */
  readonly budget: number;
}

type Part<Type extends AgentPart['type']> = Extract<AgentPart, { readonly type: Type }>;

const sourceOf = ({ index, quote, item }: Part<'source'>): Record<string, unknown> => ({
  item: index,
  quote,
  label: itemLabel(item),
  source: item.source,
  ...(item.time === undefined ? {} : { time: new Date(item.time).toISOString() }),
});

/**
 * Answers one question from memory and stores nothing. Text streams to stdout as it comes; `--json` gives one document
 * with answer, reason, sources and context. @throws FILE_NOT_FOUND where there is no memory yet, MODEL_*, BUDGET_INVALID
 */
export const runAsk = async (
  context: CommandContext,
  question: string,
  options: AskOptions,
): Promise<void> => {
  const { terminal, signal } = context;
  const budget = parseBudget({ tokens: options.budget });
  const model = await chooseModel(context, options);
  await assertMemoryExists(context.options.data);
  const { createAgent } = await import('../agent.ts');
  await readScope(context, async ({ memory, scope }) => {
    const agent = createAgent({ memory, model });
    // Room for instructions and the question beside what was asked for.
    const run = agent.stream({
      scope,
      thread: context.options.thread,
      input: question,
      remember: false,
      budget: {
        tokens: Math.min(MAX_BUDGET_TOKENS, budget.tokens * 2 + 8_192),
        history: 0,
        context: budget,
      },
      signal,
    });
    let answer = '';
    let recalled: Part<'context-ready'>['context'] | undefined;
    let finish: Part<'finish'> | undefined;
    const sources: Part<'source'>[] = [];
    for await (const part of run) {
      if (part.type === 'context-ready') recalled = part.context;
      else if (part.type === 'source') sources.push(part);
      else if (part.type === 'finish') finish = part;
      else if (part.type === 'text-delta') {
        answer += part.text;
        terminal.write(printable(part.text));
      }
    }
    terminal.write('\n');
    if (recalled !== undefined && terminal.interactive && !terminal.json) {
      terminal.note(renderContextSummary(recalled));
    }
    terminal.writeJson({
      question,
      answer,
      reason: finish?.reason,
      sources: sources.map(sourceOf),
      context: { tokens: recalled?.tokens, budget: recalled?.budget, items: recalled?.items.length },
      ...(finish?.usage === undefined ? {} : { usage: finish.usage }),
    });
  });
};
