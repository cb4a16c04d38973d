import type { ContextItem, Example, Tokenizer } from '@retentive/core';
import type { ExampleCandidate } from '../examples/find-examples.ts';
import { quoteText } from './layout.ts';

/** Opens the examples of a context. */
export const EXAMPLES_HEADING = '[earlier answers to such questions]\n';

/** Examples as text. */
export interface ExamplesText {
  readonly text: string;
  readonly items: readonly ContextItem[];
}

/** The lines of an example, line end included: what was asked, what was answered, how it turned out. */
export const renderExample = ({ outcome, input, output, why }: Example): string =>
  [
    `- ${outcome === 'good' ? 'right' : 'wrong'}${why === undefined ? '' : `, because ${quoteText(why)}`}`,
    ` asked: ${quoteText(input)}`,
    ` answered: ${quoteText(output)}`,
    '',
  ].join('\n');

/** The examples that fit `limit` tokens with their heading, in order; one that is too long gives way to the next. */
export const layOutExamples = (
  candidates: readonly ExampleCandidate[],
  limit: number,
  tokenizer: Tokenizer,
): ExamplesText => {
  const items: ContextItem[] = [];
  let text = EXAMPLES_HEADING;
  for (const { example, score } of candidates) {
    const lines = renderExample(example);
    if (tokenizer.count(text + lines) > limit) continue;
    text += lines;
    items.push({
      source: { type: 'example', example: example.id },
      text: lines,
      tokens: tokenizer.count(lines),
      time: example.recordedAt,
      why: {
        score,
        parts: { example: score },
        matched: [],
        reason: 'an earlier answer to a question like the query',
      },
    });
  }
  return items.length === 0 ? { text: '', items } : { text, items };
};
