import * as z from 'zod';
import type { ForeignReader } from './foreign-types.ts';
import { jsonElements } from './json-elements.ts';
import { idOf, problemOf, skip, timeOf } from './shared.ts';

// What `getAll()` or an export of Mem0 gives: a list, {"results":[...]} or {"memories":[...]}, of
//   {"id":"...","memory":"Likes tea","user_id":"ana","created_at":"2024-05-03T12:00:00-07:00","metadata":{...}}

const FROM = 'mem0';

const memorySchema = z.looseObject({
  id: z.union([z.string().min(1), z.number()]).nullish(),
  memory: z.string().nullish(),
  text: z.string().nullish(),
  user_id: z.string().nullish(),
  created_at: z.unknown().optional(),
  expiration_date: z.unknown().optional(),
});

/** Reads memories of Mem0: each is a fact, recorded when it was there. */
export const readMem0: ForeignReader = async function* (pieces, { sourceUser }) {
  let user = sourceUser;
  for await (const { number, value } of jsonElements(pieces, new Set(['results', 'memories']))) {
    const at = `memory ${number}`;
    const parsed = memorySchema.safeParse(value);
    if (!parsed.success) {
      yield skip(at, 'invalid', problemOf(parsed.error));
      continue;
    }
    const { id, memory, text: named, user_id: owner, created_at, expiration_date } = parsed.data;
    const text = (memory ?? named ?? '').trim();
    if (text === '') {
      yield skip(at, 'empty');
      continue;
    }
    user ??= owner ?? undefined;
    if (typeof owner === 'string' && owner !== user) {
      yield skip(at, 'other-user');
      continue;
    }
    const expiresAt = timeOf(expiration_date);
    yield {
      type: 'fact',
      at,
      key: id === undefined || id === null ? idOf(FROM, text) : String(id),
      fact: { text, ...(expiresAt === undefined ? {} : { expiresAt }) },
      recordedAt: timeOf(created_at),
    };
  }
};
