import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, isRetentiveError, lines, withSignal } from '../src/index.ts';

/** Yields the values, then waits for ever or ends; tells how it was left. */
const createSource = (values: readonly number[], { hangs = false } = {}) => {
  const seen = { started: false, closed: false };
  async function* source(): AsyncGenerator<number, void, undefined> {
    seen.started = true;
    try {
      yield* values;
      if (hangs) await new Promise(() => {});
    } finally {
      seen.closed = true;
    }
  }
  return { seen, source: source() };
};

/** A source that can be told to return, and never answers a next() after the given values. */
const createHangingIterator = (values: readonly number[]) => {
  const seen = { returned: 0 };
  let at = 0;
  const iterator: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      const value = values[at];
      at += 1;
      if (value === undefined) return new Promise(() => {});
      return { done: false, value };
    },
    async return() {
      seen.returned += 1;
      return { done: true, value: undefined };
    },
  };
  return { seen, iterator };
};

async function* pieces(texts: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* texts;
}

describe('withSignal', () => {
  it('stops at once when aborted, also where the next value is always ready', async () => {
    const controller = new AbortController();
    const heard: number[] = [];
    async function* ready() {
      for (let value = 0; value < 1_000; value += 1) yield value;
    }
    const hear = async (): Promise<void> => {
      for await (const value of withSignal(ready(), controller.signal)) {
        heard.push(value);
        if (value === 2) controller.abort();
      }
    };
    await expect(hear()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(heard).toEqual([0, 1, 2]);
  });

  it('passes every value on, with a signal and without', async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      expect(await collect(withSignal(createSource([1, 2, 3]).source, signal))).toEqual([1, 2, 3]);
    }
  });

  it('starts nothing when the signal is aborted already', async () => {
    const { seen, source } = createSource([1]);
    await expect(collect(withSignal(source, AbortSignal.abort()))).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen.started).toBe(false);
  });

  it('rejects while it waits for a value that never comes, keeps the reason, and tells the source to stop', async () => {
    const { seen, iterator } = createHangingIterator([1]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const heard: number[] = [];
    const reading = (async () => {
      for await (const value of withSignal(iterator, controller.signal)) heard.push(value);
    })();
    const outcome = reading.catch((error: unknown) => error);
    while (heard.length === 0) await undefined;
    controller.abort(reason);
    const error = await outcome;
    expect(isRetentiveError(error, 'ABORTED')).toBe(true);
    expect((error as Error).cause).toBe(reason);
    expect(heard).toEqual([1]);
    expect(seen.returned).toBe(1);
  });

  it('gives nothing more once the consumer aborts between two values', async () => {
    const { seen, source } = createSource([1, 2, 3]);
    const controller = new AbortController();
    const heard: number[] = [];
    const reading = (async () => {
      for await (const value of withSignal(source, controller.signal)) {
        heard.push(value);
        controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
    expect(heard).toEqual([1]);
    expect(seen.started).toBe(true);
  });

  it('closes the source before an early break goes on', async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      const { seen, source } = createSource([1, 2], { hangs: true });
      for await (const value of withSignal(source, signal)) if (value === 2) break;
      expect(seen.closed).toBe(true);
    }
  });

  it("passes the source's own error on", async () => {
    const failing = async function* (): AsyncGenerator<number, void, undefined> {
      yield 1;
      throw new Error('broken');
    };
    for (const signal of [undefined, new AbortController().signal]) {
      await expect(collect(withSignal(failing(), signal))).rejects.toThrow('broken');
    }
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const counts = { added: 0, removed: 0 };
    const watched = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') counts.added += 1;
        if (key === 'removeEventListener') counts.removed += 1;
        const value = Reflect.get(target, key, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await collect(withSignal(createSource([1, 2]).source, watched));
    for await (const _ of withSignal(createSource([1, 2]).source, watched)) break;
    expect(counts).toEqual({ added: 2, removed: 2 });
  });
});

describe('lines', () => {
  it('come without their ends, empty ones too, and the last with or without an end', async () => {
    const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
      [[], []],
      [[''], []],
      [['a'], ['a']],
      [['a\n'], ['a']],
      [['a\r\nb'], ['a', 'b']],
      [['a\n\n\nb\n'], ['a', '', '', 'b']],
      [['\n'], ['']],
      [
        ['a\r', '\nb'],
        ['a', 'b'],
      ],
      [['a\rb\n'], ['a\rb']],
      [
        ['one', ' line', '\ntwo'],
        ['one line', 'two'],
      ],
    ];
    for (const [texts, expected] of cases) expect(await collect(lines(pieces(texts)))).toEqual(expected);
  });

  it('are the same however the text is cut into pieces', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', '🙂', ' '), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 7 }), { minLength: 1 }), async (whole, sizes) => {
        const cut: string[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          cut.push(whole.slice(at, at + size + 1));
          at += size + 1;
        }
        const expected = whole.split(/\r?\n/u);
        if (expected.at(-1) === '') expected.pop();
        expect(await collect(lines(pieces(cut)))).toEqual(expected);
      }),
    );
  });
});
