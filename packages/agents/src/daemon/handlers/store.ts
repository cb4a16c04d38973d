import { type FactId, type MessageId, withSignal } from '@retentive/core';
import type { ForeignFormat, OpenArchive } from '@retentive/memory';
import * as z from 'zod';
import type { DaemonAnswer, DaemonParts, DaemonRequest, Handler, StreamPart } from '../daemon-types.ts';
import { refusal } from '../problem.ts';
import { causeOf, decodeText, withIdleTimeout } from '../streams.ts';
import { parseBody } from './parse-body.ts';
import { timesOf } from './read.ts';

/** Characters of an archive that are sent at a time. */
const PIECE = 65_536;

/** Stands between the readings of an archive: no text of JSON holds it. */
const AGAIN = '\0';

const idSchema = z.string().min(1).max(256);

/** A whole number of the query, or undefined. @throws OPTION_INVALID */
const wholeNumber = (query: DaemonRequest['query'], name: string): number | undefined => {
  const schema = z.object({
    [name]: z
      .string()
      .regex(/^\d{1,15}$/u, 'must be a whole number')
      .optional(),
  });
  const value = parseBody(schema, { ...query }, 'OPTION_INVALID')[name];
  return value === undefined ? undefined : Number(value);
};

const messagesSchema = z.object({
  thread: z.string().optional(),
  asOf: z.string().max(64).optional(),
  knownAt: z.string().max(64).optional(),
});

/** Messages as they were said, oldest first; `?limit=` gives the newest so many. */
export const messages: Handler = async ({ scope, query, signal }) => {
  const { thread, ...times } = parseBody(messagesSchema, { ...query }, 'OPTION_INVALID');
  const limit = wholeNumber(query, 'limit');
  const found = await scope.messages({ thread, limit, ...timesOf(times), signal });
  return { status: 200, body: { messages: found } };
};

/** What the working set holds and what would go next; `?capacity=` imagines another. */
export const retention: Handler = async ({ scope, query, signal }) => ({
  status: 200,
  body: await scope.retention({ capacity: wholeNumber(query, 'capacity'), signal }),
});

/** Removes one message, document or fact for good. */
export const forget: Handler = async ({ scope, body, signal }) => {
  const { id } = parseBody(z.strictObject({ id: idSchema }), body);
  return { status: 200, body: await scope.forget(id as MessageId | FactId, { signal }) };
};

/** Keeps a message in the working set, or lets go of it. */
export const pin: Handler = async ({ scope, body, signal }) => {
  const { id, pinned } = parseBody(z.strictObject({ id: idSchema, pinned: z.boolean() }), body);
  await scope.pin(id as MessageId, pinned, { signal });
  return { status: 200, body: { id, pinned } };
};

/** The archive of the scope, word for word. */
export const exportScope: Handler = async ({ scope, signal }, { admission }) => {
  const leave = admission.enterStream();
  const parts = async function* () {
    try {
      let text = '';
      for await (const line of scope.export({ signal })) {
        text += line;
        if (text.length < PIECE) continue;
        yield { type: 'text', text };
        text = '';
      }
      if (text !== '') yield { type: 'text', text };
    } catch (error) {
      throw causeOf(error, signal);
    } finally {
      leave();
    }
  };
  return { stream: 'raw', parts: parts() };
};

/** An archive that its sender says again and again, as something that can be opened so often. */
const archiveOf = (text: AsyncIterable<string>): OpenArchive => {
  const source = text[Symbol.asyncIterator]();
  let rest = '';
  return async function* () {
    while (true) {
      const end = rest.indexOf(AGAIN);
      if (end >= 0) {
        const piece = rest.slice(0, end);
        rest = rest.slice(end + 1);
        if (piece !== '') yield piece;
        return;
      }
      if (rest !== '') yield rest;
      rest = '';
      const step = await source.next();
      if (step.done) return;
      rest = step.value;
    }
  };
};

const flag = (query: DaemonRequest['query'], name: string): boolean => {
  const value = query[name];
  if (value === undefined || value === 'true' || value === 'false') return value === 'true';
  throw refusal(400, `${name} is true or false`);
};

/** Reads text as it comes in and answers with what became of it, once its sender has said all: who still sends hears nothing. */
const taken = (
  request: DaemonRequest,
  { admission, limits }: DaemonParts,
  take: (text: AsyncIterable<string>) => Promise<object>,
): DaemonAnswer => {
  const leave = admission.enterStream();
  const bytes = (): AsyncIterable<Uint8Array> => withIdleTimeout(request.bytes, limits.idleTimeoutMs);
  const readRest = async (): Promise<void> => {
    try {
      for await (const _ of withSignal(bytes(), request.signal));
    } catch {
      // It left, or is to leave: what became of the text is known already.
    }
  };
  const takeAll = async (): Promise<object> => {
    try {
      return await take(decodeText(bytes()));
    } finally {
      await readRest();
    }
  };
  const parts = async function* (): AsyncGenerator<StreamPart> {
    try {
      yield { type: 'imported', ...(await takeAll()) };
    } catch (error) {
      throw causeOf(error, request.signal);
    } finally {
      leave();
    }
  };
  return { stream: 'ndjson', parts: parts() };
};

/**
 * Merges an archive. It is checked before anything is written, and before that it is searched for what was forgotten here, so its
 * sender says it three times, a zero byte between (twice for `?dryRun=true`); nothing of it is kept here besides.
 */
export const importScope: Handler = async (request, parts) => {
  const { scope, query, signal } = request;
  const options = {
    dryRun: flag(query, 'dryRun'),
    rescope: flag(query, 'rescope'),
    restoreForgotten: flag(query, 'restoreForgotten'),
    signal,
  };
  return taken(request, parts, (text) => scope.import(archiveOf(text), options));
};

const foreignSchema = z.object({
  // The memory knows its formats and has an error of its own for another.
  from: z.string(),
  thread: z.string().optional(),
  sourceUser: z.string().optional(),
});

/** Takes in what another program exported: `?from=` names the format. */
export const importForeign: Handler = async (request, parts) => {
  const { scope, query, signal } = request;
  const { from, thread, sourceUser } = parseBody(foreignSchema, { ...query }, 'OPTION_INVALID');
  const options = {
    from: from as ForeignFormat,
    dryRun: flag(query, 'dryRun'),
    ...(thread === undefined ? {} : { thread }),
    ...(sourceUser === undefined ? {} : { sourceUser }),
    signal,
  };
  return taken(request, parts, (text) => scope.importFrom(() => text, options));
};
