import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ContentPart,
  contentText,
  METADATA_LIMITS,
  parseDocumentInput,
  parseMessageHeaderInput,
  parseMessageInput,
  parseTime,
  ROLES,
} from '../src/index.ts';

const message = (more: object = {}): object => ({ role: 'user', content: 'hello', ...more });

const expectInvalid = (value: unknown, text?: RegExp): void => {
  expect(() => parseMessageInput(value)).toThrow(
    expect.objectContaining({ code: 'MESSAGE_INVALID', message: expect.stringMatching(text ?? /./u) }),
  );
};

/** Objects nested so many levels deep, the outermost counted. */
const nested = (levels: number): object => (levels === 1 ? { end: 1 } : { next: nested(levels - 1) });

describe('a message', () => {
  it('comes back as it was given when all of it is well', () => {
    const full = {
      thread: 't1',
      role: 'user',
      speaker: 'Ana',
      id: 'm1',
      idempotencyKey: 'k1',
      time: '2025-03-01T10:00:00Z',
      timeZone: 'Europe/Lisbon',
      metadata: { source: 'mail', tags: ['a', 'b'], seen: null, weight: 0.5 },
      expiresAt: Date.UTC(2026, 0, 1),
      remember: false,
      content: [
        { type: 'text', text: 'look' },
        { type: 'image', uri: 'https://example.org/cat.png', mediaType: 'image/png', caption: 'a cat' },
      ],
    };
    expect(parseMessageInput(full)).toEqual(full);
    for (const role of ROLES) expect(parseMessageInput(message({ role }))).toMatchObject({ role });
  });

  it('is refused when it is no object, has a field nobody knows, or lacks role or content', () => {
    for (const value of [undefined, null, 'hello', 7, [], {}, { role: 'user' }, { content: 'x' }])
      expectInvalid(value);
    expectInvalid(message({ rôle: 'user' }));
    expectInvalid(message({ role: 'human' }), /role/u);
    expectInvalid(message({ content: null }), /content/u);
    expectInvalid(message({ speaker: 7 }), /speaker/u);
  });

  it('is refused when nothing is said in it', () => {
    const empty = [
      '',
      ' \n\t',
      '\u00a0\u3000',
      [],
      [{ type: 'text', text: '' }],
      [{ type: 'text', text: ' ' }],
    ];
    for (const content of empty) expectInvalid(message({ content }), /empty/u);
  });

  it('can be a picture without a word', () => {
    const content = [{ type: 'image', uri: 'file:1', mediaType: 'image/png' }];
    expect(parseMessageInput(message({ content }))).toMatchObject({ content });
  });

  it('takes text of any kind and size: a megabyte, no script it knows, lone surrogates, zero bytes', () => {
    for (const content of ['x'.repeat(2 ** 20), '猫は好き', '\ud800', 'a\u0000b']) {
      expect(parseMessageInput(message({ content })).content).toBe(content);
    }
  });

  it('has bad labels refused as labels', () => {
    for (const field of ['thread', 'speaker']) {
      for (const label of ['', 'a\nb', '\ud800', 'x'.repeat(257)]) {
        expect(() => parseMessageInput(message({ [field]: label }))).toThrow(
          expect.objectContaining({ code: 'LABEL_INVALID', details: { label: field } }),
        );
      }
    }
    expectInvalid(message({ id: '' }), /id has 1 to 256/u);
  });

  it('is not quoted in the error, which names the field', () => {
    expect(() => parseMessageInput(message({ content: 'my secret', role: 'my other secret' }))).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^(?!.*secret)the message is invalid: role: /u),
        details: { path: 'role' },
      }),
    );
  });
});

describe('the parts of a message', () => {
  it('need a type that is known, and a uri and media type where they stand for bytes', () => {
    const image = { type: 'image', uri: 'file:1', mediaType: 'image/png' };
    for (const part of [
      { ...image, type: 'video' },
      { ...image, uri: '' },
      { ...image, uri: 'x'.repeat(2_049) },
      { ...image, mediaType: '' },
      { ...image, bytes: 'AAAA' },
      { type: 'text' },
      'hello',
    ]) {
      expectInvalid(message({ content: [part] }), /content/u);
    }
    expectInvalid(message({ content: new Array(257).fill({ type: 'text', text: 'x' }) }), /content/u);
  });

  it('give their text and captions, in order, one a line', () => {
    const parts: readonly ContentPart[] = [
      { type: 'text', text: 'look' },
      { type: 'image', uri: 'u', mediaType: 'image/png', caption: 'a cat' },
      { type: 'audio', uri: 'u', mediaType: 'audio/ogg' },
      { type: 'text', text: '' },
      { type: 'text', text: 'and a dog' },
    ];
    expect(contentText(parts)).toBe('look\n[image: a cat]\nand a dog');
    expect(contentText('as it is\n')).toBe('as it is\n');
    expect(contentText([])).toBe('');
  });
});

