import { createInterface } from 'node:readline';
import type { Agent, AgentPart } from '../agent-types.ts';
import { itemLabel } from '../models/extractive/candidates.ts';
import { chooseModel } from './choose-model.ts';
import type { CommandContext, ModelOptions } from './command-types.ts';
import { type OpenScope, withScope } from './open-scope.ts';
import { describeError } from './render/render-error.ts';
import { printable } from './terminal.ts';

/** Ctrl-C, as a command can take it over. */
export interface Interrupts {
  /** Calls `listener` at each Ctrl-C instead of ending the command, until the returned function is called. */
  take(listener: () => void): () => void;
}

const PROMPT = '> ';

/** Shows one part of an answer to people; `--json` passes every part on as a line. */
const show = ({ terminal }: CommandContext, part: AgentPart): void => {
  terminal.writeJson(part);
  const { dim } = terminal.colors;
  if (part.type === 'text-delta') terminal.write(printable(part.text));
  else if (part.type === 'off-record')
    terminal.write(
      `[not remembered${part.forgotten.length === 0 ? '' : `, ${part.forgotten.length} messages forgotten`}]\n`,
    );
  else if (part.type === 'tool-call')
    terminal.write(dim(printable(`\n(${part.call.name} ${part.call.input})\n`)));
  else if (part.type === 'finish') terminal.write('\n\n');
};

const showSources = (
  { terminal }: CommandContext,
  sources: readonly Extract<AgentPart, { type: 'source' }>[],
) => {
  const labels = [...new Set(sources.map(({ item }) => `${itemLabel(item)}: ${item.why.reason}`))];
  for (const label of labels) terminal.write(terminal.colors.dim(`  ${printable(label)}\n`));
  if (labels.length > 0) terminal.write('\n');
};

const answer = async (
  context: CommandContext,
  { scope, agent }: Pick<OpenScope, 'scope'> & { readonly agent: Agent },
  input: string,
  signal: AbortSignal,
): Promise<void> => {
  const sources: Extract<AgentPart, { type: 'source' }>[] = [];
  for await (const part of agent.stream({ scope, thread: context.options.thread, input, signal })) {
    show(context, part);
    if (part.type === 'source') sources.push(part);
  }
  showSources(context, sources);
};

interface Conversation {
  readonly context: CommandContext;
  readonly reply: (input: string, signal: AbortSignal) => Promise<void>;
  /** True where a person types: a failed answer is shown and the talk goes on. A script must see the failure. */
  readonly typed: boolean;
  readonly interrupts: Interrupts;
}

/** Reads lines and answers each until the input ends, `/quit`, or Ctrl-C while nothing is being said. */
const converse = async ({ context, reply, typed, interrupts }: Conversation): Promise<void> => {
  const { terminal, stdin } = context;
  const leave = new AbortController();
  let running: AbortController | undefined;
  const release = interrupts.take(() => {
    if (running === undefined || running.signal.aborted) leave.abort();
    else running.abort();
  });
  const reader = createInterface({ input: stdin, signal: leave.signal });

  const turn = async (input: string): Promise<void> => {
    const stop = new AbortController();
    running = stop;
    try {
      await reply(input, AbortSignal.any([stop.signal, leave.signal]));
    } catch (error) {
      if (!typed && !stop.signal.aborted) throw error;
      terminal.write('\n');
      const { code, message } = describeError(error);
      if (code !== 'ABORTED') terminal.note(`error ${code}: ${message}`);
    } finally {
      running = undefined;
    }
  };

  const prompt = (): void => {
    if (typed) terminal.write(terminal.colors.bold(PROMPT));
  };
  try {
    prompt();
    for await (const line of reader) {
      const input = line.trim();
      if (input === '/quit' || input === '/exit') break;
      if (input !== '') await turn(input);
      if (leave.signal.aborted) break;
      prompt();
    }
  } finally {
    release();
    reader.close();
  }
};

/**
 * Talks until the input ends or `/quit`: each line is a turn, answers stream and both sides are remembered. The first
 * Ctrl-C stops the answer, one more (or one while nothing is being said) leaves. Works with a pipe as input; under
 * `--json` every part is a JSON line. @throws STORE_*, and with a pipe as input the errors of the model
 */
export const runChat = async (
  context: CommandContext,
  options: ModelOptions,
  interrupts: Interrupts,
): Promise<void> => {
  const { terminal, stdin } = context;
  const model = await chooseModel(context, options);
  const { createAgent } = await import('../agent.ts');
  const typed = terminal.interactive && 'isTTY' in stdin && stdin.isTTY === true;
  await withScope(context, async ({ memory, scope }) => {
    const agent = createAgent({ memory, model });
    if (typed) terminal.write(terminal.colors.dim('/quit or Ctrl-D leaves; Ctrl-C stops an answer.\n'));
    await converse({
      context,
      typed,
      interrupts,
      reply: (input, signal) => answer(context, { scope, agent }, input, signal),
    });
  });
};
