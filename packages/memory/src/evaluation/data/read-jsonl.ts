import { createReadStream } from 'node:fs';
import { lines, RetentiveError } from '@retentive/core';
import type * as z from 'zod';

/** Values of a JSON Lines file, each checked; blank lines are passed over. @throws FILE_INVALID with the line number */
export async function* readJsonl<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): AsyncGenerator<z.output<Schema>, void, undefined> {
  let number = 0;
  for await (const line of lines(createReadStream(path, 'utf8'))) {
    number += 1;
    if (line.trim().length === 0) continue;
    yield parseLine(line, schema, `${path}:${number}`);
  }
}

const parseLine = <Schema extends z.ZodType>(
  line: string,
  schema: Schema,
  place: string,
): z.output<Schema> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new RetentiveError('FILE_INVALID', `${place} is not JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new RetentiveError(
    'FILE_INVALID',
    `${place}: ${issue?.path.join('.') || 'line'}: ${issue?.message}`,
    {
      cause: result.error,
    },
  );
};
