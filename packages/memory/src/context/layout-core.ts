import type { ContextItem, CoreBlock, Tokenizer } from '@retentive/core';
import { renderCoreHeading, renderCoreLine } from './layout.ts';

/** Core memory may take one part in this many of the budget. */
const CORE_SHARE = 4;

/** Core memory as text; `cut` where not all of it found room. */
export interface CoreText {
  readonly text: string;
  readonly items: readonly ContextItem[];
  readonly cut: boolean;
}

/** Core blocks as text, whole lines only, within a quarter of the budget. */
export const layOutCore = (blocks: readonly CoreBlock[], budget: number, tokenizer: Tokenizer): CoreText => {
  const limit = Math.floor(budget / CORE_SHARE);
  const items: ContextItem[] = [];
  let text = '';
  let cut = false;
  for (const block of blocks) {
    let lines = renderCoreHeading(block.label);
    let kept = 0;
    for (const line of block.lines) {
      const longer = lines + renderCoreLine(line);
      if (tokenizer.count(text + longer) > limit) {
        cut = true;
        break;
      }
      lines = longer;
      kept += 1;
    }
    if (kept === 0) continue;
    items.push({
      source: { type: 'core', label: block.label },
      text: lines,
      tokens: tokenizer.count(lines),
      why: { score: 0, parts: {}, matched: [], reason: 'core memory is always in the context' },
    });
    text += lines;
  }
  return { text, items, cut };
};
