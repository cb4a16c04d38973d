import { describe, expect, it } from 'vitest';
import { MAX_BITS } from '../entropy/bits.ts';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';

const TEXTS = [
  '',
  ' \n\t',
  "I don't know, it's Mikkelsen's 3rd boat! 🎉🎉",
  'The Vesterhavet ferry leaves at 07:45, gate B12.',
  'Mi hermana Lucía vive en Oviedo y trabaja de noche.',
  '我妹妹住在成都，她养了三只猫。',
  'أختي تعيش في طنجة',
  `const x = { a: [1, 2], b: 'c' }; // ${'z'.repeat(300)}`,
  '\ud800 lone \udc00',
];

/**
 * What every `SurprisalSource` promises: pieces in order inside the text, bits from 0 to 16, a background that stays as
 * it was, sessions that do not touch one another. `open` gives a source of the kind under test.
 */
export const describeSurprisalSource = (name: string, open: () => Promise<SurprisalSource>): void => {
  describe(name, () => {
    it('gives pieces in order, each inside the text, and bits from 0 to 16', async () => {
      const session = (await open()).openSession();
      for (const text of TEXTS) {
        let end = 0;
        for (const piece of session.score(text)) {
          expect(piece.start).toBeGreaterThanOrEqual(end);
          expect(piece.end).toBeGreaterThan(piece.start);
          expect(piece.bits).toBeGreaterThanOrEqual(0);
          expect(piece.bits).toBeLessThanOrEqual(MAX_BITS);
          end = piece.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }
      expect(session.score('')).toEqual([]);
    });

    it('scores the same texts alike in every fresh session, whatever other sessions have read', async () => {
      const source = await open();
      const read = () => {
        const session = source.openSession();
        return TEXTS.map((text) => session.score(text));
      };
      const first = read();
      const other = source.openSession();
      for (let time = 0; time < 20; time += 1) for (const text of TEXTS) other.score(text);
      expect(read()).toEqual(first);
    });

    it('finds less news in what it just read', async () => {
      const session = (await open()).openSession();
      const total = (text: string): number => session.score(text).reduce((sum, { bits }) => sum + bits, 0);
      for (const text of TEXTS.slice(2, 6)) expect(total(text)).toBeGreaterThan(total(text));
    });

    it('has a name', async () => {
      expect((await open()).id).not.toBe('');
    });
  });
};