describe('metadata', () => {
  it('may reach each limit and not pass it', () => {
    const keys = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
    // {"text":"…"} has eleven bytes beside the text.
    const bytes = (count: number): object => ({ text: 'x'.repeat(count - 11) });
    for (const [limit, make] of [
      [METADATA_LIMITS.keys, keys],
      [METADATA_LIMITS.bytes, bytes],
      [METADATA_LIMITS.depth, nested],
    ] as const) {
      expect(parseMessageInput(message({ metadata: make(limit) }))).toMatchObject({ metadata: make(limit) });
      expectInvalid(message({ metadata: make(limit + 1) }), new RegExp(`limit (?:is|of) ${limit}`, 'u'));
    }
  });

  it('counts bytes in UTF-8, keys at every level, and lists as levels', () => {
    expectInvalid(message({ metadata: { text: 'é'.repeat(METADATA_LIMITS.bytes / 2) } }), /bytes/u);
    const many = Array.from({ length: 33 }, () => ({ a: 1, b: 2 }));
    expectInvalid(message({ metadata: { many } }), /keys/u);
    expectInvalid(message({ metadata: { a: [[[[1]]]] } }), /deeper/u);
    expect(parseMessageInput(message({ metadata: { a: [[[1]]] } }))).toBeDefined();
  });

  it('is JSON', () => {
    for (const value of [undefined, Number.NaN, 10n, new Date(0), () => {}, Symbol('x')]) {
      expectInvalid(message({ metadata: { value } }), /metadata/u);
    }
    for (const metadata of ['text', [], new Map(), null]) expectInvalid(message({ metadata }), /metadata/u);
  });

  it('is refused when it is deeper than any stack, or holds itself', () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 20_000; level += 1) deep = { deep };
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const metadata of [deep, circular]) expectInvalid(message({ metadata }), /deeper/u);
  });
});

describe('a time', () => {
  it('is taken as ms, as ISO 8601 or as a Date, and cut to whole milliseconds', () => {
    const time = Date.UTC(2025, 2, 1, 10);
    for (const input of [
      time,
      time + 0.7,
      '2025-03-01T10:00:00Z',
      '2025-03-01T11:00:00+01:00',
      new Date(time),
    ]) {
      expect(parseTime('time', input)).toBe(time);
    }
  });

  it('means UTC where it names no offset, on any machine', () => {
    expect(parseTime('time', '2025-03-01T10:00:00')).toBe(Date.UTC(2025, 2, 1, 10));
    expect(parseTime('time', '2025-03-01')).toBe(Date.UTC(2025, 2, 1));
  });

  it('may lie in the year 1 and in the year 9999, and no further', () => {
    for (const input of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', 0, -1]) {
      expect(Number.isInteger(parseTime('time', input))).toBe(true);
    }
    const bad = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      'yesterday',
      '',
      '1',
      'March 7',
      '2024-02-30',
      '2024-02-30T10:00:00Z',
      Date.parse('-000001-12-31T00:00:00Z'),
      new Date('x'),
      Date.UTC(10_000, 0, 1),
      -1e14,
    ];
    for (const input of bad) {
      expect(() => parseTime('asOf', input, 'OPTION_INVALID')).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(/^asOf must be/u) }),
      );
    }
  });

  it('reads back what a Date writes, for any moment in range', () => {
    const moments = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (date) => {
        expect(parseTime('time', date.toISOString())).toBe(date.getTime());
        expect(parseTime('time', date)).toBe(date.getTime());
        expect(parseTime('time', date.getTime())).toBe(date.getTime());
      }),
    );
  });

  it('in the future is allowed; an expiry that is not after it is refused', () => {
    expect(parseMessageInput(message({ time: Date.UTC(2999, 0, 1) }))).toBeDefined();
    expect(parseMessageInput(message({ time: 1_000, expiresAt: 1_001 }))).toBeDefined();
    for (const expiresAt of [999, 1_000]) {
      expectInvalid(message({ time: 1_000, expiresAt }), new RegExp(`got ${expiresAt} against 1000`, 'u'));
    }
    expectInvalid(message({ expiresAt: 'never' }), /expiresAt must be/u);
  });
});

describe('a time zone', () => {
  it('has an IANA name', () => {
    for (const timeZone of ['Europe/Lisbon', 'UTC', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires']) {
      expect(parseMessageInput(message({ timeZone }))).toMatchObject({ timeZone });
    }
    for (const timeZone of ['Lisbon', 'Europe/Atlantis', 'x'.repeat(1_000)])
      expectInvalid(message({ timeZone }), /IANA/u);
    expectInvalid(message({ timeZone: '' }), /timeZone/u);
  });
});

describe('a header', () => {
  it('of a message has everything but the content', () => {
    expect(parseMessageHeaderInput({ role: 'assistant', thread: 't' })).toEqual({
      role: 'assistant',
      thread: 't',
    });
    expect(() => parseMessageHeaderInput(message())).toThrow(
      expect.objectContaining({ code: 'MESSAGE_INVALID' }),
    );
  });

  it('of a document needs a title, and knows no role', () => {
    const full = { id: 'd1', title: 'Handbook', uri: 'file:h', mediaType: 'text/plain', idempotencyKey: 'k' };
    expect(parseDocumentInput(full)).toEqual(full);
    for (const value of [{}, { title: '' }, { title: 'x'.repeat(513) }, { title: 'x', role: 'user' }]) {
      expect(() => parseDocumentInput(value)).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
    }
    expect(() => parseDocumentInput({ title: 'x', thread: '' })).toThrow(
      expect.objectContaining({ code: 'LABEL_INVALID' }),
    );
  });
});
