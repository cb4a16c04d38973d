import { join } from 'node:path';
import { chunkIdOf, createIdSource, createSystemRandom, type MessageId, systemClock } from '@retentive/core';
import { createHashingEmbedder, openMemory } from '@retentive/memory';
import {
  type DurableVectorIndex,
  openSqliteJournal,
  openVectraIndex,
  type VectorItem,
} from '../internals.ts';
import { timeInTurns, timeRuns } from '../timing.ts';
import { createGeneratedTalk } from './generated-talk.ts';
import { measureLexical } from './lexical-systems.ts';
import { openAppender } from './machine.ts';
import { createVectors, EXACT_DIMENSIONS } from './random-vectors.ts';
import type { StoreRow } from './schemas.ts';
import {
  attempt,
  CALLERS,
  diskMb,
  type MeasureSystem,
  QUERIES,
  SAMPLE,
  type StoreTask,
  TOP,
  timedRow,
} from './store-task.ts';

const SCOPE = { tenant: 'bench', user: 'store' };
/** Vectors that are put at once, as many as the memory embeds at once. */
const BATCH = 64;
/** A vector index on disk is whole after a flush; so many of them are timed. */
const FLUSHES = 5;

/** The last messages are written one by one, the others by many callers at once. */
const sampleOf = (n: number): number => Math.min(SAMPLE, Math.ceil(n / 4));

/** One by one, in turns with the least that is durable: their ratio holds whatever else the disk has to do. */
const timeDurable = async (
  task: StoreTask,
  op: string,
  count: number,
  run: (index: number) => Promise<unknown>,
): Promise<StoreRow> => {
  const { append, close } = openAppender();
  try {
    const [timed, appends] = await timeInTurns(count, run, append);
    return { ...timedRow(task, op, timed), appendsPerSecond: appends.perSecond };
  } finally {
    close();
  }
};

/** The memory as a user has it: a folder, messages that are on disk when acknowledged, contexts. No facts are extracted. */
const measureMemory: MeasureSystem = async (task) => {
  const path = join(task.folder, 'data');
  const talk = createGeneratedTalk(task.seed);
  const memory = await openMemory({ path, extractor: false });
  const rows: StoreRow[] = [];
  try {
    const scope = memory.scope(SCOPE);
    const observe = (index: number) => scope.observe({ role: 'user', content: talk.message(index) });
    const sample = sampleOf(task.n);
    const first = task.n - sample;
    // The first message loads what all the others use. From the first question on, each is also indexed as it comes.
    await observe(task.n);
    await scope.context(talk.query(0));
    rows.push(timedRow(task, 'observe:64-callers', await timeRuns(first, observe, CALLERS)));
    rows.push(await timeDurable(task, 'observe', sample, (index) => observe(first + index)));
    const query = (index: number): string => talk.query(Math.floor((index * task.n) / QUERIES));
    rows.push(timedRow(task, 'context', await timeRuns(QUERIES, (index) => scope.context(query(index)))));
    const search = (text: string) => scope.search(text, { limit: TOP, kind: 'chunk' });
    rows.push(
      await attempt(task, 'first-search', async () =>
        timedRow(task, 'first-search', await timeRuns(1, () => search(query(0)))),
      ),
      await attempt(task, 'search', async () =>
        timedRow(task, 'search', await timeRuns(QUERIES, (index) => search(query(index)))),
      ),
    );
  } finally {
    await memory.close();
  }
  const disk = await diskMb(path);
  return rows.map((row) => ({ ...row, diskMb: disk }));
};

/** A folder that is there already: from opening it to the first context. */
const measureOpening: MeasureSystem = async ({ folder, n, seed }) => {
  const query = createGeneratedTalk(seed).query(0);
  let memory: Awaited<ReturnType<typeof openMemory>> | undefined;
  const timed = await timeRuns(1, async () => {
    memory = await openMemory({ path: join(folder, 'data'), extractor: false });
    await memory.scope(SCOPE).context(query);
  });
  await memory?.close();
  return [timedRow({ system: 'retentive', n }, 'cold-open', timed)];
};

const measureJournal: MeasureSystem = async (task) => {
  const talk = createGeneratedTalk(task.seed);
  const journal = await openSqliteJournal({ path: join(task.folder, 'journal'), clock: systemClock });
  const ids = createIdSource(systemClock, createSystemRandom());
  const append = (index: number): Promise<unknown> => {
    const text = talk.message(index);
    const time = systemClock.now();
    return journal.append({
      scope: SCOPE,
      entries: [
        {
          kind: 'source',
          source: {
            type: 'message',
            id: ids.create('message'),
            role: 'user',
            thread: 'store',
            time,
            origin: 'user',
            remember: true,
          },
          state: 'complete',
          text,
          cuts: [[text.length, 32]],
        },
      ],
    });
  };
  try {
    const sample = sampleOf(task.n);
    return [
      timedRow(task, 'append:64-callers', await timeRuns(task.n - sample, append, CALLERS)),
      await timeDurable(task, 'append', sample, append),
    ];
  } finally {
    await journal.close();
  }
};

