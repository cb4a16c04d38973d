import { describe, expect, it } from 'vitest';
import { askedTimes } from '../../src/retrieval/asked-times.ts';

/** A Monday. */
const NOW = Date.UTC(2025, 2, 3, 9);

const daysOf = (question: string): readonly (readonly [string, string])[] =>
  askedTimes(question, NOW).map(({ from, until }) => [
    new Date(from).toISOString().slice(0, 10),
    new Date(until - 1).toISOString().slice(0, 10),
  ]);

describe('the times that a question names', () => {
  it.each([
    ['What did I eat on 2025-02-14?', '2025-02-14', '2025-02-14'],
    ['What happened on 8 May 2024?', '2024-05-08', '2024-05-08'],
    ['What happened on the 8th of May?', '2024-05-08', '2024-05-08'],
    ['What happened on May 8, 2024?', '2024-05-08', '2024-05-08'],
    ['Where was she in May?', '2024-05-01', '2024-05-31'],
    ['Where was she in February 2023?', '2023-02-01', '2023-02-28'],
    ['Where was she in January?', '2025-01-01', '2025-01-31'],
    ['What did he buy in 2022?', '2022-01-01', '2022-12-31'],
    ['What did I say yesterday?', '2025-03-02', '2025-03-02'],
    ['What did I do last week?', '2025-02-24', '2025-03-02'],
    ['What did I do last month?', '2025-02-01', '2025-02-28'],
    ['Who called two days ago?', '2025-03-01', '2025-03-01'],
    ['Who called three years ago?', '2022-01-01', '2022-12-31'],
    ['Who called last Friday?', '2025-02-28', '2025-02-28'],
    ['我昨天说了什么？', '2025-03-02', '2025-03-02'],
    ['2024年4月3日我在哪里？', '2024-04-03', '2024-04-03'],
    ['我上个月去了哪里？', '2025-02-01', '2025-02-28'],
  ])('%s', (question, from, until) => {
    expect(daysOf(question)).toEqual([[from, until]]);
  });

  it.each([
    'May I ask what she said?',
    'Did they march in step?',
    'What is in room 2022?',
    'How old are you?',
    'What happened on the 40th of June 2024?',
    '',
  ])('none in "%s"', (question) => {
    expect(daysOf(question)).toEqual([]);
  });
});
