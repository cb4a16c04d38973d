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
import { PLOT_COLOURS, plotBars, plotDifferences, plotShares } from '../../src/evaluation/report/plots.ts';
import { makeQuestion, makeTurn, wordTokenizer } from './make-turn.ts';

const HOSTILE = '<script>alert("x")</script> | `a` & \u0007 ![x](https://example.org/p.png)';

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
    expect(html.match(/<svg [^>]*role="img" aria-label="[^"]+"/gu)?.length).toBe(3);
    // Its policy would stop them; so would a reader without one.
    expect(html).not.toMatch(
      /<(?!\/?(?:html|head|body|meta|title|style|main|section|h1|h2|ul|li|div|table|thead|tbody|tr|th|td|svg|text|rect|line|circle|polyline|polygon)\b)[a-z]/iu,
    );
    for (const value of html.matchAll(/\b(?:x|y|cx|cy|x1|x2|y1|y2|width|height)="([^"]*)"/gu)) {
      expect(Number.isNaN(Number.parseFloat(value[1] ?? ''))).toBe(false);
    }
  });

  it('says what was not met, what changed and what was missed', async () => {
    const markdown = renderMarkdownReport('Evaluation', await sections());
    expect(markdown).toContain('NOT MET');
    expect(markdown).toMatch(/category \| recall \| questions/u);
    expect(markdown).toMatch(/recall \| 1 \| 1\.000 \| 0\.000 \| -1\.000/u);
    expect(markdown).toContain('kappa 0.500');
    expect(markdown).toContain('1 question without all of their evidence at 9 tokens');
    // A hostile name adds no column.
    const rows = markdown.split('\n').filter((line) => line.startsWith('| \\<script'));
    expect(new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).size).toBeLessThan(5);
    expect(markdown).not.toMatch(/(?<!\\)<script/u);
    expect(markdown).not.toMatch(/(?<!\\)\[x/u);
  });
});

describe('the plots of a report', () => {
  const plot = (rows: readonly (readonly [string, number, boolean])[]): string =>
    plotDifferences(
      'change',
      'shares',
      rows.map(([name, delta, isHigherBetter]) => ({
        name,
        delta,
        low: delta - 0.01,
        high: delta + 0.01,
        isHigherBetter,
      })),
    );

  it('name a change by what it means, where its interval leaves out 0', () => {
    const svg = plot([
      ['recall', 0.1, true],
      ['falseAnswer', 0.1, false],
      ['answer', -0.1, true],
      ['same', 0.005, true],
    ]);
    expect(svg.match(/>\+?-?0\.\d{3}(?: better| worse)?</gu)?.slice(-4)).toEqual([
      '>+0.100 better<',
      '>+0.100 worse<',
      '>-0.100 worse<',
      '>+0.005<',
    ]);
    // The ends of the axis are round, and outside of every interval.
    expect(svg).toContain('>+0.200<');
    expect(svg).toContain('>-0.200<');
  });

  it('cut a name that does not fit, and keep all of it for who points at it', () => {
    const name = 'a name that is much too long to stand beside its bar';
    for (const svg of [
      plotBars('bars', [{ name, value: 0.5, note: '3 questions' }]),
      plotShares('lines', 'tokens', [{ name, points: [{ x: 8, y: 0.5 }] }]),
    ]) {
      expect(svg).toContain(`<title>${name}</title>`);
      expect(svg).toMatch(/<\/title>a name[^<]{5,25}…<\/text>/u);
    }
  });

  it('have colours that are told from their ground, in light and in dark', () => {
    const luminance = (hex: string): number => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
        const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const { ground, grid, track, ...drawn } = PLOT_COLOURS;
    for (const scheme of ['light', 'dark'] as const) {
      for (const colour of Object.values(drawn)) {
        const [low, high] = [colour[scheme], ground?.[scheme] ?? ''].map(luminance).toSorted((a, b) => a - b);
        expect(((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)).toBeGreaterThan(4.5);
      }
    }
    expect(grid).not.toEqual(track);
  });
});

describe('two runs', () => {
  it('are better where there are fewer errors', async () => {
    const options = { tokenizer: wordTokenizer, clock: createManualClock(0), budgets: [9] };
    const log = await evaluate([set], { ...options, system: system('nothing') });
    const answered = (abstained: boolean) => ({
      ...log,
      records: log.records.map((record) => ({ ...record, answerable: false, abstained })),
    });
    const { rows } = compareRuns(answered(false), answered(true));
    expect(rows.find(({ metric }) => metric === 'falseAnswer')).toMatchObject({
      delta: -1,
      gained: 1,
      lost: 0,
    });
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
