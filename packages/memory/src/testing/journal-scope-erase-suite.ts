import { expect, it } from 'vitest';
import type { ScopeKey } from '../journal/journal.ts';
import {
  ANNA,
  append,
  BEN,
  codeOf,
  job,
  more,
  opened,
  readAll,
  sequences,
  sourceId,
  whole,
} from './journal-fixtures.ts';
import type { JournalBench } from './journal-write-suite.ts';

const OTHER: ScopeKey = { tenant: 'other', user: 'anna' };

/** What `eraseScopes` promises. */
export const describeEraseScopes = ({ journal }: JournalBench): void => {
  it('takes out everything of a user, open sources too, and nothing of others', async () => {
    await journal().append({ scope: ANNA, entries: [whole('m')], keys: [{ key: 'k', hash: 'h' }] });
    await append(journal(), BEN, whole('m'), job('m', 'queued', { id: 'of ben' as never }));
    await append(journal(), ANNA, job('m', 'queued'), opened('n', 'still'), whole('gone'));
    await journal().erase({
      scope: ANNA,
      ids: ['gone'],
      sources: [sourceId('gone')],
      sequences: [],
      replaced: [],
    });
    const before = await readAll(journal(), { scope: BEN });
    expect(await journal().eraseScopes(ANNA)).toEqual([{ scope: ANNA, sequence: 8, entries: 4 }]);
    expect(await readAll(journal())).toEqual(before);
    expect(await journal().scopes()).toEqual([BEN]);
    expect(await journal().sources({ id: sourceId('m') })).toHaveLength(1);
    expect(await journal().sources({ state: 'open' })).toEqual([]);
    expect(await journal().jobs({ state: 'queued' })).toHaveLength(1);
    expect(await codeOf(append(journal(), ANNA, more('n', 5, ' here')))).toBe('MESSAGE_NOT_FOUND');
    expect(await journal().check()).toEqual([]);
    const again = await journal().append({
      scope: ANNA,
      entries: [whole('m')],
      keys: [{ key: 'k', hash: 'i' }],
    });
    expect(sequences(again.entries)).toEqual([9]);
    expect(await journal().scopes()).toEqual([BEN, ANNA]);
    expect(await journal().check()).toEqual([]);
  });

  it('takes out every user of a tenant, and tells listeners of each in its turn', async () => {
    const heard: unknown[] = [];
    for (const scope of [ANNA, OTHER, BEN]) await append(journal(), scope, whole('m'));
    journal().subscribe(({ sequence, scope, body }) => heard.push([sequence, scope.user, body.kind]));
    await Promise.all([
      append(journal(), ANNA, whole('before')),
      journal().eraseScopes({ tenant: 'acme' }),
      append(journal(), ANNA, whole('after')),
    ]);
    expect(heard).toEqual([
      [4, 'anna', 'source'],
      [5, 'anna', 'forgotten'],
      [6, 'ben', 'forgotten'],
      [7, 'anna', 'source'],
    ]);
    expect(sequences(await readAll(journal()))).toEqual([2, 7]);
    expect(await journal().eraseScopes({ tenant: 'nobody' })).toEqual([]);
    expect(await journal().check()).toEqual([]);
  });

  it('leaves everything when it was aborted before it began, and answers nothing when closed', async () => {
    await append(journal(), ANNA, whole('m'));
    const controller = new AbortController();
    controller.abort();
    expect(await codeOf(journal().eraseScopes(ANNA, { signal: controller.signal }))).toBe('ABORTED');
    expect(await readAll(journal())).toHaveLength(1);
    await journal().close();
    expect(await codeOf(journal().eraseScopes(ANNA))).toBe('STORE_CLOSED');
  });
};
