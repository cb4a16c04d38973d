import { createAgent } from '@retentive/agents';
import { createManualClock } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openMemory } from '@retentive/memory';
import { type DemoMessage, matchEvidence, readDemoSet, turnOfDemoMessage } from '@retentive/test/bench';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askQuestion } from '../src/demo/ask-questions.ts';
import { ingestConversation, pieces } from '../src/demo/ingest-conversation.ts';
import { renderAnswerEnd, renderAnswerLine } from '../src/demo/render-answer.ts';

const LONG = 'The boat club gave us rack number twelve. '.repeat(8).trim();

const message = (id: string, content: DemoMessage['content'], minute: number): DemoMessage => ({
  id,
  thread: 'home',
  role: 'user',
  speaker: 'Signe',
  time: `2025-02-22T10:0${minute}:00Z`,
  content,
});

const MESSAGES = [
  message('m1', 'Our cat is called Moss.', 0),
  message('m2', LONG, 1),
  message(
    'm3',
    [
      { type: 'text', text: 'Look' },
      { type: 'image', uri: 'file:a', mediaType: 'image/jpeg', caption: 'a red kayak' },
    ],
    2,
  ),
];

async function* stream<Value>(values: readonly Value[]): AsyncGenerator<Value, void, undefined> {
  yield* values;
}

describe('pieces', () => {
  it('join to the text, each well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        const parts = [...pieces(text, size)];
        expect(parts.join('')).toBe(text);
        expect(parts.every((part) => part.isWellFormed() && [...part].length <= size)).toBe(true);
      }),
    );
  });
});

describe('the demo', () => {
  it('stores every message whole, and answers from them with a source', async () => {
    const memory = await openMemory({});
    const scope = memory.scope({ tenant: 'demo', user: 'test' });
    let stored = { messages: 0, streamed: 0, writes: 0 };
    for await (stored of ingestConversation(scope, stream(MESSAGES)));
    expect(stored).toMatchObject({ messages: 3, streamed: 1 });
    expect((await scope.messages()).map(({ id, state, text }) => [id, state, text])).toEqual([
      ['m1', 'complete', 'Our cat is called Moss.'],
      ['m2', 'complete', LONG],
      ['m3', 'complete', 'Look\n[image: a red kayak]'],
    ]);

    const clock = createManualClock(Date.parse('2025-03-01T00:00:00Z'));
    const conversation = { id: 'demo', turns: MESSAGES.map(turnOfDemoMessage) };
    const [question] = matchEvidence(conversation, [
      {
        id: 'q1',
        conversationId: 'demo',
        question: 'What is our cat called?',
        answers: ['Moss'],
        category: 'single',
        evidence: ['m1'],
        answerable: true,
      },
    ]);
    if (question === undefined) throw new Error('the question belongs to the conversation');
    let streamed = '';
    const answer = await askQuestion(question, {
      agent: createAgent({ memory }),
      scope,
      tokenizer: await openO200kTokenizer(),
      clock,
      now: clock.now(),
      onText: (text) => {
        streamed += text;
      },
    });
    expect(answer).toMatchObject({ id: 'q1', recall: 1, right: true, abstained: false, ms: 0 });
    expect(streamed).toBe(answer.answer);
    expect(answer.sources[0]).toMatchObject({ quote: 'Our cat is called Moss.', speaker: 'Signe' });
    expect(renderAnswerEnd(answer)).toContain(`${answer.tokens} tokens, recall 1.00, 0 ms`);
    expect(renderAnswerLine(answer)).toContain('What is our cat called?');
    expect(await scope.messages()).toHaveLength(3);
    await memory.close();
  });

  it('has data that fits together: every evidence id is a message', async () => {
    const { conversations, questions } = await readDemoSet();
    const ids = new Set(conversations.flatMap(({ turns }) => turns.map(({ id }) => id)));
    expect(questions.flatMap(({ evidence }) => evidence).filter((id) => !ids.has(id))).toEqual([]);
  });
});
