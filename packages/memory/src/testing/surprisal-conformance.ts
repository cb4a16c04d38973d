import { describe, expect, it } from 'vitest';
import { MAX_BITS } from '../entropy/bits.ts';
import type { ModelSurprisalSource, SurprisalSource, TokenBits } from '../entropy/surprisal-source.ts';

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

type Session = ReturnType<(SurprisalSource | ModelSurprisalSource)['openSession']>;

const scoreAll = async (session: Session): Promise<readonly (readonly TokenBits[])[]> => {
  const all: (readonly TokenBits[])[] = [];
  for (const text of TEXTS) all.push(await session.score(text));
  return all;
};

/**
 * What every `SurprisalSource` and `ModelSurprisalSource` promises: pieces in order inside the text, bits from 0 to 16, a background
 * that stays as it was, sessions that do not touch one another and go on from their state. `open` gives a source of the kind under
 * test.
 */
export const describeSurprisalSource = (
  name: string,
  open: () => Promise<SurprisalSource | ModelSurprisalSource>,
): void => {
  describe(name, () => {
    it('gives pieces in order, each inside the text, and bits from 0 to 16', async () => {
      const session = (await open()).openSession();
      for (const text of TEXTS) {
        let end = 0;
        for (const piece of await session.score(text)) {
          expect(piece.start).toBeGreaterThanOrEqual(end);
          expect(piece.end).toBeGreaterThan(piece.start);
          expect(piece.bits).toBeGreaterThanOrEqual(0);
          expect(piece.bits).toBeLessThanOrEqual(MAX_BITS);
          end = piece.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }
      expect(await session.score('')).toEqual([]);
    });

    it('scores the same texts alike in every fresh session, whatever other sessions have read', async () => {
      const source = await open();
      const first = await scoreAll(source.openSession());
      const other = source.openSession();
      for (let time = 0; time < 5; time += 1) await scoreAll(other);
      expect(await scoreAll(source.openSession())).toEqual(first);
    });

    it('goes on from its state, through JSON, as the session that never stopped', async (context) => {
      const source = await open();
      const session = source.openSession();
      await scoreAll(session);
      if (session.state === undefined) return context.skip('its sessions keep no state');
      const restored = source.openSession(JSON.parse(JSON.stringify(session.state())));
      expect(await scoreAll(restored)).toEqual(await scoreAll(session));
      expect(restored.state?.()).toEqual(session.state());
    });

    it('finds less news in what it just read', async () => {
      const session = (await open()).openSession();
      const total = async (text: string): Promise<number> =>
        (await session.score(text)).reduce((sum, { bits }) => sum + bits, 0);
      for (const text of TEXTS.slice(2, 6)) expect(await total(text)).toBeGreaterThan(await total(text));
    });

    it('has a name', async () => {
      expect((await open()).id).not.toBe('');
    });
  });
};
