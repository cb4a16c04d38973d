import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collect, RetentiveError, type Tokenizer } from '@retentive/core';
import { createChunker, openMemory, type ScopedMemory, splitSentences } from '@retentive/memory';
import { mean, readJsonl } from '@retentive/memory/evaluation';
import * as z from 'zod';
import { analyze } from '../../controls/analyze.ts';
import { createBm25 } from '../../controls/bm25.ts';
import { rankByScore } from '../../controls/rankings.ts';
import type { TaskRow } from '../schemas.ts';
import { type RetentionTask, type TaskInput, unmeasured } from './task.ts';

const TASK = 'chunking-eval';

/** What a question may read. */
const BUDGET_TOKENS = 256;

/** More than any budget here can hold. */
const SEARCH_LIMIT = 100;

const documentSchema = z.object({ id: z.string(), text: z.string() });
const questionSchema = z.object({
  documentId: z.string(),
  question: z.string(),
  references: z.array(z.object({ start: z.int(), end: z.int() })),
});

type Range = z.output<typeof questionSchema>['references'][number];

/** A piece of a document: where it stands and what it costs. */
interface Piece extends Range {
  readonly tokens: number;
}

type Chunking = (text: string) => readonly Piece[];

/** Pieces of a document from the best down, for a question. */
type Ranking = (question: string) => Promise<Iterable<Piece>>;

interface DocumentWithQuestions {
  readonly text: string;
  readonly questions: readonly z.output<typeof questionSchema>[];
}

const toPieces = (text: string, ends: readonly number[], tokenizer: Tokenizer): readonly Piece[] =>
  ends.map((end, index) => {
    const start = ends[index - 1] ?? 0;
    return { start, end, tokens: tokenizer.count(text.slice(start, end)) };
  });

/** Cut after every `size` tokens, wherever that is. */
const fixedEnds = (text: string, size: number, tokenizer: Tokenizer): readonly number[] => {
  const ends: number[] = [];
  for (let at = 0; at < text.length; at = ends.at(-1) ?? text.length) {
    let low = 1;
    let high = Math.min(text.length - at, 16 * size);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tokenizer.count(text.slice(at, at + middle), size) <= size) low = middle;
      else high = middle - 1;
    }
    ends.push(at + low);
  }
  return ends;
};

const sentenceEnds = (text: string): readonly number[] => {
  let end = 0;
  return splitSentences(text).map((sentence) => {
    end += sentence.length;
    return end;
  });
};

const chunkerEnds = (text: string, kind: 'message' | 'document', tokenizer: Tokenizer): readonly number[] => {
  const chunker = createChunker({ tokenizer, kind });
  return [...chunker.push(text), ...chunker.end()].map(([end]) => end);
};

/** From the best down what still fits. */
const fill = (ranked: Iterable<Piece>): readonly Piece[] => {
  const held: Piece[] = [];
  let left = BUDGET_TOKENS;
  for (const piece of ranked) {
    if (piece.tokens > left) continue;
    left -= piece.tokens;
    held.push(piece);
  }
  return held;
};

const overlap = (a: Range, b: Range): number =>
  Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));

/** Share of the characters of the references that are held. */
const characterRecall = (references: readonly Range[], held: readonly Range[]): number => {
  const all = references.reduce((sum, { start, end }) => sum + end - start, 0);
  const covered = references.flatMap((reference) => held.map((piece) => overlap(reference, piece)));
  return covered.reduce((sum, characters) => sum + characters, 0) / all;
};

const createBm25Ranking = (text: string, pieces: readonly Piece[]): Ranking => {
  const bm25 = createBm25(pieces.map(({ start, end }) => analyze(text.slice(start, end))));
  return async (question) =>
    rankByScore(bm25.score(analyze(question))).flatMap((place) => pieces[place] ?? []);
};

/** The memory's own search over pieces that were cut elsewhere: each is a message of one session. */
const rememberPieces = async (
  scope: ScopedMemory,
  text: string,
  pieces: readonly Piece[],
): Promise<Ranking> => {
  const known = new Map<string, Piece>();
  for (const piece of pieces) {
    // A message has no blank chunks; blanks answer nothing.
    const content = text.slice(piece.start, piece.end);
    if (content.trim() === '') continue;
    known.set((await scope.observe({ role: 'user', content })).id, piece);
  }
  return async (question) => {
    const hits = await scope.search(question, { kind: 'chunk', limit: SEARCH_LIMIT });
    return hits.flatMap((hit) =>
      hit.kind === 'chunk'
        ? (known.get(hit.chunk.source.type === 'message' ? hit.chunk.source.id : '') ?? [])
        : [],
    );
  };
};