const measureVectors: MeasureSystem = async (task) => {
  const talk = createGeneratedTalk(task.seed);
  const embedder = createHashingEmbedder();
  const folder = join(task.folder, 'vectors');
  const index = await openVectraIndex({
    folder,
    fingerprint: embedder.id,
    dimensions: embedder.dimensions,
  });
  const put = async (at: number): Promise<void> => {
    const [vector] = await embedder.embedDocuments([talk.message(at)]);
    if (vector === undefined) throw new Error('the embedder gave no vector');
    await index.put([{ id: chunkIdOf(`m${at}` as MessageId, 0), kind: 'chunk', vector }], at + 1);
  };
  const queryAt = (at: number): string => talk.query(Math.floor((at * task.n) / QUERIES));
  const filled = timedRow(task, 'embed+put', await timeRuns(task.n, put));
  const first = timedRow(task, 'first-flush', await timeRuns(1, () => index.flush()));
  const flushed = await timeRuns(FLUSHES, async (at) => {
    await put(task.n + at);
    await index.flush();
  });
  const queries = await Promise.all(
    Array.from({ length: QUERIES }, (_, at) => embedder.embedQuery(queryAt(at))),
  );
  const searched = await timeRuns(QUERIES, (at) => index.search(queries[at] as Float32Array, TOP));
  await index.close();
  const disk = await diskMb(folder);
  return [filled, first, timedRow(task, 'put+flush', flushed), timedRow(task, 'vector-search', searched)].map(
    (row) => ({ ...row, diskMb: disk }),
  );
};

const openExact = ({ folder }: StoreTask) =>
  openVectraIndex({
    folder: join(folder, 'vectors'),
    fingerprint: 'exact',
    dimensions: EXACT_DIMENSIONS,
  });

/** The index as scopes have it over vectors of {@link EXACT_DIMENSIONS}, put by the batch, written and searched. */
const measureExact: MeasureSystem = async (task, keep) => {
  const vectorOf = createVectors(task.seed);
  const folder = join(task.folder, 'vectors');
  const index = await openExact(task);
  keep(index);
  const itemOf = (at: number): VectorItem => ({
    id: chunkIdOf(`m${at}` as MessageId, 0),
    kind: 'chunk',
    vector: vectorOf(at),
  });
  for (let from = 0; from < task.n; from += BATCH) {
    const count = Math.min(BATCH, task.n - from);
    await index.put(
      Array.from({ length: count }, (_, at) => itemOf(from + at)),
      from + count,
    );
  }
  const flushed = timedRow(task, 'first-flush', await timeRuns(1, () => index.flush()));
  const query = (at: number): Float32Array => vectorOf(task.n + at);
  const first = timedRow(
    task,
    'first-exact-search',
    await timeRuns(1, () => index.search(query(QUERIES), TOP)),
  );
  const searched = await timeRuns(QUERIES, (at) => index.search(query(at), TOP));
  await index.flush();
  const disk = await diskMb(folder);
  // Not closed: what is resident is told of the index in use.
  return [flushed, first, timedRow(task, 'exact-search', searched)].map((row) => ({ ...row, diskMb: disk }));
};

/** The folder that `exact` wrote, in a fresh process: from opening it to the answer of the first search, then in use. */
const measureExactOpening: MeasureSystem = async (task, keep) => {
  const vectorOf = createVectors(task.seed);
  const query = (at: number): Float32Array => vectorOf(task.n + at);
  const before = { ...task, system: 'retentive:exact' };
  let index: DurableVectorIndex | undefined;
  const opened = await timeRuns(1, async () => {
    index = await openExact(task);
  });
  if (index?.size !== task.n) throw new Error(`${index?.size} vectors were found, not ${task.n}`);
  const { search, put, flush } = index;
  const first = await timeRuns(1, () => search(query(QUERIES), TOP));
  const searched = await timeRuns(QUERIES, (at) => search(query(at), TOP));
  const flushed = await timeRuns(1, async () => {
    await put([{ id: 'new', kind: 'chunk', vector: query(QUERIES) }], task.n + 1);
    await flush();
  });
  keep(index);
  return [
    timedRow(before, 'reopen', opened),
    timedRow(before, 'first-search, reopened', first),
    timedRow(before, 'exact-search, reopened', searched),
    timedRow(before, 'put+flush, reopened', flushed),
  ];
};

/** Our own systems by name. */
export const RETENTIVE_SYSTEMS = {
  retentive: measureMemory,
  'retentive:open': measureOpening,
  'retentive:journal': measureJournal,
  'retentive:vectors': measureVectors,
  'retentive:exact': measureExact,
  'retentive:lexical': measureLexical,
  'retentive:exact:open': measureExactOpening,
} as const satisfies Readonly<Record<string, MeasureSystem>>;
