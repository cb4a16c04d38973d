import { type PromptMessage, parsePrices, RetentiveError } from '@retentive/core';
import type { BatchExtraction, BatchExtractor, BatchInput, ProposedChange } from '../batch-extractor.ts';
import { batchLimits } from '../batch-limits.ts';
import { type ChangeCheck, createChangeCheck } from '../check-changes.ts';
import type { ExtractOptions } from '../extractor.ts';
import { askModel } from './ask-model.ts';
import { type AnsweredFact, factSchema, issueOf, parseAnswer } from './extraction-answer.ts';
import { EXTRACTION_PROMPT } from './extraction-prompt.ts';
import { extractorId, type ModelWriterOptions } from './model-writer-options.ts';
import { refuse, toFact } from './said-fact.ts';
import { createIntervalReader, type ReadInterval } from './said-interval.ts';
import { layOut, type Transcript } from './transcript.ts';

/** Version of the prompt, and of what is made of an answer. */
const VERSION = 'model-1';

/** Times that a model is told what was wrong with its answer, before the messages are put off. */
const REPAIRS = 2;

/** Of an answer that is shown to its model again, in UTF-16 units. */
const MAX_ECHO = 8_192;

/** Problems that it is told of at a time. */
const MAX_PROBLEMS = 8;

const KINDS = { same: 'skip', changed: 'supersede', corrected: 'update', withdrawn: 'retract' } as const;

const BECAUSE = {
  same: 'it is known already',
  changed: 'it takes the place of what was so before',
  corrected: 'the speaker put it right',
  withdrawn: 'it was taken back',
} as const;

const toChange = async (
  said: AnsweredFact,
  transcript: Transcript,
  readInterval: ReadInterval,
): Promise<ProposedChange> => {
  const fact = await toFact(said, transcript, readInterval);
  if ((said.known === undefined) !== (said.relation === undefined)) {
    refuse('"known" and "relation" go together');
  }
  if (said.known === undefined || said.relation === undefined) return { store: 'semantic', fact };
  const existing = transcript.known.get(said.known) ?? refuse(`there is no known fact ${said.known}`);
  const decision = {
    kind: KINDS[said.relation],
    existing: existing.id,
    because: BECAUSE[said.relation],
  } as const;
  return { store: 'semantic', fact, decision };
};

interface Reading {
  readonly changes: readonly ProposedChange[];
  readonly problems: readonly string[];
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readAnswer = async (
  text: string,
  transcript: Transcript,
  check: ChangeCheck,
  readInterval: ReadInterval,
): Promise<Reading> => {
  const changes: ProposedChange[] = [];
  const problems: string[] = [];
  for (const [index, item] of parseAnswer(text).entries()) {
    try {
      const parsed = factSchema.safeParse(item);
      const said = parsed.success ? parsed.data : refuse(issueOf(parsed.error));
      changes.push(check(await toChange(said, transcript, readInterval)));
    } catch (error) {
      problems.push(`facts[${index}]: ${reasonOf(error)}`);
    }
  }
  return { changes, problems };
};

const told = (problems: readonly string[]): string =>
  `Your answer cannot be taken as it is:\n${problems.slice(0, MAX_PROBLEMS).join('\n')}\nAnswer again with the whole JSON object, and leave out what you cannot put right.`;

/**
 * An extractor that asks a model, one call for each batch of messages. Its answer is checked: shape, handles, and quotes,
 * which must stand in a message that the user wrote; relative dates are resolved here. A faulty answer is told to the model
 * twice; what is still faulty is left out and reported, and if that is all of it, or it is no answer, the messages are put off and
 * in the end given up. It never takes a faulty answer for one without facts. @throws OPTION_INVALID
 */
export const createModelExtractor = (options: ModelWriterOptions): BatchExtractor => {
  const { model } = options;
  const prices = parsePrices(options.prices);
  const readInterval = createIntervalReader();

  const extractBatch = async (
    input: BatchInput,
    callOptions: ExtractOptions = {},
  ): Promise<BatchExtraction> => {
    const transcript = layOut(input, { core: false, notes: false });
    const asked: PromptMessage[] = [
      { role: 'system', content: EXTRACTION_PROMPT },
      { role: 'user', content: transcript.text },
    ];
    const check = createChangeCheck(input);
    let best: Reading = { changes: [], problems: [] };
    let isRefused = false;
    for (let repairs = 0; repairs <= REPAIRS; repairs += 1) {
      const { text, reason } = await askModel(model, { messages: asked }, prices, callOptions);
      let reading: Reading;
      try {
        if (reason !== 'stop') {
          throw new RetentiveError('MODEL_ANSWER_INVALID', `the answer ended early, by "${reason}"`);
        }
        reading = await readAnswer(text, transcript, check, readInterval);
        isRefused ||= reading.problems.length > 0;
      } catch (error) {
        reading = { changes: [], problems: [reasonOf(error)] };
      }
      if (reading.problems.length === 0) {
        // What it took back when it was told is missing all the same.
        const degraded = isRefused && reading.changes.length === 0 ? ['extraction:refused'] : [];
        return { changes: reading.changes, degraded: [...transcript.degraded, ...degraded] };
      }
      if (best.problems.length === 0 || reading.changes.length >= best.changes.length) best = reading;
      asked.splice(
        2,
        asked.length,
        { role: 'assistant', content: text.slice(0, MAX_ECHO).toWellFormed() },
        { role: 'user', content: told(reading.problems) },
      );
    }
    if (best.changes.length === 0) {
      throw new RetentiveError(
        'MODEL_ANSWER_INVALID',
        `${model.id} gave nothing that could be accepted: ${best.problems[0]}`,
      );
    }
    return { changes: best.changes, degraded: [...transcript.degraded, 'extraction:refused'] };
  };

  return { id: extractorId(VERSION, model.id), batch: batchLimits(options), extractBatch };
};
