import { type Budget, type ContextId, type MessageId, RetentiveError } from '@retentive/core';
import * as z from 'zod';
import type { Handler } from '../daemon-types.ts';
import { parseBody } from './parse-body.ts';

/** Ms since epoch, or a date. */
const momentSchema = z.union([z.number(), z.string().max(64)]);

const contextSchema = (items: number) =>
  z.strictObject({
    query: z.string(),
    // Checked by the memory, which has an error of its own for budgets.
    budget: z.unknown().optional(),
    exclude: z.array(z.string().min(1).max(256)).max(items).optional(),
    thread: z.string().optional(),
    archive: z.boolean().optional(),
    excerpts: z.boolean().optional(),
    related: z.boolean().optional(),
    also: z.array(z.string()).max(16).optional(),
    access: z.boolean().optional(),
    sent: z.boolean().optional(),
    examples: z.number().optional(),
    effort: z.enum(['full', 'adaptive']).optional(),
    episodes: z.number().optional(),
    notes: z.number().optional(),
    asOf: momentSchema.optional(),
    knownAt: momentSchema.optional(),
    now: z.number().optional(),
  });

/** The best memory for a query under a hard budget. */
export const context: Handler = async ({ scope, body, signal }, { limits }) => {
  const { query, budget, exclude, ...options } = parseBody(contextSchema(limits.excludeItems), body);
  const found = await scope.context(query, {
    ...options,
    ...(budget === undefined ? {} : { budget: budget as Budget }),
    ...(exclude === undefined ? {} : { exclude: exclude as readonly string[] as readonly MessageId[] }),
    signal,
  });
  return { status: 200, body: found };
};

/** A context that went to a model, laid out again. */
export const sentContext: Handler = async ({ scope, message, signal }) => ({
  status: 200,
  body: await scope.sentContext(message as ContextId, { signal }),
});

const episodesSchema = z.strictObject({
  thread: z.string().optional(),
  about: z.string().max(1_024).optional(),
  from: momentSchema.optional(),
  to: momentSchema.optional(),
  asOf: momentSchema.optional(),
  knownAt: momentSchema.optional(),
  limit: z.int().min(0).optional(),
});

/** Stretches of talk with their summaries. */
export const episodes: Handler = async ({ scope, body, signal }) => ({
  status: 200,
  body: { episodes: await scope.episodes({ ...parseBody(episodesSchema, body), signal }) },
});

const entitiesSchema = z.strictObject({
  about: z.string().max(1_024).optional(),
  asOf: momentSchema.optional(),
  knownAt: momentSchema.optional(),
  limit: z.int().min(0).optional(),
});

/** Who and what facts are about. */
export const entities: Handler = async ({ scope, body, signal }) => ({
  status: 200,
  body: { entities: await scope.entities({ ...parseBody(entitiesSchema, body), signal }) },
});

const timelineSchema = z.strictObject({
  about: z.string().max(1_024),
  thread: z.string().optional(),
  asOf: momentSchema.optional(),
  knownAt: momentSchema.optional(),
  limit: z.int().min(0).optional(),
});

/** What was said about something, in order of when it was. */
export const timeline: Handler = async ({ scope, body, signal }) => ({
  status: 200,
  body: await scope.timeline({ ...parseBody(timelineSchema, body), signal }),
});

/** Notes that writers made of what happened. */
export const notes: Handler = async ({ scope, signal }) => ({
  status: 200,
  body: { notes: await scope.notes({ signal }) },
});

/** Outcomes of past turns. */
export const examples: Handler = async ({ scope, signal }) => ({
  status: 200,
  body: { examples: await scope.examples({ signal }) },
});

const searchSchema = z.strictObject({
  query: z.string(),
  limit: z.int().min(1).max(100).optional(),
  kind: z.enum(['chunk', 'fact']).optional(),
  asOf: momentSchema.optional(),
  knownAt: momentSchema.optional(),
});

/** The nearest chunks and facts. */
export const search: Handler = async ({ scope, body, signal }) => {
  const { query, ...options } = parseBody(searchSchema, body);
  return { status: 200, body: { hits: await scope.search(query, { ...options, signal }) } };
};

const factsSchema = z.strictObject({
  about: z.string().max(1_024).optional(),
  attribute: z.string().max(1_024).optional(),
  asOf: z.string().max(64).optional(),
  knownAt: z.string().max(64).optional(),
  ended: z.enum(['true', 'false']).optional(),
  limit: z.string().optional(),
});

/** A moment of a query: ms since epoch where it is a number, else a date. */
const timeOf = (value: string): number | string => (/^-?\d{5,}$/u.test(value) ? Number(value) : value);

/** The two times of a query, so far as they are given. */
export const timesOf = ({
  asOf,
  knownAt,
}: {
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
}) => ({
  ...(asOf === undefined ? {} : { asOf: timeOf(asOf) }),
  ...(knownAt === undefined ? {} : { knownAt: timeOf(knownAt) }),
});

const limitOf = (value: string): number => {
  if (/^\d{1,6}$/u.test(value)) return Number(value);
  throw new RetentiveError('OPTION_INVALID', 'limit is a whole number from 0 to 999999');
};

/** Facts, by the query of the address: about, attribute, asOf, knownAt, ended, limit. */
export const facts: Handler = async ({ scope, query, signal }) => {
  const { asOf, knownAt, ended, limit, ...named } = parseBody(factsSchema, { ...query }, 'OPTION_INVALID');
  const found = await scope.facts({
    ...named,
    ...timesOf({ asOf, knownAt }),
    ...(ended === undefined ? {} : { ended: ended === 'true' }),
    ...(limit === undefined ? {} : { limit: limitOf(limit) }),
    signal,
  });
  return { status: 200, body: { facts: found } };
};

const knownSchema = z.strictObject({
  about: z.string().max(1_024),
  attribute: z.string().max(1_024),
  value: z.string().max(1_024).optional(),
  asOf: z.string().max(64).optional(),
  knownAt: z.string().max(64).optional(),
});

/** Whether something is known, by the query of the address: about, attribute, value, asOf, knownAt. */
export const known: Handler = async ({ scope, query, signal }) => {
  const { asOf, knownAt, ...named } = parseBody(knownSchema, { ...query }, 'OPTION_INVALID');
  return { status: 200, body: await scope.known({ ...named, ...timesOf({ asOf, knownAt }), signal }) };
};
