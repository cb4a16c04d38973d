import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RetentiveError } from '@retentive/core';
import * as z from 'zod';

/** SHA-256 of the file. It was written before the rules that it tests, and no word of it changes. */
const FROZEN = '0f1d52f35048eca4cf2b4e06b530f3d7cfedf9a6e40c0230205af9fc0c9e2eb8';

const templateSchema = z.object({
  many: z.boolean(),
  state: z.array(z.string()).min(1),
  change: z.array(z.string()).optional(),
  end: z.array(z.string()).optional(),
  correction: z.array(z.string()).optional(),
  withdrawal: z.array(z.string()).optional(),
  never: z.array(z.string()).optional(),
  third: z.array(z.string()).optional(),
  'third change': z.array(z.string()).optional(),
});

const wordingsSchema = z.object({
  templates: z.record(z.string(), templateSchema),
  distractors: z.array(z.object({ attribute: z.string().optional(), text: z.string() })),
  smalltalk: z.array(z.string()),
  assistant: z.array(z.string()),
  values: z.record(z.string(), z.array(z.string())),
  names: z.array(z.string()),
  relations: z.array(z.string()),
});

export type Wordings = z.output<typeof wordingsSchema>;

/** The wordings of generated talk. @throws FILE_INVALID where the file is not the frozen one */
export const readWordings = async (
  path: URL = new URL('wordings.json', import.meta.url),
): Promise<Wordings> => {
  const bytes = await readFile(path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== FROZEN) {
    throw new RetentiveError('FILE_INVALID', `wordings.json is not the frozen one: its SHA-256 is ${hash}`);
  }
  return wordingsSchema.parse(JSON.parse(bytes.toString('utf8')));
};
