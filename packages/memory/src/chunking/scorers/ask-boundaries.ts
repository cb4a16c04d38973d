import { type CallOptions, type ChatModel, type TokenLogprob, throwIfAborted } from '@retentive/core';
import type { BoundaryUnit } from '../boundary-scorer.ts';

/** Decisions after which the threshold is the mean margin of the last so many. */
const THRESHOLD_MARGINS = 5;

/** A margin this near to certain is as good as certain. */
const MAX_MARGIN = 0.96;

/** Characters of the text before the gap that the model is shown, from its end. */
const SHOWN_CHARACTERS = 1_500;

/** Options of {@link askBoundaries}. */
export interface AskBoundariesOptions extends CallOptions {
  /** One that gives log probabilities of what it writes; without them its answer counts as certain. */
  readonly model: ChatModel;
}

const promptOf = (before: string, after: string): string =>
  `Two passages of one text follow. Should it be split between them, because the subject changes, or kept together?
Answer with one digit alone. 1: split. 2: keep together.

<before>
${before.slice(-SHOWN_CHARACTERS)}
</before>
<after>
${after.slice(0, SHOWN_CHARACTERS)}
</after>`;

/** P(keep) - P(split) of an answer; undefined if it is neither. */
const marginOf = (text: string, logprobs: readonly TokenLogprob[]): number | undefined => {
  const answer = /[12]/u.exec(text)?.[0];
  if (answer === undefined) return undefined;
  const token = logprobs.find((each) => each.token.trim() === answer);
  // The other answer has at most what is left.
  const probability = token === undefined ? 1 : Math.min(1, Math.exp(token.logprob));
  const margin = 2 * probability - 1;
  return answer === '2' ? margin : -margin;
};

const askMargin = async (
  model: ChatModel,
  prompt: string,
  options: CallOptions,
): Promise<number | undefined> => {
  let text = '';
  const logprobs: TokenLogprob[] = [];
  const messages = [{ role: 'user' as const, content: prompt }];
  for await (const part of model.stream({ messages, maxOutputTokens: 1 }, options)) {
    if (part.type !== 'text-delta') continue;
    text += part.text;
    logprobs.push(...(part.logprobs ?? []));
  }
  return marginOf(text, logprobs);
};

const logOdds = (margin: number): number => {
  const inside = Math.max(-MAX_MARGIN, Math.min(MAX_MARGIN, margin));
  return Math.log((1 - inside) / (1 + inside));
};

/**
 * Asks a model about every gap (margin sampling of Meta-Chunking, arXiv 2410.12788): log-odds of a boundary after each
 * unit but the last, above 0 where the margin P(keep) - P(split) lies below the threshold, which is 0 at first and then
 * the mean of the last five margins. 0 where the answer is neither. One call a gap, one after the other, since what
 * stands before a gap goes back to the last boundary. For `evidence` of `segmentTopics`. Throws what the model throws;
 * @throws ABORTED
 */
export const askBoundaries = async (
  units: readonly BoundaryUnit[],
  { model, signal }: AskBoundariesOptions,
): Promise<readonly number[]> => {
  const odds: number[] = [];
  const margins: number[] = [];
  let before = '';
  for (const [index, unit] of units.entries()) {
    if (index > 0) {
      throwIfAborted(signal, 'askBoundaries');
      const margin = await askMargin(model, promptOf(before, unit.text), { signal });
      const last = margins.slice(-THRESHOLD_MARGINS);
      const threshold =
        last.length < THRESHOLD_MARGINS ? 0 : last.reduce((sum, value) => sum + value, 0) / last.length;
      const score = margin === undefined ? 0 : logOdds(margin) - logOdds(threshold);
      if (margin !== undefined) margins.push(margin);
      odds.push(score);
      if (score > 0) before = '';
    }
    before = before === '' ? unit.text : `${before}\n${unit.text}`;
  }
  return odds;
};
