import { splitSentences } from '@retentive/memory';
import model from 'wink-eng-lite-web-model';
import wink from 'wink-nlp';
import { SENTENCE_CASES } from '../../../../../packages/memory/test/chunking/sentence-cases.ts';
import type { TaskRow } from '../schemas.ts';
import type { RetentionTask } from './task.ts';

const TASK = 'sentences';
const MARK = '¦';

type Splitter = (text: string) => readonly string[];

/** Ends as counts of characters that are no white space: splitters differ in what they do with blanks. */
const endsOf = (sentences: readonly string[]): readonly number[] => {
  let end = 0;
  return sentences
    .map((sentence) => sentence.replace(/\s/gu, '').length)
    .filter((length) => length > 0)
    .map((length) => {
      end += length;
      return end;
    });
};

const cases = Object.values(SENTENCE_CASES).flat();

const shareRight = (split: Splitter): number => {
  const right = cases.filter((marked) => {
    const wanted = endsOf(marked.split(MARK));
    const found = endsOf(split(marked.replaceAll(MARK, '')));
    return wanted.length === found.length && wanted.every((end, index) => end === found[index]);
  });
  return right.length / cases.length;
};

/** The same sentences as people type them in a hurry: no stops, no capitals, on one line. */
const bare = (sentence: string): string =>
  `${sentence
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s'-]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()} `;

const boundaryF1WithoutMarks = (split: Splitter): number => {
  let [hits, proposed, real] = [0, 0, 0];
  for (const marked of cases) {
    const sentences = marked.split(MARK).map(bare);
    const wanted = new Set(endsOf(sentences).slice(0, -1));
    const found = endsOf(split(sentences.join(''))).slice(0, -1);
    hits += found.filter((end) => wanted.has(end)).length;
    proposed += found.length;
    real += wanted.size;
  }
  return (2 * hits) / Math.max(1, proposed + real);
};

/** It comes without types. */
interface SbdModule {
  readonly default: { sentences(text: string, options: { newline_boundaries: boolean }): string[] };
}

const openSplitters = async (): Promise<Readonly<Record<string, Splitter>>> => {
  // @ts-expect-error: no types.
  const sbd = (await import('sbd')) as SbdModule;
  const nlp = wink(model, ['sbd']);
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  return {
    retentive: splitSentences,
    'Intl.Segmenter': (text) => [...segmenter.segment(text)].map(({ segment }) => segment),
    sbd: (text) => sbd.default.sentences(text, { newline_boundaries: true }),
    wink: (text) => nlp.readDoc(text).sentences().out() as string[],
    'line ends': (text) => text.split('\n'),
  };
};

const measure = async (): Promise<readonly TaskRow[]> =>
  Object.entries(await openSplitters()).flatMap(([policy, split]) => [
    { task: TASK, policy, metric: 'cases right', value: shareRight(split) },
    { task: TASK, policy, metric: 'F1 without punctuation', value: boundaryF1WithoutMarks(split) },
  ]);

/** Sentences of the hand-written cases. Ours was mended until it had them all, so its row says less than the others'. */
export const SENTENCES_TASK: RetentionTask = {
  name: TASK,
  about: `${cases.length} hand-written cases, which the rules of retentive were mended on`,
  measure,
};
