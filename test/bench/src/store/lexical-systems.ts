import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SessionId } from '@retentive/core';
import { createAnalyzer, createLexicalIndex, openDatabase } from '../internals.ts';
import { timeInTurns, timeRuns } from '../timing.ts';
import { createGeneratedTalk } from './generated-talk.ts';
import { PEERS_FOLDER } from './install-peers.ts';
import type { StoreRow } from './schemas.ts';
import { type Keep, type MeasureSystem, QUERIES, type StoreTask, TOP, timedRow } from './store-task.ts';

/** Finds the best of the indexed messages by the words of a query. */
type FindWords = (query: string, limit: number) => readonly number[];

const SESSION = 'store/1' as SessionId;

/** Our index as a scope has it, with the words of neighbours, which no other index here takes into account. */
const createOurs = (texts: Iterable<string>): FindWords => {
  const analyze = createAnalyzer();
  const index = createLexicalIndex();
  let ordinal = 0;
  for (const text of texts) {
    const terms = new Map<string, number>();
    for (const term of analyze(text)) terms.set(term, (terms.get(term) ?? 0) + 1);
    index.add({ ordinal, session: SESSION, terms });
    ordinal += 1;
  }
  return (query, limit) => index.top([...new Set(analyze(query))], limit).map((hit) => hit.ordinal);
};

/** SQLite's FTS5 in memory, with its own BM25; it keeps no text. */
const openFts5 = async (texts: Iterable<string>): Promise<FindWords> => {
  const database = await openDatabase(':memory:');
  database.exec("CREATE VIRTUAL TABLE words USING fts5(text, content = '')");
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  let rowid = 0;
  for (const text of texts) {
    insert.run(rowid, text);
    rowid += 1;
  }
  database.exec('COMMIT');
  const select = database.prepare('SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?');
  return (query, limit) =>
    select
      .all(
        query
          .split(' ')
          .map((word) => `"${word}"`)
          .join(' OR '),
        limit,
      )
      .map(([found]) => Number(found));
};

const openMiniSearch = async (texts: Iterable<string>): Promise<FindWords> => {
  const peer = (await import(pathToFileURL(join(PEERS_FOLDER, 'minisearch.mjs')).href)) as {
    openMiniSearch(options: { readonly texts: Iterable<string> }): Promise<{ readonly search: FindWords }>;
  };
  return (await peer.openMiniSearch({ texts })).search;
};

function* messagesOf({ n, seed }: StoreTask): Generator<string> {
  const talk = createGeneratedTalk(seed);
  for (let at = 0; at < n; at += 1) yield talk.message(at);
}

const queriesOf = ({ n, seed }: StoreTask): readonly string[] => {
  const talk = createGeneratedTalk(seed);
  return Array.from({ length: QUERIES }, (_, at) => talk.query(Math.floor((at * n) / QUERIES)));
};

/** Runs every query once, so that what is timed is compiled; @throws where one finds nothing */
const warm = (find: FindWords, queries: readonly string[]): void => {
  for (const query of queries) if (find(query, TOP).length === 0) throw new Error(`"${query}" found nothing`);
};

/** Our index by itself: made, then searched for the best. */
export const measureLexical: MeasureSystem = async (task, keep) => {
  const queries = queriesOf(task);
  let find: FindWords = () => [];
  const made = await timeRuns(1, async () => {
    find = createOurs(messagesOf(task));
  });
  warm(find, queries);
  keep(find);
  const searched = await timeRuns(QUERIES, async (at) => find(queries[at] as string, TOP));
  return [timedRow(task, 'index', made), timedRow(task, 'lexical-search', searched)];
};

/** Another index, in turns with ours over the same messages. */
const measureBeside = async (
  task: StoreTask,
  keep: Keep,
  open: (texts: Iterable<string>) => Promise<FindWords>,
): Promise<readonly StoreRow[]> => {
  const queries = queriesOf(task);
  const ours = createOurs(messagesOf(task));
  let find: FindWords = () => [];
  const made = await timeRuns(1, async () => {
    find = await open(messagesOf(task));
  });
  for (const each of [ours, find]) warm(each, queries);
  keep([ours, find]);
  const [own, other] = await timeInTurns(
    QUERIES,
    async (at) => ours(queries[at] as string, TOP),
    (at) => find(queries[at] as string, TOP),
  );
  return [
    timedRow(task, 'index', made),
    timedRow(task, 'lexical-search', other),
    timedRow(task, 'lexical-search of ours, in turns', own),
  ];
};

/** MiniSearch in turns with ours. */
export const measureMiniSearch: MeasureSystem = (task, keep) => measureBeside(task, keep, openMiniSearch);

/** SQLite's FTS5 in turns with ours. */
export const measureFts5: MeasureSystem = (task, keep) => measureBeside(task, keep, openFts5);
