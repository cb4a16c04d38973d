import { createManualClock, isRetentiveError } from '@retentive/core';
import { expect } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import {
  ANNA,
  append,
  BEN,
  ended,
  more,
  opened,
  readAll,
  sourceId,
  whole,
} from '../../src/testing/journal-fixtures.ts';

/** What a caller knows after a run in which things failed: a plain list of what was said to be done, or only tried. */
export interface CallersView {
  /** Text by source, as far as it was acknowledged. */
  readonly acknowledged: Map<string, string>;
  /** Text by source, acknowledged or not. */
  readonly tried: Map<string, string>;
  readonly erased: Set<string>;
  readonly erasureTried: Set<string>;
}

/** Codes with which a write may be refused when the disk fails. */
const HONEST: ReadonlySet<string> = new Set([
  'STORE_WRITE_FAILED',
  'STORE_FULL',
  'STORE_OPEN_FAILED',
  'STORE_READ_FAILED',
  'STORE_CORRUPT',
  'STORE_CLOSED',
  // Of what builds on a write that failed, or was carried out and not acknowledged.
  'MESSAGE_NOT_FOUND',
  'MESSAGE_CLOSED',
  'OFFSET_INVALID',
  'IDEMPOTENCY_CONFLICT',
  'OPTION_INVALID',
]);

/** True when the call was carried out; false when it was refused as a failing disk is. */
export const succeeds = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRetentiveError(error) && HONEST.has(error.code)) return false;
    throw error;
  }
};

/** Nothing done yet. */
export const createCallersView = (): CallersView => ({
  acknowledged: new Map(),
  tried: new Map(),
  erased: new Set(),
  erasureTried: new Set(),
});

/** Says single messages, several at once, a stream, an erasure and one more message; goes on whatever fails. */
export const runWorkload = async (journal: Journal, view: CallersView): Promise<void> => {
  const say = async (id: string, scope = ANNA): Promise<void> => {
    const text = `text of ${id}`;
    view.tried.set(id, text);
    if (await succeeds(append(journal, scope, whole(id, text)))) view.acknowledged.set(id, text);
  };
  await say('a');
  await Promise.all(['b', 'c', 'd'].map((id) => say(id, BEN)));
  view.tried.set('s', 'one two');
  if (await succeeds(append(journal, ANNA, opened('s', 'one ')))) view.acknowledged.set('s', 'one ');
  if (await succeeds(append(journal, ANNA, more('s', 4, 'two'), ended('s', 'complete', 7))))
    view.acknowledged.set('s', 'one two');
  view.erasureTried.add('a');
  const erasure = { scope: ANNA, ids: ['a'], sources: [sourceId('a')], sequences: [], replaced: [] };
  if (await succeeds(journal.erase(erasure))) view.erased.add('a');
  await say('e');
};

/** What is in a journal, by source. */
export const textsIn = async (journal: Journal): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>();
  for (const { body } of await readAll(journal)) {
    if (body.kind === 'source') {
      expect(texts.has(body.source.id), `"${body.source.id}" is there twice`).toBe(false);
      texts.set(body.source.id, body.text);
    } else if (body.kind === 'text') texts.set(body.id, `${texts.get(body.id)}${body.text}`);
  }
  return texts;
};

/**
 * Checks a reopened journal against what the caller knows. `exact`: what was refused is not there; otherwise a write that
 * failed after it had reached the disk may be.
 */
export const expectHonest = async (
  open: (clock: ReturnType<typeof createManualClock>) => Promise<Journal>,
  view: CallersView,
  exact: boolean,
): Promise<void> => {
  const journal = await open(createManualClock());
  try {
    expect(await journal.check()).toEqual([]);
    const texts = await textsIn(journal);
    for (const [id, text] of view.acknowledged) {
      if (view.erased.has(id)) expect(texts.has(id), `"${id}" was erased`).toBe(false);
      else if (!view.erasureTried.has(id) || texts.has(id)) {
        if (exact) expect(texts.get(id)).toBe(text);
        else expect(texts.get(id)?.startsWith(text), `"${id}" lost acknowledged text`).toBe(true);
      }
    }
    for (const [id, text] of texts) {
      if (exact) expect(view.acknowledged.get(id)).toBe(text);
      else expect(view.tried.get(id)?.startsWith(text), `"${id}" was never said`).toBe(true);
    }
    // It works again.
    await append(journal, ANNA, whole('afterwards'));
  } finally {
    await journal.close();
  }
};
