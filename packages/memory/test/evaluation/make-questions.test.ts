import { createManualClock } from '@retentive/core';
import { openMemory } from '@retentive/memory';
import {
  conversationOfMessages,
  createMemorySystem,
  type EvaluationConversation,
  evaluate,
  makeQuestions,
  summarizeRun,
} from '@retentive/memory/evaluation';
import { describe, expect, it } from 'vitest';
import { makeTurn } from './make-turn.ts';

const day = (date: number): number => Date.UTC(2024, 4, date, 12);

const said = (id: string, text: string, date: number, speaker = 'Ana') =>
  makeTurn({ id, text, speaker, session: `s${date}`, time: day(date) });

const log: EvaluationConversation = {
  id: 'own',
  turns: [
    said('a', 'I live in Porto. The rent of the flat is 740 euros a month.', 3),
    said('b', 'My cat is called Miso. We met Tomas at the harbour market.', 3),
    said('c', 'Nothing new today, only rain.', 4, 'Ben'),
    said('d', 'I moved to Lisbon. Yesterday Tomas helped me carry the sofa upstairs.', 9),
    said('e', 'The dentist appointment is at 16:30 near the station.', 10),
    said('f', 'I saw Tomas again.', 12),
  ],
};

describe('questions made from a log', () => {
  it('name the words that answer them', async () => {
    const questions = await makeQuestions(log);
    const textOf = new Map(log.turns.map(({ id, text }) => [id, text]));
    for (const { spans = [], evidence, answers, answerable } of questions) {
      const words = spans.map(({ turn, start, end }) => textOf.get(turn)?.slice(start, end) ?? '');
      expect(words.every((text) => text.length > 0)).toBe(true);
      expect(new Set(spans.map(({ turn }) => turn))).toEqual(new Set(evidence));
      for (const answer of answers) expect(words.join(' ')).toContain(answer);
      expect(answerable).toBe(evidence.length > 0);
    }
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  });

  it('ask for numbers by other words, for names in every turn that has them, and for days', async () => {
    const questions = await makeQuestions(log, { extractor: false });
    const of = (category: string) => questions.filter((question) => question.category === category);
    expect(
      of('number')
        .map(({ answers }) => answers[0])
        .toSorted(),
    ).toEqual(['16:30', '740']);
    expect(of('number').every(({ question }) => !/\d/u.test(question))).toBe(true);
    expect(of('scattered')).toMatchObject([
      { question: 'What was said about Tomas?', evidence: ['b', 'd', 'f'] },
    ]);
    expect(of('day')).toMatchObject([
      { question: 'What was said about Tomas on 2024-05-03?', evidence: ['b'] },
    ]);
  });

  it('ask for facts as they are last said to be', async () => {
    const questions = await makeQuestions(log);
    const facts = questions.filter(({ category }) => category.endsWith('fact'));
    expect(facts.find(({ category }) => category === 'changed-fact')).toMatchObject({
      answers: ['Lisbon'],
      evidence: ['d'],
    });
  });

  it('ask for what was never said', async () => {
    const words = log.turns.map(({ text }) => text.toLowerCase()).join(' ');
    const absent = (await makeQuestions(log)).filter(({ answerable }) => !answerable);
    expect(absent.length).toBeGreaterThan(0);
    for (const { question } of absent) {
      const name = /\((\w+)\)/u.exec(question)?.[1]?.toLowerCase() ?? ' ';
      expect(words).not.toContain(name);
    }
  });

  it('are the same for the same log and seed, and at most so many a kind', async () => {
    expect(await makeQuestions(log, { seed: 7 })).toEqual(await makeQuestions(log, { seed: 7 }));
    const few = await makeQuestions(log, { perKind: 1 });
    expect(few.filter(({ category }) => category === 'number').length).toBe(1);
  });

  it('are made in writing without spaces or capitals too, in its own words', async () => {
    const chinese: EvaluationConversation = {
      id: 'zh',
      turns: [
        said('a', '我的上司叫赵雅琳。', 3),
        said('b', '今天下雨了。', 4),
        said('c', '赵雅琳给我加薪了,现在是9000元。', 5),
      ],
    };
    const questions = await makeQuestions(chinese);
    expect(questions.some(({ category }) => category === 'scattered')).toBe(true);
    expect(
      questions.filter(({ answerable }) => answerable).every(({ question }) => !/[a-z]/u.test(question)),
    ).toBe(true);
  });

  it('can be asked of what a memory holds', async () => {
    const memory = await openMemory({ clock: createManualClock(day(20)) });
    const scope = memory.scope({ tenant: 't', user: 'u' });
    for (const { id, text, speaker, time } of log.turns) {
      await scope.observe({ id, role: 'user', speaker, time, content: text });
    }
    const conversation = conversationOfMessages('own', await scope.messages());
    await memory.close();
    expect(conversation.turns.map(({ id, text }) => [id, text])).toEqual(
      log.turns.map(({ id, text }) => [id, text]),
    );
    const set = { name: 'own', conversations: [conversation], questions: await makeQuestions(conversation) };
    const run = await evaluate([set], {
      system: createMemorySystem(),
      budgets: [512],
      clock: createManualClock(0),
    });
    expect(summarizeRun(run).rows[0]?.metrics.recall?.mean).toBeGreaterThan(0.9);
  });
});
