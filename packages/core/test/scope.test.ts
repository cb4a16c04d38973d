import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRetentiveError, MAX_LABEL_BYTES, parseLabel, parseScope } from '../src/index.ts';

const INVALID = expect.objectContaining({ code: 'LABEL_INVALID' });
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
/** Any UTF-16 units at all, lone surrogates included. */
const anyText = fc.string({
  unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
});
const plainText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });

describe('a label', () => {
  it('is given back as it is when it is in NFC, however strange', () => {
    const strange = [
      'a',
      '..',
      '../../etc/passwd',
      "'; DROP TABLE scopes; --",
      'CON',
      ' ',
      '日本',
      '🙂',
      '\u202e',
      '%00',
      '*',
    ];
    for (const label of strange) expect(parseLabel('user', label)).toBe(label);
  });

  it('comes out the same for every way to write an accented letter', () => {
    expect(parseLabel('user', 'Ame\u0301lie')).toBe('Am\u00e9lie');
    expect(parseLabel('user', 'Ame\u0301lie')).toBe(parseLabel('user', 'Am\u00e9lie'));
  });

  it('stays two labels where only the case or a look-alike differs', () => {
    const labels = ['ana', 'Ana', '\u0430na', 'ana ', 'an\u200ba'];
    expect(new Set(labels.map((label) => parseLabel('user', label))).size).toBe(labels.length);
  });

  it('has at most 256 bytes, counted in UTF-8 after normalisation', () => {
    expect(parseLabel('user', 'x'.repeat(256))).toHaveLength(256);
    expect(parseLabel('user', 'é'.repeat(128))).toHaveLength(128);
    // Decomposed it has 384 bytes; what counts is what is kept.
    expect(parseLabel('user', 'e\u0301'.repeat(128))).toHaveLength(128);
    for (const label of ['x'.repeat(257), 'é'.repeat(129), '🙂'.repeat(65)]) {
      expect(() => parseLabel('user', label)).toThrow(/has \d+ bytes, the limit is 256/u);
    }
  });

  it('is refused when empty, with control characters, not well-formed, or no string', () => {
    const hostile = [
      '',
      '\u0000',
      'a\nb',
      'a\u007f',
      '\u0085',
      '\ud800',
      'a\udc00',
      undefined,
      null,
      7,
      {},
      ['a'],
    ];
    for (const label of hostile) expect(() => parseLabel('user', label)).toThrow(INVALID);
  });

  it('is named in the error, and its value is not', () => {
    expect(() => parseLabel('tenant', 'secret\n')).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('secret'),
        details: { label: 'tenant' },
      }),
    );
  });

  it('keeps its promises or is refused, for any text at all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          const label = parseLabel('user', text);
          expect(label).toBe(text.normalize('NFC'));
          expect(label.isWellFormed()).toBe(true);
          expect(label).not.toMatch(/\p{Cc}/u);
          expect(bytesOf(label)).toBeGreaterThan(0);
          expect(bytesOf(label)).toBeLessThanOrEqual(MAX_LABEL_BYTES);
          expect(parseLabel('user', label)).toBe(label);
        } catch (error) {
          if (!isRetentiveError(error)) throw error;
          expect(error.code).toBe('LABEL_INVALID');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for every normal form of one text', () => {
    fc.assert(
      fc.property(plainText, (text) => {
        fc.pre(bytesOf(text.normalize('NFC')) <= MAX_LABEL_BYTES && !/\p{Cc}/u.test(text));
        expect(parseLabel('user', text.normalize('NFD'))).toBe(parseLabel('user', text.normalize('NFC')));
      }),
    );
  });
});

describe('a scope', () => {
  it('has its labels normalised and nothing else in it', () => {
    const given = { tenant: 'acme', user: 'Ame\u0301lie', agent: 'research/web', thread: 't', admin: true };
    expect(parseScope(given)).toEqual({
      tenant: 'acme',
      user: 'Am\u00e9lie',
      agent: 'research/web',
      thread: 't',
    });
    expect(Object.keys(parseScope({ tenant: 'a', user: 'b', agent: undefined }))).toEqual(['tenant', 'user']);
  });

  it('is refused without tenant or user, and when an agent path has an empty step', () => {
    const bad = [undefined, null, 'acme', {}, { tenant: 'a' }, { user: 'a' }, { tenant: 'a', user: '' }];
    for (const scope of bad) expect(() => parseScope(scope as never)).toThrow(INVALID);
    for (const agent of ['', '/', '/web', 'research/', 'a//b']) {
      expect(() => parseScope({ tenant: 'a', user: 'b', agent })).toThrow(INVALID);
    }
  });
});
