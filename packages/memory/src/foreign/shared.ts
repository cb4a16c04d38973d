import { createHash } from 'node:crypto';
import type { Metadata } from '@retentive/core';
import * as z from 'zod';
import type { ForeignItem, SkipReason } from './foreign-types.ts';

/** The digits of an id that is made of what it stands for. */
const ID_DIGITS = 32;

/** An id out of what makes something unique: the same file gives the same ids. */
export const idOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, ID_DIGITS);

/**
 * Ids for messages that have none: each stands for all that was given before it, so that a file that has grown finds what
 * it brought before, and the same words twice are two messages.
 */
export const createChain = (from: string): ((...parts: readonly string[]) => string) => {
  let last = '';
  return (...parts) => {
    last = idOf(from, last, ...parts);
    return `${from}-${last}`;
  };
};

/** Something that is not taken in. */
export const skip = (at: string, reason: SkipReason, detail?: string): ForeignItem => ({
  type: 'skip',
  at,
  reason,
  ...(detail === undefined ? {} : { detail }),
});

/** What of a value does not fit a schema, in words that name the field and nothing of its content. */
export const problemOf = (error: z.ZodError): string => {
  const issue = error.issues[0];
  const path = issue?.path.join('.').slice(0, 128);
  return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'unknown'}`;
};

/** Content as chat APIs have it: text, or parts of which text is one. */
export const contentSchema = z.union([
  z.string(),
  z.null(),
  z.array(z.union([z.string(), z.looseObject({ type: z.string(), text: z.string().nullish() })])),
]);

/** The words of a content, its parts joined by line breaks; empty without any. */
export const textOf = (content: z.infer<typeof contentSchema> | undefined): string => {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part) => (typeof part === 'string' ? part : part.type === 'text' ? (part.text ?? '') : ''))
    .filter((text) => text !== '')
    .join('\n');
};

/** A moment as ISO 8601 or seconds since epoch, in ms; undefined for what is none. */
export const timeOf = (value: unknown): number | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return Math.round(value * 1_000);
  if (typeof value !== 'string') return undefined;
  // Without an offset it is UTC, as everywhere here.
  const text = /(?:Z|[+-]\d{2}:?\d{2})$/u.test(value) || !value.includes('T') ? value : `${value}Z`;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

/** Where something comes from, for its metadata. */
export const originOf = (from: string, fields: Readonly<Record<string, string | undefined>>): Metadata => ({
  importedFrom: from,
  ...Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value.slice(0, 256).toWellFormed()]],
    ),
  ),
});
