import { type PromptMessage, parsePrices, RetentiveError, type ToolCall } from '@retentive/core';
import type { BatchExtraction, BatchExtractor, BatchInput } from '../batch-extractor.ts';
import { batchLimits } from '../batch-limits.ts';
import type { ExtractOptions } from '../extractor.ts';
import { askModel, type ModelAnswer } from './ask-model.ts';
import { extractorId, type ModelWriterOptions } from './model-writer-options.ts';
import { createIntervalReader } from './said-interval.ts';
import { layOut } from './transcript.ts';
import { createWriterDraft, type WriterDraft } from './writer-draft.ts';
import { WRITER_PROMPT } from './writer-prompt.ts';
import { WRITER_TOOLS } from './writer-tools.ts';

/** Options of {@link createToolWriter}. */
export interface ToolWriterOptions extends ModelWriterOptions {
  /**
   * Answers that the model may give about a batch, 1 or more; default 4. With 1 it makes all its calls at once and is told of
   * nothing, as Mem-alpha's writer.
   */
  readonly rounds?: number | undefined;
}

/** Version of prompt and tools, and of what is made of calls. */
const VERSION = 'tools-1';

const DEFAULT_ROUNDS = 4;

/** Calls that are carried out in one round; the rest is refused. */
const MAX_CALLS = 64;

/** Of a call that is shown to its model again, in UTF-16 units. */
const MAX_ECHO = 2_048;

const TOO_MANY = { isDone: false, result: '{"ok":false,"error":"too many calls"}' } as const;

const NOTHING = /^\W*nothing\W*$/iu;

const USE_TOOLS =
  'That was no call of a tool. Call memory_insert, memory_update or memory_delete, or answer with the single word NOTHING.';

/** A call as its model sees it again: an input of megabytes is not sent back. */
const shortened = (call: ToolCall): ToolCall =>
  call.input.length <= MAX_ECHO ? call : { ...call, input: '{"cut":true}' };

const parseRounds = (rounds: number = DEFAULT_ROUNDS): number => {
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new RetentiveError('OPTION_INVALID', `rounds is a whole number from 1, got ${rounds}`);
};

interface Dialogue {
  /** What is still wrong after the last answer. */
  readonly problem: string | undefined;
  /** Some call could not be carried out. */
  readonly hasFailed: boolean;
  /** Carries an answer out, and adds it with what came of it to what is asked next. True when the model is done. */
  take(answer: ModelAnswer): Promise<boolean>;
}

const createDialogue = (asked: PromptMessage[], draft: WriterDraft): Dialogue => {
  let problem: string | undefined;
  let hasFailed = false;
  let hasCalled = false;

  const runAll = async (calls: readonly ToolCall[]): Promise<void> => {
    for (const [index, call] of calls.entries()) {
      const { isDone, result } = index < MAX_CALLS ? await draft.run(call) : TOO_MANY;
      if (!isDone) problem = 'made calls that could not be carried out';
      asked.push({ role: 'tool', callId: call.id, name: call.name, content: result });
    }
    hasFailed ||= problem !== undefined;
  };

  return {
    get problem() {
      return problem;
    },
    get hasFailed() {
      return hasFailed;
    },
    async take({ text, calls, reason }) {
      problem = undefined;
      const content = text.slice(0, MAX_ECHO).toWellFormed();
      if (calls.length > 0) {
        hasCalled = true;
        asked.push({ role: 'assistant', content, toolCalls: calls.map(shortened) });
        await runAll(calls);
        return false;
      }
      if (reason === 'stop' && (hasCalled || NOTHING.test(text))) return true;
      problem = 'answered without a call of a tool';
      asked.push({ role: 'assistant', content }, { role: 'user', content: USE_TOOLS });
      return false;
    },
  };
};

/**
 * Mem-alpha's writer: a model that changes core memory, facts and notes by calls of `memory_insert`, `memory_update` and
 * `memory_delete`. Calls work on a draft. An unknown id is an error for updates and deletes alike, and is told to the model as is
 * every other; what it comes to in the end is one batch in the journal, all or nothing. Any model that calls tools will do.
 * One that answers in prose, or whose calls all fail to its last round, is put off and in the end given up.
 * @throws OPTION_INVALID
 */
export const createToolWriter = (options: ToolWriterOptions): BatchExtractor => {
  const { model } = options;
  const prices = parsePrices(options.prices);
  const rounds = parseRounds(options.rounds);
  const readInterval = createIntervalReader();

  const extractBatch = async (
    input: BatchInput,
    callOptions: ExtractOptions = {},
  ): Promise<BatchExtraction> => {
    const transcript = layOut(input, { core: true, notes: true });
    const draft = createWriterDraft(input, transcript, readInterval);
    const asked: PromptMessage[] = [
      { role: 'system', content: WRITER_PROMPT },
      { role: 'user', content: transcript.text },
    ];
    const dialogue = createDialogue(asked, draft);
    let isEnded = false;
    for (let round = 0; round < rounds && !isEnded; round += 1) {
      const prompt = { messages: asked, tools: WRITER_TOOLS };
      isEnded = await dialogue.take(await askModel(model, prompt, prices, callOptions));
    }
    const { changes } = draft;
    if (!isEnded && changes.length === 0 && dialogue.problem !== undefined) {
      throw new RetentiveError('MODEL_ANSWER_INVALID', `${model.id} ${dialogue.problem} in ${rounds} rounds`);
    }
    const isRefused = dialogue.problem !== undefined || (dialogue.hasFailed && changes.length === 0);
    const degraded = [
      ...transcript.degraded,
      ...(isRefused ? ['extraction:refused'] : []),
      // It had more to say; with one round that is as it should be.
      ...(!isEnded && rounds > 1 ? ['extraction:rounds'] : []),
    ];
    return { changes, degraded };
  };

  return { id: extractorId(VERSION, model.id), batch: batchLimits(options), extractBatch };
};
