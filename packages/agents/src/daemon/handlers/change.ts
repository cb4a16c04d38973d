import type { BlockChange, OperationId } from '@retentive/core';
import type { FactChangeInput } from '@retentive/memory';
import * as z from 'zod';
import type { Handler } from '../daemon-types.ts';
import { parseBody } from './parse-body.ts';

/** The core blocks that have a line. */
export const blocks: Handler = async ({ scope, signal }) => ({
  status: 200,
  body: { blocks: await scope.core.blocks({ signal }) },
});

// What a change says is checked by the memory, which has errors of its own for it.
const blockSchema = z.strictObject({ change: z.unknown(), label: z.string().optional() });

/** Changes one line of a core block. */
export const changeBlock: Handler = async ({ scope, body, signal }) => {
  const { change, label } = parseBody(blockSchema, body);
  return { status: 200, body: { block: await scope.core.change(change as BlockChange, { label, signal }) } };
};

const factSchema = z.strictObject({ change: z.unknown(), because: z.string().optional() });

/** Changes semantic memory by one operation. */
export const changeFact: Handler = async ({ scope, body, signal }) => {
  const { change, because } = parseBody(factSchema, body);
  return { status: 200, body: await scope.changeFact(change as FactChangeInput, { because, signal }) };
};

/** Takes one operation back. */
export const undo: Handler = async ({ scope, body, signal }) => {
  const { operation } = parseBody(z.strictObject({ operation: z.string().min(1).max(256) }), body);
  await scope.undo(operation as OperationId, { signal });
  return { status: 200, body: { operation } };
};
