// The main job from end to end: a conversation of months streams into durable memory on disk, then an agent answers
// questions from it, each within a token budget. Offline; only --model sends anything.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAgent } from '@retentive/agents';
import { isRetentiveError, RetentiveError, systemClock } from '@retentive/core';
import { openO200kTokenizer } from '@retentive/core/tokenizer';
import { openMemory, type ScopedMemory } from '@retentive/memory';
import {
  createOpenSelector,
  createProgress,
  formatFaults,
  formatRecallByBudget,
  matchEvidence,
  measuredQuestions,
  readDemoMessages,
  readDemoSet,
  recallRows,
  spreadOver,
  summarizeFaults,
} from '@retentive/test/bench';
import { type Answer, askQuestion } from './demo/ask-questions.ts';
import { compareRecall } from './demo/compare-recall.ts';
import { type Ingested, ingestConversation } from './demo/ingest-conversation.ts';
import { renderAnswerEnd, renderAnswerLine } from './demo/render-answer.ts';

/** Enough to see every kind of question on two screens. */
const DEFAULT_QUESTIONS = 80;
const SHOWN_IN_FULL = 8;
const AFTERWARDS_MS = 60_000;

const USAGE = `npm run demo -- [options]
  --questions N   ask N of the questions, spread over all of them (default ${DEFAULT_QUESTIONS})
  --model NAME    answer with this model: needs OPENAI_BASE_URL and, if the endpoint wants one, OPENAI_API_KEY
  --json          one JSON document instead of text
`;

interface DemoOptions {
  readonly questions: number;
  readonly model: string | undefined;
  readonly json: boolean;
}

const readOptions = (args: readonly string[]): DemoOptions | undefined => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        questions: { type: 'string', default: String(DEFAULT_QUESTIONS) },
        model: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    const questions = Number(values.questions);
    if (!Number.isSafeInteger(questions) || questions < 1) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `--questions is a whole number from 1, got ${values.questions}`,
      );
    }
    return { questions, model: values.model, json: values.json };
  } catch (cause) {
    if (isRetentiveError(cause)) throw cause;
    throw new RetentiveError('OPTION_INVALID', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
};

const openModel = async (name: string | undefined) => {
  if (name === undefined) return undefined;
  const baseURL = process.env['OPENAI_BASE_URL'];
  if (baseURL === undefined) {
    throw new RetentiveError('OPTION_INVALID', '--model needs OPENAI_BASE_URL, the address of the endpoint');
  }
  const { createOpenAIModel } = await import('@retentive/agents/openai');
  return createOpenAIModel({ model: name, baseURL, apiKey: process.env['OPENAI_API_KEY'] });
};

const storeConversation = async (
  scope: ScopedMemory,
  total: number,
  signal: AbortSignal,
): Promise<Ingested> => {
  const progress = createProgress(process.stderr);
  let stored: Ingested = { messages: 0, streamed: 0, writes: 0 };
  try {
    for await (stored of ingestConversation(scope, readDemoMessages(), { signal })) {
      progress.update(stored.messages, total, 'messages stored');
    }
  } finally {
    progress.end();
  }
  return stored;
};

const summarize = (answers: readonly Answer[]): string => {
  const found = answers.flatMap(({ recall }) => recall ?? []);
  const recall = found.reduce((sum, value) => sum + value, 0) / Math.max(1, found.length);
  const answerable = answers.filter((answer) => answer.recall !== undefined);
  const others = answers.filter((answer) => answer.recall === undefined);
  return [
    `\n${answers.length} questions: mean recall ${recall.toFixed(3)}`,
    `${answerable.filter(({ right }) => right).length} of ${answerable.length} answers quote a gold answer word for word`,
    `${others.filter(({ right }) => right).length} of ${others.length} unanswerable ones got an abstention\n`,
  ].join('; ');
};

const NEXT = `
Next
  npm run demo -- --model NAME             the same with a model of yours (OPENAI_BASE_URL, OPENAI_API_KEY)
  npm run -s bench -- recall               the memory beside seven controls, on this conversation
  npm run -s retentive -- chat             talk to an agent that remembers
  examples/src/demo.ts                     how it is done, in one file
`;

const runDemo = async (options: DemoOptions, signal: AbortSignal): Promise<void> => {
  const write = (text: string): void => {
    if (!options.json) process.stdout.write(text);
  };
  const model = await openModel(options.model);
  const folder = await mkdtemp(join(tmpdir(), 'retentive-demo-'));
  const memory = await openMemory({ path: join(folder, 'data'), signal });
  try {
    const set = await readDemoSet();
    const conversation = set.conversations[0];
    if (conversation === undefined) throw new RetentiveError('FILE_INVALID', 'the demo has no conversation');
    const scope = memory.scope({ tenant: 'demo', user: 'household' });

    const start = systemClock.elapsed();
    const stored = await storeConversation(scope, conversation.turns.length, signal);
    const seconds = (systemClock.elapsed() - start) / 1_000;
    write(
      `${stored.messages} messages stored on disk in ${seconds.toFixed(1)} s, ` +
        `${stored.streamed} of them streamed in ${stored.writes} durable pieces\n\n`,
    );

    const tokenizer = await openO200kTokenizer();
    const agent = createAgent({ memory, model });
    const now = Math.max(...conversation.turns.map(({ time }) => time)) + AFTERWARDS_MS;
    const asked = spreadOver(matchEvidence(conversation, set.questions), options.questions);
    const answers: Answer[] = [];
    for (const [index, question] of asked.entries()) {
      const inFull = index < SHOWN_IN_FULL;
      if (inFull) write(`${index + 1}. ${question.question.question}\n   `);
      const answer = await askQuestion(question, {
        agent,
        scope,
        tokenizer,
        clock: systemClock,
        now,
        signal,
        onText: inFull ? (text) => write(text.replace(/\n+/gu, '\n   ')) : undefined,
      });
      write(inFull ? renderAnswerEnd(answer) : renderAnswerLine(answer));
      answers.push(answer);
    }
    write(summarize(answers));

    const outcomes = await compareRecall({
      conversation,
      questions: measuredQuestions(conversation, set.questions),
      tokenizer,
      clock: systemClock,
      open: createOpenSelector(scope, conversation, { now, close: async () => {} }),
    });
    const rows = recallRows(outcomes);
    write(`\nRecall of the evidence by token budget\n${formatRecallByBudget(rows)}`);
    write(formatFaults(summarizeFaults(outcomes)));
    write(NEXT);
    if (options.json) {
      process.stdout.write(
        `${JSON.stringify({ stored: { ...stored, seconds }, answers, recall: rows }, null, 2)}\n`,
      );
    }
  } finally {
    await memory.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else await runDemo(options, interrupt.signal);
} catch (error) {
  if (!isRetentiveError(error)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.code === 'OPTION_INVALID' ? 2 : 1;
}
