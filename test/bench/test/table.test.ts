import { percentile } from '@retentive/memory/evaluation';
import { describe, expect, it } from 'vitest';
import { decimals, formatTable, share } from '../src/table.ts';

describe('formatTable', () => {
  it('aligns text to the left and figures to the right', () => {
    const rows = [
      ['retentive', share(0.8421), decimals(5.2, 1)],
      ['上司', share(undefined), decimals(12, 1)],
    ];
    expect(formatTable(['selector', 'recall', 'ms'], rows)).toBe(
      [
        'selector   recall    ms',
        '---------  ------  ----',
        'retentive    .842   5.2',
        '上司            -  12.0',
        '',
      ].join('\n'),
    );
  });
});

describe('percentile', () => {
  it('is the value of the nearest rank', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(percentile([4, 1, 3, 2], 0.95)).toBe(4);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});
