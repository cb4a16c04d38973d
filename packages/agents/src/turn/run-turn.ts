import type { AgentPart } from '../agent-types.ts';
import { assemblePrompt } from './stages/assemble-prompt.ts';
import { heedWish } from './stages/heed-wish.ts';
import { loadHistory } from './stages/load-history.ts';
import { planBudget } from './stages/plan-budget.ts';
import { recallContext } from './stages/recall-context.ts';
import { rememberAnswer } from './stages/remember-answer.ts';
import { rememberInput } from './stages/remember-input.ts';
import { streamAnswer } from './stages/stream-answer.ts';
import type { Turn } from './turn.ts';

/**
 * One turn, from what the user said to the stored answer. Read this first: every stage is one file in `stages/`, and
 * this is the order in which they run.
 */
export async function* runTurn(turn: Turn): AsyncGenerator<AgentPart, void, undefined> {
  // What do instructions, tools and input leave of the budget? A turn that cannot fit is refused before any effect.
  const plan = await planBudget(turn);

  // "Forget what I just said" is done, and told, before anything else is.
  yield* heedWish(turn);

  // The input is durable before anything is done about it, and stays so whatever the model does.
  const input = await rememberInput(turn);
  if (input !== undefined) yield input;

  // The newest messages of this thread go in word for word ...
  const history = await loadHistory(turn, plan, input?.message);

  // ... and everything older or elsewhere is recalled under a hard budget, without what history shows already.
  const context = await recallContext(turn, plan, history, input?.message);
  yield { type: 'context-ready', context };

  // Stable parts first, so that a provider's prompt cache holds: instructions, history, context, input.
  const prompt = assemblePrompt(turn, plan, history, context);

  // The model answers, calling tools as it needs; what it says is stored while it streams.
  yield* rememberAnswer(turn, streamAnswer(turn, plan, prompt), input?.message);
}