const rememberDocument = async (scope: ScopedMemory, text: string): Promise<Ranking> => {
  const writer = scope.ingestDocument({ title: 'document' });
  await writer.write(text);
  await writer.complete();
  return async (question) => {
    const hits = await scope.search(question, { kind: 'chunk', limit: SEARCH_LIMIT });
    return hits.flatMap((hit) =>
      hit.kind === 'chunk'
        ? [
            {
              start: hit.chunk.offset,
              end: hit.chunk.offset + hit.chunk.text.length,
              tokens: hit.chunk.tokens,
            },
          ]
        : [],
    );
  };
};

const readDocuments = async (folder: string): Promise<readonly DocumentWithQuestions[]> => {
  const documents = await collect(readJsonl(join(folder, 'documents.jsonl'), documentSchema));
  const questions = await collect(readJsonl(join(folder, 'questions.jsonl'), questionSchema));
  const unknown = questions.find(({ documentId }) => !documents.some(({ id }) => id === documentId));
  if (unknown !== undefined) {
    throw new RetentiveError(
      'FILE_INVALID',
      `${folder}: a question names the document "${unknown.documentId}"`,
    );
  }
  return documents.map(({ id, text }) => ({
    text,
    questions: questions.filter(({ documentId }) => documentId === id),
  }));
};

const measure = async ({ data, tokenizer }: TaskInput): Promise<readonly TaskRow[]> => {
  const metric = `character recall at ${BUDGET_TOKENS} tokens`;
  const folder = data === undefined ? undefined : join(data, TASK);
  if (folder === undefined || !existsSync(folder)) return unmeasured(TASK, metric, `no folder ${TASK}`);
  const documents = await readDocuments(folder);
  const rowOf = async (
    policy: string,
    rank: (text: string, scope: ScopedMemory) => Promise<Ranking> | Ranking,
  ): Promise<TaskRow> => {
    const memory = await openMemory({ extractor: false, tokenizer });
    try {
      const recalls: number[] = [];
      for (const [index, { text, questions }] of documents.entries()) {
        const ranking = await rank(text, memory.scope({ tenant: 'bench', user: `document-${index}` }));
        for (const { question, references } of questions) {
          recalls.push(characterRecall(references, fill(await ranking(question))));
        }
      }
      return { task: TASK, policy, metric, value: mean(recalls) ?? null };
    } finally {
      await memory.close();
    }
  };
  const chunkings: Readonly<Record<string, Chunking>> = {
    documents: (text) => toPieces(text, chunkerEnds(text, 'document', tokenizer), tokenizer),
    messages: (text) => toPieces(text, chunkerEnds(text, 'message', tokenizer), tokenizer),
    sentences: (text) => toPieces(text, sentenceEnds(text), tokenizer),
    'fixed-64': (text) => toPieces(text, fixedEnds(text, 64, tokenizer), tokenizer),
    'fixed-128': (text) => toPieces(text, fixedEnds(text, 128, tokenizer), tokenizer),
    'fixed-256': (text) => toPieces(text, fixedEnds(text, 256, tokenizer), tokenizer),
  };
  const rows = [await rowOf('retentive', (text, scope) => rememberDocument(scope, text))];
  for (const [name, cut] of Object.entries(chunkings)) {
    rows.push(await rowOf(`${name}, bm25`, (text) => createBm25Ranking(text, cut(text))));
  }
  for (const name of ['messages', 'fixed-64', 'fixed-128']) {
    const cut = chunkings[name] as Chunking;
    rows.push(await rowOf(`${name}, search`, (text, scope) => rememberPieces(scope, text, cut(text))));
  }
  return rows;
};

/** How much of what answers a question is read at 256 tokens, by how the document was cut and how chunks are ranked. */
export const CHUNKING_EVAL_TASK: RetentionTask = {
  name: TASK,
  about: 'characters of the answers in the chunks that fit; retentive is its chunks by its search',
  measure,
};
