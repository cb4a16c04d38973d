import { expect, it } from 'vitest';
import { createTwoHopSet } from '../../src/ablate/two-hop-set.ts';

it('asks over two hops in words that name nobody of the second, whose name nobody else has', () => {
  const set = createTwoHopSet(7);
  expect(set).toEqual(createTwoHopSet(7));
  const turns = new Map(
    set.conversations.flatMap((each) => each.turns.map((turn) => [turn.id, turn] as const)),
  );
  const asked = set.questions.filter(({ category }) => category === 'two-hop');
  expect(asked).toHaveLength(set.questions.length / 2);
  for (const { question, evidence, answers, conversationId } of asked) {
    const [relation, property] = evidence.map((id) => turns.get(id)?.text ?? '');
    const name = /^(?:\p{Lu}\S*)(?: \p{Lu}\S*)?/u.exec(property as string)?.[0] as string;
    expect(relation).toContain(name);
    expect(property).toContain(answers[0]);
    expect(question).not.toContain(name);
    const others = [...turns.values()].filter(
      ({ id, text }) => id.startsWith(`${conversationId}-`) && text.startsWith(`${name} `),
    );
    expect(others.length).toBeLessThanOrEqual(2);
  }
});
