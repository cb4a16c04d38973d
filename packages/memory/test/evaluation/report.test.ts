import { createManualClock } from '@retentive/core';
import {
  bootstrapMean,
  checkRequirements,
  compareRuns,
  type EvaluationSet,
  type EvaluationSystem,
  evaluate,
  parseRequirement,
  renderHtmlReport,
  renderMarkdownReport,
  reportSections,
  summarizeRun,
} from '@retentive/memory/evaluation';
import { describe, expect, it } from 'vitest';
import { makeQuestion, makeTurn, wordTokenizer } from './make-turn.ts';

const HOSTILE = '<script>alert("x")</script> | `a` & \u0007';

const set: EvaluationSet = {
  name: HOSTILE,
  conversations: [{ id: 'c', turns: [makeTurn({ id: 't1', text: 'I moved to Lisbon in May.' })] }],
  questions: [makeQuestion({ question: HOSTILE, category: HOSTILE })],
};

const system = (text: string): EvaluationSystem => ({
  name: HOSTILE,
  config: { text },
  open: async () => ({ recall: async () => ({ text }), close: async () => {} }),
});

const sections = async () => {
  const options = { tokenizer: wordTokenizer, clock: createManualClock(0), budgets: [4, 9], texts: true };
  const log = await evaluate([set], { ...options, system: system('nothing') });
  const before = await evaluate([set], { ...options, system: system('I moved to Lisbon in May.') });
  const summary = summarizeRun(log);
  return reportSections({
    log,
    summary,
    comparison: compareRuns(before, log),
    checked: checkRequirements(summary, [parseRequirement('recall@9>=.5')]),
    agreement: { answers: 4, agreement: 0.75, kappa: 0.5, onlyJudge: 1, onlyGold: 0 },
  });
};

/** The names of the elements that are open at each end of one, as a parser of XML would see them. */
const unbalanced = (markup: string): readonly string[] => {
  const open: string[] = [];
  for (const [, close, name = '', empty] of markup.matchAll(/<(\/)?([a-z][\w-]*)(?:\s[^<>]*?)?(\/)?>/giu)) {
    if (empty !== undefined) continue;
    if (close === undefined) open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
};

describe('a report', () => {
  it('is one page that loads and runs nothing, whatever stands in the texts', async () => {
    const html = renderHtmlReport(HOSTILE, await sections());
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|\son\w+=|url\(|\ssrc=|\shref=|@import/iu);
    expect(html).not.toContain('\u0007');
    expect(unbalanced(html.replace('<!doctype html>', ''))).toEqual([]);
    expect(html.match(/<svg /gu)?.length).toBe(3);
    for (const value of html.matchAll(/\b(?:x|y|cx|cy|x1|x2|y1|y2|width|height)="([^"]*)"/gu)) {
      expect(Number.isNaN(Number.parseFloat(value[1] ?? ''))).toBe(false);
    }
  });

  it('says what was not met, what changed and what was missed', async () => {
    const markdown = renderMarkdownReport('Evaluation', await sections());
    expect(markdown).toContain('NOT MET');
    expect(markdown).toMatch(/recall \| 1 \| 1\.000 \| 0\.000 \| -1\.000/u);
    expect(markdown).toContain('kappa 0.500');
    expect(markdown).toContain('1 questions without all of their evidence at 9 tokens');
    // A hostile name adds no column.
    const rows = markdown.split('\n').filter((line) => line.startsWith('| \\<script'));
    expect(new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).size).toBeLessThan(4);
    expect(markdown).not.toMatch(/(?<!\\)<script/u);
  });
});

describe('the interval of a mean', () => {
  const samples = (conversations: number, each: number) =>
    Array.from({ length: conversations * each }, (_, index) => ({
      conversation: `c${index % conversations}`,
      // A conversation goes well or it does not.
      value: (index % conversations) % 2,
    }));

  it('is wider where conversations are drawn than the questions alone would make it', () => {
    const clustered = bootstrapMean(samples(6, 50), 1);
    const single = bootstrapMean(
      samples(6, 50).map((sample, index) => ({ ...sample, conversation: `q${index}` })),
      1,
    );
    const width = (interval = { low: 0, high: 0 }): number => interval.high - interval.low;
    expect(width(clustered)).toBeGreaterThan(3 * width(single));
    expect(clustered?.mean).toBe(0.5);
  });

  it('is the same for the same seed, and nothing of nothing', () => {
    expect(bootstrapMean(samples(6, 5), 3)).toEqual(bootstrapMean(samples(6, 5), 3));
    expect(bootstrapMean([], 1)).toBeUndefined();
  });
});
