import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DEFAULT_RETENTION_WEIGHTS, type RetentionWeights } from '@retentive/memory';
import * as z from 'zod';

/** Where `learn-weights.ts` writes what it learned. */
export const LEARNED_FILE = fileURLToPath(new URL('./learned-weights.json', import.meta.url));

/** Terms of the score that have learned weights; what a size costs is no matter of odds, and stays. */
export const LEARNED_TERMS = [
  'surprisal',
  'firstPerson',
  'stance',
  'names',
  'digits',
  'answers',
  'address',
  'questions',
  'novelty',
  'machine',
  'length',
] as const satisfies readonly (keyof RetentionWeights)[];

const learnedSchema = z.strictObject({
  weights: z.record(z.string(), z.number()),
  seed: z.int(),
  examples: z.int(),
  needed: z.int(),
  /** Of all text that was learned from. */
  sha256: z.string(),
});

/** Weights, and what they were learned from. */
export type LearnedWeights = z.output<typeof learnedSchema>;

/** The learned weights, the others by default. */
export const readLearnedWeights = (): RetentionWeights => ({
  ...DEFAULT_RETENTION_WEIGHTS,
  ...learnedSchema.parse(JSON.parse(readFileSync(LEARNED_FILE, 'utf8'))).weights,
});
