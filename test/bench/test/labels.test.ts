import { describe, expect, it } from 'vitest';
import { createDateSpeller, type LabelledItem, unlabelledItems } from '../src/labels.ts';

const MAY_8 = Date.UTC(2024, 4, 8, 23, 30);

const item = (block: string, words: string, more: Partial<LabelledItem> = {}): LabelledItem => ({
  block,
  words,
  speaker: 'Ana',
  time: MAY_8,
  ...more,
});

describe('createDateSpeller', () => {
  it('writes a day in the speaker’s zone and in UTC', () => {
    const spell = createDateSpeller();
    expect(spell(MAY_8)).toEqual(['2024-05-08', '8 May 2024', 'May 8, 2024', '8 May 2024', 'May 8, 2024']);
    expect(spell(MAY_8, 'Europe/Lisbon')).toContain('2024-05-09');
  });
});

describe('unlabelledItems', () => {
  it('accepts a date and a speaker in the line', () => {
    const block = '2024-05-08 Ana: I moved.\n';
    expect(unlabelledItems(block, [item(block, 'I moved.')])).toEqual([]);
  });

  it('accepts a date in the heading of the group', () => {
    const first = '[2024-05-08 Wed]\nAna: I moved.\n';
    const second = 'Ben: Really?\n';
    const items = [item(first, 'I moved.'), item(second, 'Really?', { speaker: 'Ben' })];
    expect(unlabelledItems(`<memory>\n${first}${second}</memory>`, items)).toEqual([]);
  });

  it('finds an item without a speaker, and one with somebody else’s', () => {
    const anonymous = item('[2024-05-08]\nI moved.\n', 'I moved.');
    const wrong = item('Ben: Really?\n', 'Really?');
    expect(unlabelledItems(anonymous.block + wrong.block, [anonymous, wrong])).toEqual([anonymous, wrong]);
  });

  it('finds an item without a date, or under the heading of another day', () => {
    const undated = item('Ana: I moved.\n', 'I moved.');
    const misplaced = item('[2024-06-01]\nAna: I moved.\n', 'I moved.');
    expect(unlabelledItems(undated.block, [undated])).toEqual([undated]);
    expect(unlabelledItems(misplaced.block, [misplaced])).toEqual([misplaced]);
  });

  it('takes no date from what somebody says for a heading', () => {
    const first = item('[2024-06-01]\nAna: See you on 2024-05-08.\n', 'See you on 2024-05-08.', {
      time: Date.UTC(2024, 5, 1),
    });
    const second = item('Ana: I moved.\n', 'I moved.');
    expect(unlabelledItems(first.block + second.block, [first, second])).toEqual([second]);
  });

  it('accepts parts of a message with gaps between them, and no words that nobody said', () => {
    const said = 'The start. And the middle of it. The end.';
    const block = '[2024-05-08]\nAna: [...] the middle [...] The end.\n';
    expect(unlabelledItems(block, [item(block, said)])).toEqual([]);
    const other = item('[2024-05-08]\nAna: [...] never said [...]\n', said);
    expect(unlabelledItems(other.block, [other])).toEqual([other]);
  });

  it('accepts a part of a long message', () => {
    const block = '[2024-05-08]\nAna: … the middle of it.\n';
    expect(unlabelledItems(block, [item(block, 'The start. And the middle of it. The end.')])).toEqual([]);
  });

  it('finds an item whose lines do not stand in the text', () => {
    const missing = item('2024-05-08 Ana: I moved.\n', 'I moved.');
    expect(unlabelledItems('nothing', [missing])).toEqual([missing]);
  });

  it('asks no speaker and no date of what has none', () => {
    const block = 'Manual: Press the button.\n';
    const page = item(block, 'Press the button.', { speaker: undefined, time: undefined });
    expect(unlabelledItems(block, [page])).toEqual([]);
  });
});
