import { createEstimatingTokenizer, type DocumentId, type SessionId } from '@retentive/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChunker } from '../../src/index.ts';
import type { Cut, SourceHeader } from '../../src/journal/journal.ts';
import { createStoredSource, reopenSource } from '../../src/writing/stored-source.ts';

const tokenizer = createEstimatingTokenizer();

/** A chunk cannot be certain before this much text follows its beginning. */
const CERTAIN_AFTER_UNITS = 1_280;

const header = {
  type: 'document',
  id: 'doc-1' as DocumentId,
  title: 'Notes',
  origin: 'user',
  thread: 'default',
  time: 0,
} as unknown as SourceHeader;

const SESSION = 'default/1' as SessionId;

const torn = (text: string, cuts: readonly Cut[]) =>
  createStoredSource(
    'doc-1' as DocumentId,
    { header, state: 'torn', session: SESSION, length: text.length, text, cuts },
    0,
  );

const sentences = fc
  .array(
    fc.constantFrom(
      'The ferry leaves at noon. ',
      '## Head\n\n',
      'It rained!\n\n',
      'a b c d, e f g ',
      'x'.repeat(90),
    ),
    {
      minLength: 1,
      maxLength: 160,
    },
  )
  .map((parts) => parts.join(''));

describe('a torn source that is opened again', () => {
  it('keeps every certain cut, whatever rules have made it', () => {
    fc.assert(
      fc.property(
        sentences,
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 9 }),
        (text, sizes) => {
          // Cuts of another version: at any places.
          const cuts: Cut[] = [];
          for (let end = 0; end < text.length; ) {
            const start = end;
            end = Math.min(text.length, start + (sizes[cuts.length % sizes.length] as number));
            cuts.push([end, tokenizer.count(text.slice(start, end))]);
          }
          const certain = cuts.filter(
            (_, index) => (cuts[index - 1]?.[0] ?? 0) + CERTAIN_AFTER_UNITS < text.length,
          );
          const { entries, cuts: made, chunker } = reopenSource(torn(text, cuts), tokenizer);
          expect(entries).toEqual([{ kind: 'resumed', id: 'doc-1', keep: certain.length }]);
          const end = made.at(-1)?.[0] ?? certain.at(-1)?.[0] ?? 0;
          expect(chunker.pending).toBe(text.slice(end));
        },
      ),
    );
  });

  it.each(['message', 'document'] as const)('goes on as a %s that was never torn', (kind) => {
    fc.assert(
      fc.property(sentences, fc.nat(), (text, place) => {
        const at = place % (text.length + 1);
        const before = createChunker({ tokenizer, kind });
        const cuts = [...before.push(text.slice(0, at)), ...before.end()];
        const source = createStoredSource(
          'doc-1' as DocumentId,
          {
            header: { ...header, type: kind } as SourceHeader,
            state: 'torn',
            session: SESSION,
            length: at,
            text: text.slice(0, at),
            cuts,
          },
          0,
        );
        const { entries, cuts: reopened, chunker } = reopenSource(source, tokenizer);
        const [entry] = entries;
        const keep = entry?.kind === 'resumed' ? entry.keep : 0;
        const whole = createChunker({ tokenizer, kind });
        expect([
          ...cuts.slice(0, keep),
          ...reopened,
          ...chunker.push(text.slice(at)),
          ...chunker.end(),
        ]).toEqual([...whole.push(text), ...whole.end()]);
      }),
    );
  });
});
