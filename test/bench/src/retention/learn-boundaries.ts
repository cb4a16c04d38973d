import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BoundaryExample, paragraphExamples, trainBoundaries, weighBoundary } from '@retentive/memory';
import { areaUnderCurve } from './tasks/auc.ts';

// Learns the default weights of the learned boundary scorer from the paragraphs of this project's own documents, and
// prints them. `node --conditions=@retentive/source --import tsx test/bench/src/retention/learn-boundaries.ts`

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Every third document is held out when the weights are judged. */
const HELD_OUT = 3;

const markdownIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(ROOT, folder)))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => join(folder, name));

const files = [
  'CONTRIBUTING.md',
  'README.md',
  ...(await markdownIn('docs')),
  ...(await markdownIn('docs/decisions')),
];
const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')));
const examples = texts.map((text) => paragraphExamples(text));

const judge = (held: readonly BoundaryExample[], learned: readonly BoundaryExample[]): number | undefined => {
  const { weights } = trainBoundaries(learned);
  const scores = (isBoundary: boolean): readonly number[] =>
    held
      .filter((each) => each.isBoundary === isBoundary)
      .map(({ features }) => weighBoundary(features, weights));
  return areaUnderCurve(scores(true), scores(false));
};

const heldOut = (_: unknown, index: number): boolean => index % HELD_OUT === 0;
const area = judge(
  examples.filter(heldOut).flat(),
  examples.filter((each, index) => !heldOut(each, index)).flat(),
);
const all = examples.flat();
const { weights, prior } = trainBoundaries(all);
const rounded = (value: number): number => Number(value.toFixed(3));
process.stdout.write(
  `${JSON.stringify(
    {
      weights: weights.map(rounded),
      prior: rounded(prior),
      gaps: all.length,
      breaks: all.filter(({ isBoundary }) => isBoundary).length,
      areaHeldOut: area === undefined ? null : rounded(area),
      sha256: createHash('sha256').update(texts.join('')).digest('hex'),
    },
    null,
    2,
  )}\n`,
);
