import type { BlockChange, Evidence, ExampleInput, FactId, FactInput, OperationId } from '@retentive/core';
import type { FactChangeInput } from '@retentive/memory';
import * as z from 'zod';
import type { Handler } from '../daemon-types.ts';
import { parseBody } from './parse-body.ts';
import { timesOf } from './read.ts';

const timesSchema = { asOf: z.string().max(64).optional(), knownAt: z.string().max(64).optional() };

/** The core blocks that have a line, now or at `asOf` or `knownAt`. */
export const blocks: Handler = async ({ scope, query, signal }) => {
  const times = timesOf(parseBody(z.object(timesSchema), { ...query }, 'OPTION_INVALID'));
  return { status: 200, body: { blocks: await scope.core.blocks({ ...times, signal }) } };
};

const versionsSchema = z.object({ label: z.string().optional(), ...timesSchema });

/** Every version of the core blocks, or of the one that `?label=` names. */
export const blockVersions: Handler = async ({ scope, query, signal }) => {
  const { label, ...times } = parseBody(versionsSchema, { ...query }, 'OPTION_INVALID');
  const versions = await scope.core.versions({ label, ...timesOf(times), signal });
  return { status: 200, body: { versions } };
};

// What a change says is checked by the memory, which has errors of its own for it.
const blockSchema = z.strictObject({
  change: z.unknown(),
  label: z.string().optional(),
  because: z.string().optional(),
  sources: z.array(z.unknown()).optional(),
  premises: z.array(z.string()).optional(),
});

/** Changes one line of a core block. */
export const changeBlock: Handler = async ({ scope, body, signal }) => {
  const { change, sources, premises, ...named } = parseBody(blockSchema, body);
  const block = await scope.core.change(change as BlockChange, {
    ...named,
    sources: sources as readonly Evidence[] | undefined,
    premises: premises as readonly string[] | undefined as readonly FactId[] | undefined,
    signal,
  });
  return { status: 200, body: { block } };
};

const factSchema = z.strictObject({ change: z.unknown(), because: z.string().optional() });

/** Changes semantic memory by one operation. */
export const changeFact: Handler = async ({ scope, body, signal }) => {
  const { change, because } = parseBody(factSchema, body);
  return { status: 200, body: await scope.changeFact(change as FactChangeInput, { because, signal }) };
};

const exampleSchema = z.strictObject({
  example: z.unknown(),
  because: z.string().optional(),
  sources: z.array(z.unknown()).optional(),
});

/** Keeps how an answer turned out. */
export const remember: Handler = async ({ scope, body, signal }) => {
  const { example, because, sources } = parseBody(exampleSchema, body);
  const kept = await scope.remember(example as ExampleInput, {
    because,
    sources: sources as readonly Evidence[] | undefined,
    signal,
  });
  return { status: 200, body: kept };
};

const proposalSchema = z.strictObject({
  facts: z.array(z.unknown()).max(1_000),
  because: z.string().optional(),
});

/** Lets the decider say how facts change what is known. */
export const proposeFacts: Handler = async ({ scope, body, signal }) => {
  const { facts, because } = parseBody(proposalSchema, body);
  const proposed = await scope.proposeFacts(facts as readonly FactInput[], { because, signal });
  return { status: 200, body: { proposed } };
};

const pairSchema = z.strictObject({ one: z.string(), other: z.string(), because: z.string().optional() });

/** Says that two names are of one entity. */
export const mergeEntities: Handler = async ({ scope, body, signal }) => {
  const { one, other, because } = parseBody(pairSchema, body);
  return { status: 200, body: await scope.mergeEntities(one, other, { because, signal }) };
};

/** Takes that back. */
export const splitEntities: Handler = async ({ scope, body, signal }) => {
  const { one, other, because } = parseBody(pairSchema, body);
  return { status: 200, body: await scope.splitEntities(one, other, { because, signal }) };
};

const consolidateSchema = z.strictObject({
  dryRun: z.boolean().optional(),
  limit: z.int().min(1).max(10_000).optional(),
  ms: z.int().min(1).max(60_000).optional(),
  modelCalls: z.int().min(0).max(1_000).optional(),
});

/** Puts what the scope holds in order, a bounded part of it. */
export const consolidate: Handler = async ({ scope, body, signal }) => ({
  status: 200,
  body: await scope.consolidate({ ...parseBody(consolidateSchema, body), signal }),
});

/** Takes one operation back. */
export const undo: Handler = async ({ scope, body, signal }) => {
  const { operation } = parseBody(z.strictObject({ operation: z.string().min(1).max(256) }), body);
  await scope.undo(operation as OperationId, { signal });
  return { status: 200, body: { operation } };
};
