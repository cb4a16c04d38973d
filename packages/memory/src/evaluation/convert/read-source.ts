import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RetentiveError } from '@retentive/core';
import { jsonElements } from '../../foreign/json-elements.ts';
import type { EvaluationSet } from '../data/evaluation-set.ts';
import { convertBeam } from './beam.ts';
import { convertLocomo } from './locomo.ts';
import { convertLongMemEval } from './longmemeval.ts';
import { convertRealtalk } from './realtalk.ts';
import type { ConvertedConversation } from './source-set.ts';

/** Public sets whose own files can be read. */
export const SOURCE_FORMATS = ['locomo', 'longmemeval', 'beam', 'realtalk'] as const;

export type SourceFormat = (typeof SOURCE_FORMATS)[number];

const readJson = async (path: string): Promise<unknown> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RetentiveError('FILE_NOT_FOUND', `there is no file ${path}`, { cause });
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new RetentiveError('FILE_INVALID', `${path} is not JSON`, { cause });
  }
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new RetentiveError('FILE_NOT_FOUND', `there is no folder ${folder}`, { cause });
  });
  return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
};

const setOf = (name: string, converted: readonly ConvertedConversation[]): EvaluationSet => ({
  name,
  conversations: converted.map(({ conversation }) => conversation),
  questions: converted.flatMap(({ questions }) => questions),
});

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** Where a chat was cut to its size, the first is the file that its questions are about. */
const CHAT_FILES: readonly string[] = ['chat_trunecated.json', 'chat.json'];

const readBeam = async (folder: string): Promise<EvaluationSet> => {
  const chats: ConvertedConversation[] = [];
  const isChat = (await namesIn(folder)).some((name) => CHAT_FILES.includes(name));
  const folders = isChat ? [folder] : (await namesIn(folder)).map((name) => join(folder, name));
  for (const chat of folders) {
    if (!(await isFolder(chat))) continue;
    const files = await namesIn(chat);
    const file = CHAT_FILES.find((name) => files.includes(name));
    if (file === undefined) continue;
    chats.push(
      convertBeam(
        `beam-${basename(chat)}`,
        await readJson(join(chat, file)),
        await readJson(join(chat, 'probing_questions', 'probing_questions.json')),
      ),
    );
  }
  return setOf('beam', chats);
};

const readRealtalk = async (path: string): Promise<EvaluationSet> => {
  const files = (await isFolder(path))
    ? (await namesIn(path)).filter((name) => /^Chat_.*\.json$/u.test(name)).map((name) => join(path, name))
    : [path];
  const chats: ConvertedConversation[] = [];
  for (const file of files) {
    chats.push(convertRealtalk(basename(file, '.json'), await readJson(file)));
  }
  return setOf('realtalk', chats);
};

const readLongMemEval = async (path: string): Promise<EvaluationSet> => {
  if (!(await stat(path).catch(() => undefined))?.isFile()) {
    throw new RetentiveError('FILE_NOT_FOUND', `there is no file ${path}`);
  }
  const histories: ConvertedConversation[] = [];
  for await (const { value } of jsonElements(createReadStream(path, 'utf8'), new Set())) {
    histories.push(convertLongMemEval(value));
  }
  return setOf('longmemeval', histories);
};

/**
 * Reads a public set from the files its authors published: `locomo10.json`, `longmemeval_s.json`, a folder of BEAM's chats such
 * as `chats/100K`, a folder of REALTALK's `Chat_*.json` or one of them. Nothing is downloaded. @throws FILE_NOT_FOUND,
 * FILE_INVALID where a file is not as its authors made it
 */
export const readSourceSet = async (format: SourceFormat, path: string): Promise<EvaluationSet> => {
  const set = await readers[format](path);
  if (set.conversations.length > 0) return set;
  throw new RetentiveError('FILE_INVALID', `${path} holds no conversation of ${format}`);
};

const readers: Readonly<Record<SourceFormat, (path: string) => Promise<EvaluationSet>>> = {
  locomo: async (path) => convertLocomo(await readJson(path)),
  longmemeval: readLongMemEval,
  beam: readBeam,
  realtalk: readRealtalk,
};
