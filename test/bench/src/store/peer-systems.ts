import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Embeddings } from '@langchain/core/embeddings';
import { createHashingEmbedder } from '@retentive/memory';
import { timeRuns } from '../timing.ts';
import { createGeneratedTalk } from './generated-talk.ts';
import { PEERS_FOLDER } from './install-peers.ts';
import { measureFts5, measureMiniSearch } from './lexical-systems.ts';
import {
  CALLERS,
  diskMb,
  type MeasureSystem,
  missingRow,
  QUERIES,
  SAMPLE,
  TOP,
  timedRow,
} from './store-task.ts';
import { measureUsearch } from './usearch.ts';

/** vectra writes the whole file for each item outside of an update: so many are timed. */
const VECTRA_SINGLES = 20;
/** Sizes beyond these take a peer longer than anybody waits. */
const MOST_VECTRA = 10_000;
const MOST_MEM0 = 10_000;
/** mem0 searches read every row: fewer say the same. */
const MEM0_QUERIES = 30;
/** Messages that many callers add to it at once. */
const MEM0_TOGETHER = 1_000;

/** The same vectors for everybody: the hashing embedder of the memory as LangChain's interface. */
class SharedEmbeddings extends Embeddings {
  readonly #embedder = createHashingEmbedder();
  readonly dimensions = this.#embedder.dimensions;

  constructor() {
    super({});
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    return (await this.#embedder.embedDocuments(texts)).map((vector) => [...vector]);
  }

  async embedQuery(text: string): Promise<number[]> {
    return [...(await this.#embedder.embedQuery(text))];
  }
}

const measureVectra: MeasureSystem = async (task) => {
  if (task.n > MOST_VECTRA) return [missingRow(task, 'insert', `measured up to ${MOST_VECTRA} items`)];
  const { LocalIndex } = await import('vectra');
  const talk = createGeneratedTalk(task.seed);
  const embeddings = new SharedEmbeddings();
  const folder = join(task.folder, 'vectra');
  const index = new LocalIndex(folder);
  await index.createIndex({ version: 1 });
  const insert = async (at: number): Promise<void> => {
    const text = talk.message(at);
    await index.insertItem({ vector: await embeddings.embedQuery(text), metadata: { text } });
  };
  const singles = Math.min(VECTRA_SINGLES, task.n);
  await index.beginUpdate();
  const filled = await timeRuns(task.n - singles, insert);
  await index.endUpdate();
  const durable = await timeRuns(singles, (at) => insert(task.n - singles + at));
  const searched = await timeRuns(QUERIES, async (at) => {
    const query = talk.query(Math.floor((at * task.n) / QUERIES));
    await index.queryItems(await embeddings.embedQuery(query), query, TOP);
  });
  const disk = await diskMb(folder);
  return [
    timedRow(task, 'insert:one-update', filled, disk),
    timedRow(task, 'insert', durable, disk),
    timedRow(task, 'search', searched, disk),
  ];
};

const measureLangChain: MeasureSystem = async (task) => {
  const { FakeVectorStore } = await import('@langchain/core/utils/testing');
  const talk = createGeneratedTalk(task.seed);
  const store = new FakeVectorStore(new SharedEmbeddings());
  const documents = Array.from({ length: task.n }, (_, at) => ({
    pageContent: talk.message(at),
    metadata: {},
  }));
  const singles = Math.min(SAMPLE, Math.ceil(task.n / 4));
  await store.addDocuments(documents.slice(singles));
  const added = await timeRuns(singles, (at) => store.addDocuments(documents.slice(at, at + 1)));
  const searched = await timeRuns(QUERIES, (at) =>
    store.similaritySearch(talk.query(Math.floor((at * task.n) / QUERIES)), TOP),
  );
  return [timedRow(task, 'add (not durable)', added), timedRow(task, 'search', searched)];
};

/** What `peers/mem0.mjs` gives: mem0ai without a model, over a folder. */
interface OpenMem0 {
  add(text: string): Promise<unknown>;
  search(query: string, limit: number): Promise<unknown>;
}

type OpenMem0Function = (options: {
  readonly folder: string;
  readonly embeddings: SharedEmbeddings;
  readonly dimensions: number;
}) => Promise<OpenMem0>;

const measureMem0: MeasureSystem = async (task) => {
  if (task.n > MOST_MEM0) return [missingRow(task, 'add', `measured up to ${MOST_MEM0} messages`)];
  const { openMem0 } = (await import(pathToFileURL(join(PEERS_FOLDER, 'mem0.mjs')).href)) as {
    openMem0: OpenMem0Function;
  };
  const talk = createGeneratedTalk(task.seed);
  const embeddings = new SharedEmbeddings();
  const folder = join(task.folder, 'mem0');
  const memory = await openMem0({ folder, embeddings, dimensions: embeddings.dimensions });
  const together = Math.min(MEM0_TOGETHER, Math.ceil(task.n / 4));
  const first = task.n - together;
  const added = await timeRuns(first, (at) => memory.add(talk.message(at)));
  const addedTogether = await timeRuns(together, (at) => memory.add(talk.message(first + at)), CALLERS);
  const searched = await timeRuns(MEM0_QUERIES, (at) =>
    memory.search(talk.query(Math.floor((at * task.n) / MEM0_QUERIES)), TOP),
  );
  const disk = await diskMb(folder);
  return [
    timedRow(task, 'add', added, disk),
    timedRow(task, 'add:64-callers', addedTogether, disk),
    timedRow(task, 'search', searched, disk),
  ];
};

/** What others offer, by name. */
export const PEER_SYSTEMS = {
  'vectra-json': measureVectra,
  'langchain-vector-store': measureLangChain,
  mem0ai: measureMem0,
  usearch: measureUsearch,
  minisearch: measureMiniSearch,
  fts5: measureFts5,
} as const satisfies Readonly<Record<string, MeasureSystem>>;
