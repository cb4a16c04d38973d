import { join } from 'node:path';
import { collect, RetentiveError } from '@retentive/core';
import { readJsonl } from '@retentive/memory/evaluation';
import type { Progress } from '../progress.ts';
import { applyOperations } from './apply-operations.ts';
import { generateTruth } from './generate.ts';
import { historySchema, probeSchema, type TruthHistory, type TruthProbe } from './history-schema.ts';
import { measureReads } from './measure-reads.ts';
import type { TruthDump, TruthReport } from './schemas.ts';
import { duplicateFacts, isRight, rightFacts } from './score.ts';
import type { ToldFact } from './stories.ts';
import { createTruthSystems, type OpenHistory, type TruthInput, type TruthSystem } from './systems.ts';
import { readWordings } from './wordings.ts';

/** Options of `bench truth`. */
export interface TruthOptions {
  readonly data?: string | undefined;
  readonly histories: number;
  readonly inputs: readonly TruthInput[];
  readonly seed: number;
  /** Whether reading among 10,000 facts is timed. Default true. */
  readonly reads?: boolean | undefined;
  readonly progress: Progress;
  readonly onAnswer?: ((line: TruthDump) => void) | undefined;
}

interface TruthSet {
  readonly histories: readonly TruthHistory[];
  readonly probes: readonly TruthProbe[];
  /** Undefined where nobody says what was told. */
  readonly told: (history: TruthHistory) => readonly ToldFact[] | undefined;
  /** False where the input says nothing that the probe could be answered by. */
  readonly isTold: (probe: TruthProbe, input: TruthInput) => boolean;
}

const toldBy = ({ operations }: TruthHistory): readonly ToldFact[] | undefined =>
  operations?.flatMap(({ subject, attribute, value }) =>
    subject === undefined || attribute === undefined || value === undefined
      ? []
      : [{ subject, attribute, value }],
  );

const readSet = async ({ data, histories: count, seed }: TruthOptions): Promise<TruthSet> => {
  if (data === undefined) {
    const { told, ...set } = generateTruth(await readWordings(), count, seed);
    // What follows is in the operations only: no made-up talk says what rests on what.
    const isTold = ({ ability }: TruthProbe, input: TruthInput) =>
      input === 'operations' || ability !== 'cascade';
    return { ...set, told: ({ id }) => told.get(id), isTold };
  }
  const histories = await collect(readJsonl(join(data, 'histories.jsonl'), historySchema));
  const probes = await collect(readJsonl(join(data, 'probes.jsonl'), probeSchema));
  const ids = new Set(histories.map(({ id }) => id));
  const lost = probes.find(({ historyId }) => !ids.has(historyId));
  if (lost !== undefined)
    throw new RetentiveError(
      'FILE_INVALID',
      `a probe asks of history "${lost.historyId}", which is not there`,
    );
  return { histories, probes, told: toldBy, isTold: () => true };
};

interface Tally {
  right: number;
  n: number;
}

interface FactTally {
  right: number;
  judged: number;
  duplicates: number;
  n: number;
}

const tallyFacts = async (
  { scope }: OpenHistory,
  told: readonly ToldFact[] | undefined,
  tally: FactTally,
): Promise<void> => {
  if (scope === undefined) return;
  const facts = await scope.facts({ ended: true });
  const current = await scope.facts();
  tally.n += facts.length;
  tally.duplicates += duplicateFacts(current);
  if (told === undefined) return;
  tally.judged += facts.length;
  tally.right += rightFacts(facts, told);
};

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const factRow = (
  input: TruthInput,
  { right, judged, duplicates, n }: FactTally,
): TruthReport['facts'][number] => ({
  input,
  precision: judged === 0 ? null : shareOf(right, judged),
  duplicates: shareOf(duplicates, n),
  n,
  ...(judged === 0 ? { reason: 'nobody says what is true but the operations themselves' } : {}),
});

/** Operations that the product refuses, told once for all systems. */
const refusals = async (histories: readonly TruthHistory[]): Promise<TruthReport['refused']> => {
  const { openMemory } = await import('@retentive/memory');
  const memory = await openMemory({ extractor: false });
  try {
    const refused: TruthReport['refused'] = [];
    for (const { id, operations = [] } of histories) {
      const scope = memory.scope({ tenant: 'bench', user: `refused-${id}`.slice(0, 200) });
      for (const { reason } of await applyOperations(scope, operations, () => {}))
        refused.push({ history: id, reason });
    }
    return refused;
  } finally {
    await memory.close();
  }
};

/** Rows of one system on one input. */
const measureSystem = async (
  system: TruthSystem,
  input: TruthInput,
  { histories, probes, told, isTold }: TruthSet,
  { progress, onAnswer }: TruthOptions,
): Promise<Pick<TruthReport, 'rows' | 'facts'>> => {
  const tallies = new Map<string, Tally>();
  const facts: FactTally = { right: 0, judged: 0, duplicates: 0, n: 0 };
  for (const [index, history] of histories.entries()) {
    progress.update(index, histories.length, `${system.name}, ${input}`);
    const opened = await system.open(history, input);
    try {
      for (const probe of probes.filter(({ historyId }) => historyId === history.id)) {
        if (!isTold(probe, input)) continue;
        const answer = await opened.answer(probe);
        const right = isRight(probe, answer);
        const tally = tallies.get(probe.ability) ?? { right: 0, n: 0 };
        tallies.set(probe.ability, { right: tally.right + (right ? 1 : 0), n: tally.n + 1 });
        onAnswer?.({
          system: system.name,
          input,
          historyId: history.id,
          ability: probe.ability,
          question: probe.question,
          answers: probe.answers,
          absent: probe.absent === true,
          given: answer.slice(0, 5).map(({ value, text }) => value ?? text),
          right,
        });
      }
      // What operations make is true by them.
      await tallyFacts(opened, input === 'text' ? told(history) : undefined, facts);
    } finally {
      await opened.close();
    }
  }
  const rows = [...tallies].map(([ability, { right, n }]) => ({
    system: system.name,
    input,
    ability,
    accuracy: shareOf(right, n),
    n,
  }));
  return { rows, facts: system.name === 'retentive' ? [factRow(input, facts)] : [] };
};

/** How well memory knows what is true, was true, and is not known. */
export const measureTruth = async (options: TruthOptions): Promise<TruthReport> => {
  const set = await readSet(options);
  const hasOperations = set.histories.some(({ operations = [] }) => operations.length > 0);
  const hasMessages = set.histories.some(({ messages }) => messages.length > 0);
  const inputs = options.inputs.filter((input) => (input === 'operations' ? hasOperations : hasMessages));
  const parts: Pick<TruthReport, 'rows' | 'facts'>[] = [];
  for (const input of inputs) {
    for (const system of createTruthSystems()) parts.push(await measureSystem(system, input, set, options));
  }
  options.progress.end();
  return {
    histories: set.histories.length,
    rows: parts.flatMap(({ rows }) => rows),
    facts: parts.flatMap(({ facts }) => facts),
    reads: options.reads === false ? [] : await measureReads(),
    refused: inputs.includes('operations') ? await refusals(set.histories) : [],
  };
};
