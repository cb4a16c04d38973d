import { type ErrorCode, parseInput } from '@retentive/core';
import type * as z from 'zod';
import { refusal } from '../problem.ts';

/** Checks the body of a request. @throws the given code, naming the field and nothing of the content */
export const parseBody = <T>(schema: z.ZodType<T>, body: unknown, code: ErrorCode = 'REQUEST_INVALID'): T => {
  if (body === undefined) throw refusal(400, 'the request needs a JSON body');
  return parseInput(schema, body, 'the body', code);
};

/** Refuses text that is longer than a message sent as a whole may be. @throws REQUEST_INVALID (413) */
export const checkTextLength = (text: string, limit: number): void => {
  const bytes = Buffer.byteLength(text);
  if (bytes <= limit) return;
  throw refusal(413, `the text has ${bytes} bytes, the limit is ${limit}; stream longer ones in`);
};
