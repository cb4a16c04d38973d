import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type ChatModel, RetentiveError } from '@retentive/core';
import type {
  Comparison,
  EvaluationSet,
  JudgeAgreement,
  RunLog,
  SourceFormat,
  Summary,
} from '@retentive/memory/evaluation';
import { chooseModel } from './choose-model.ts';
import type { CommandContext, ModelOptions } from './command-types.ts';
import { assertMemoryExists, readScope } from './open-scope.ts';
import { renderChecked, renderComparison, renderSummary } from './render/render-eval.ts';

/** Options of the command `eval`. */
export interface EvalCommandOptions extends ModelOptions {
  readonly from?: SourceFormat | undefined;
  readonly sets?: readonly string[] | undefined;
  readonly makeQuestions: boolean;
  readonly budgets?: readonly number[] | undefined;
  readonly limit?: number | undefined;
  readonly seed: number;
  readonly answer: boolean;
  readonly judge?: string | undefined;
  readonly texts: boolean;
  readonly out?: string | undefined;
  readonly writeSets?: string | undefined;
  readonly require: readonly string[];
  readonly compare?: readonly string[] | undefined;
}

/** The kit is loaded by the command that needs it. */
const loadKit = () => import('@retentive/memory/evaluation');
type Kit = Awaited<ReturnType<typeof loadKit>>;

/** What the user said and heard, as a set with questions made from it. */
const ownSet = async (kit: Kit, context: CommandContext, seed: number): Promise<EvaluationSet> => {
  await assertMemoryExists(context.options.data);
  const { signal } = context;
  const messages = await readScope(context, ({ scope }) =>
    scope.messages({ thread: context.options.thread, signal }),
  );
  const conversation = kit.conversationOfMessages('own', messages);
  return {
    name: 'own',
    conversations: [conversation],
    questions: await kit.makeQuestions(conversation, { seed, signal }),
  };
};

const withMadeQuestions = async (
  kit: Kit,
  name: string,
  file: string,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<EvaluationSet> => {
  const conversations = await kit.readConversations(file);
  const questions: EvaluationSet['questions'][number][] = [];
  for (const conversation of conversations) {
    questions.push(...(await kit.makeQuestions(conversation, { seed, signal })));
  }
  return { name, conversations, questions };
};

/** Sets of a folder, or the one that the folder is. Those that cannot be measured are named on stderr. */
async function* folderSets(
  kit: Kit,
  { terminal, signal }: CommandContext,
  path: string,
  { sets, makeQuestions, seed }: EvalCommandOptions,
): AsyncGenerator<EvaluationSet, void, undefined> {
  const isSet = existsSync(join(path, 'conversations.jsonl'));
  const folder = isSet ? dirname(resolve(path)) : path;
  const known = isSet ? [basename(resolve(path))] : await kit.listEvaluationSets(folder);
  for (const name of sets ?? known) {
    if (!known.includes(name)) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `no set "${name}" in ${folder}; there are ${known.join(', ')}`,
      );
    }
    const file = join(folder, name, 'conversations.jsonl');
    if (makeQuestions && existsSync(file) && !existsSync(join(folder, name, 'questions.jsonl'))) {
      yield await withMadeQuestions(kit, name, file, { seed, signal });
      continue;
    }
    const set = await kit.readEvaluationSet(folder, name);
    if ('reason' in set) terminal.note(`${name} is left out: ${set.reason}`);
    else yield set;
  }
}

async function* chosenSets(
  kit: Kit,
  context: CommandContext,
  path: string | undefined,
  options: EvalCommandOptions,
): AsyncGenerator<EvaluationSet, void, undefined> {
  const sets =
    path === undefined
      ? [await ownSet(kit, context, options.seed)]
      : options.from === undefined
        ? folderSets(kit, context, path, options)
        : [await kit.readSourceSet(options.from, path)];
  for await (const set of sets) {
    if (options.writeSets !== undefined) await kit.writeEvaluationSet(options.writeSets, set);
    context.terminal.note(
      `${set.name}: ${set.conversations.length} conversations, ${set.questions.length} questions`,
    );
    yield set;
  }
}

const chooseAnswerer = async (
  context: CommandContext,
  { answer, model, baseUrl }: EvalCommandOptions,
): Promise<ChatModel | undefined> => {
  if (model !== undefined) return chooseModel(context, { model, baseUrl });
  if (!answer) return undefined;
  const { createExtractiveModel } = await import('../models/extractive.ts');
  return createExtractiveModel();
};

const chooseJudge = async (
  kit: Kit,
  context: CommandContext,
  { judge, baseUrl, out, answer, model }: EvalCommandOptions,
) => {
  if (judge === undefined) return undefined;
  if (!answer && model === undefined) {
    throw new RetentiveError(
      'OPTION_INVALID',
      '--judge needs answers to judge: give --answer or --model too',
    );
  }
  const named = await chooseModel(context, { model: judge, baseUrl });
  if (named === undefined) return undefined;
  const cache = out === undefined ? undefined : await kit.openVerdictFile(join(out, 'verdicts.jsonl'));
  return kit.createJudge({ model: named, ...(cache === undefined ? {} : { cache }) });
};

