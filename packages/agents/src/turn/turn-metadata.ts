import { createHash } from 'node:crypto';
import type { Metadata, ToolCall } from '@retentive/core';
import type { ToolMetadata } from './prompt-messages.ts';
import type { Turn } from './turn.ts';

// Metadata holds 8 KiB as JSON. A model writes ids and input, so each has a share that leaves room for the others.

/** Names of models have some dozens of characters. */
const MODEL_BYTES = 512;
/** Ids of calls have some dozens of characters. */
const CALL_BYTES = 512;
/** What is left, with room to spare for the names of fields, the turn and the tool. */
const INPUT_BYTES = 6_144;

const encoder = new TextEncoder();

/** Bytes of a text as JSON, where a control character or a lone surrogate takes six. */
const jsonBytes = (text: string): number => encoder.encode(JSON.stringify(text)).length;

const fits = (text: string, bytes: number): boolean => text.length <= bytes && jsonBytes(text) <= bytes;

const cutToBytes = (text: string, bytes: number): string => {
  let cut = text.slice(0, bytes);
  while (!fits(cut, bytes)) cut = cut.slice(0, -1);
  return cut;
};

/** What is stored beside every message of a turn; a very long name of a model is cut. Pure. */
export const turnMetadata = ({ id, model }: Turn): Metadata => ({
  turn: id,
  model: cutToBytes(model.id, MODEL_BYTES),
});

/**
 * What is stored beside a tool's result, within the limits of metadata. An id that is too long is kept as its hash, so
 * that ids stay apart; input that is too long shows as `{}` later. Pure.
 */
export const toolMetadata = ({ id, name, input }: ToolCall): ToolMetadata => ({
  tool: name,
  call: fits(id, CALL_BYTES) ? id : `call_${createHash('sha256').update(id).digest('base64url')}`,
  input: fits(input, INPUT_BYTES) ? input : '{}',
});
