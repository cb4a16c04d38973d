import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { readJsonl } from '../data/read-jsonl.ts';
import type { VerdictCache } from './judge.ts';

const verdictSchema = z.object({ hash: z.string(), isRight: z.boolean() });

/** Verdicts in a file of JSON Lines, hashes only: a run that is made again asks the judge nothing twice. @throws FILE_INVALID */
export const openVerdictFile = async (path: string): Promise<VerdictCache> => {
  const verdicts = new Map<string, boolean>();
  if (existsSync(path)) {
    for await (const { hash, isRight } of readJsonl(path, verdictSchema)) verdicts.set(hash, isRight);
  } else {
    await mkdir(dirname(path), { recursive: true });
  }
  return {
    get: (hash) => verdicts.get(hash),
    async set(hash, isRight) {
      await appendFile(path, `${JSON.stringify({ hash, isRight })}\n`, { mode: 0o600 });
      verdicts.set(hash, isRight);
    },
  };
};