const runSets = async (
  kit: Kit,
  context: CommandContext,
  path: string | undefined,
  options: EvalCommandOptions,
): Promise<RunLog> => {
  const log = await kit.evaluate(chosenSets(kit, context, path, options), {
    system: kit.createMemorySystem({ seed: options.seed }),
    budgets: options.budgets,
    limit: options.limit,
    seed: options.seed,
    texts: options.texts,
    answerer: await chooseAnswerer(context, options),
    judge: await chooseJudge(kit, context, options),
    signal: context.signal,
  });
  if (log.records.length > 0) return log;
  throw new RetentiveError(
    'FILE_INVALID',
    'there is nothing to measure: no question names evidence that is there',
  );
};

/** What a run ends in. */
interface Outcome {
  readonly log: RunLog;
  readonly summary: Summary;
  readonly comparison: Comparison | undefined;
  readonly agreement: JudgeAgreement | undefined;
}

const writeReport = async (
  kit: Kit,
  folder: string,
  outcome: Outcome,
  checked: ReturnType<Kit['checkRequirements']>,
): Promise<readonly string[]> => {
  await mkdir(folder, { recursive: true });
  const sections = kit.reportSections({ ...outcome, checked });
  const title = `Evaluation of ${outcome.log.head.system}`;
  const files = {
    'log.jsonl': kit.formatRunLog(outcome.log),
    'report.md': kit.renderMarkdownReport(title, sections),
    'report.html': kit.renderHtmlReport(title, sections),
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return Object.keys(files).map((name) => join(folder, name));
};

const compareLogs = async (
  kit: Kit,
  { terminal }: CommandContext,
  [before = '', after = '']: readonly string[],
  { seed, out }: EvalCommandOptions,
): Promise<void> => {
  const comparison = kit.compareRuns(await kit.readRunLog(before), await kit.readRunLog(after), { seed });
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    const sections = [kit.comparisonSection(comparison)];
    await writeFile(join(out, 'comparison.md'), kit.renderMarkdownReport('Two runs', sections));
    await writeFile(join(out, 'comparison.html'), kit.renderHtmlReport('Two runs', sections));
  }
  terminal.write(renderComparison(comparison, terminal.colors));
  terminal.writeJson({ comparison });
};

/**
 * Measures what memory recalls under budgets, and gives whether every requirement is met. Memory is made anew in this process
 * from the sets; the data folder is only read, and only without a path. @throws OPTION_INVALID, FILE_NOT_FOUND, FILE_INVALID
 */
export const runEval = async (
  context: CommandContext,
  path: string | undefined,
  options: EvalCommandOptions,
): Promise<boolean> => {
  const { terminal } = context;
  const { compare = [], out } = options;
  if (options.from !== undefined && path === undefined) {
    throw new RetentiveError('OPTION_INVALID', '--from needs the path of what it names');
  }
  if (compare.length > 2 || (compare.length === 2 && path !== undefined)) {
    throw new RetentiveError('OPTION_INVALID', '--compare takes two logs, or one beside a run');
  }
  if (compare.length === 2 && options.require.length > 0) {
    throw new RetentiveError('OPTION_INVALID', '--require is about a run, and two logs are none');
  }
  const kit = await loadKit();
  if (compare.length === 2) {
    await compareLogs(kit, context, compare, options);
    return true;
  }
  // Before the work: a mistyped requirement or log is told at once.
  const requirements = options.require.map(kit.parseRequirement);
  const before = compare[0] === undefined ? undefined : await kit.readRunLog(compare[0]);
  const log = await runSets(kit, context, path, options);
  const summary = kit.summarizeRun(log);
  const comparison = before === undefined ? undefined : kit.compareRuns(before, log, { seed: options.seed });
  const outcome = { log, summary, comparison, agreement: kit.judgeAgreement(log.records) };
  const checked = kit.checkRequirements(summary, requirements);
  const files = out === undefined ? [] : await writeReport(kit, out, outcome, checked);
  terminal.write(renderSummary(summary, terminal.colors));
  if (comparison !== undefined) terminal.write(`\n${renderComparison(comparison, terminal.colors)}`);
  if (checked.length > 0) terminal.write(`\n${renderChecked(checked, terminal.colors)}`);
  if (files.length > 0) terminal.write(`\n${files.join('\n')}\n`);
  terminal.writeJson({
    configHash: log.head.configHash,
    sets: log.head.sets,
    ...summary,
    checked,
    comparison,
    agreement: outcome.agreement,
    files,
  });
  return checked.every(({ isMet }) => isMet);
};
