import { describe, expect, it, vi } from 'vitest';
import { assertNever, ERROR_CODES, isRetentiveError, RetentiveError, throwIfAborted } from '../src/index.ts';

/** The package as a second installed copy would load it: other classes, the same marker. */
const secondCopy = async (): Promise<typeof import('../src/index.ts')> => {
  vi.resetModules();
  return await import('../src/index.ts');
};

describe('a RetentiveError', () => {
  it('carries code, message, cause, details, and whether to try again', () => {
    const cause = new Error('disk');
    const error = new RetentiveError('STORE_FULL', 'no room', {
      cause,
      retryable: true,
      details: { path: '/d' },
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'RetentiveError',
      code: 'STORE_FULL',
      message: 'no room',
      retryable: true,
    });
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ path: '/d' });
  });

  it('is not to be tried again and has no cause and no details unless told', () => {
    const error = new RetentiveError('INTERNAL', 'x');
    expect(error.retryable).toBe(false);
    expect(error.details).toEqual({});
    expect('cause' in error).toBe(false);
  });

  it('is recognised by any copy of the package', async () => {
    const other = await secondCopy();
    expect(other.RetentiveError).not.toBe(RetentiveError);
    const theirs = new other.RetentiveError('STORE_LOCKED', 'in use');
    expect(theirs).not.toBeInstanceOf(RetentiveError);
    expect(isRetentiveError(theirs)).toBe(true);
    expect(isRetentiveError(theirs, 'STORE_LOCKED')).toBe(true);
    expect(isRetentiveError(theirs, 'STORE_FULL')).toBe(false);
    expect(other.isRetentiveError(new RetentiveError('ABORTED', 'x'), 'ABORTED')).toBe(true);
  });

  it('is not taken for one because it looks like one', () => {
    const lookalike = {
      name: 'RetentiveError',
      code: 'ABORTED',
      message: 'x',
      retryable: false,
      details: {},
    };
    for (const value of [lookalike, new Error('ABORTED'), 'ABORTED', undefined, null, 7]) {
      expect(isRetentiveError(value)).toBe(false);
    }
  });

  it('keeps its marker out of what is enumerated and serialised', () => {
    const error = new RetentiveError('ABORTED', 'x');
    expect(Object.keys(error).sort()).toEqual(['code', 'details', 'name', 'retryable']);
    expect(
      Object.getOwnPropertySymbols(error).every(
        (key) => !Object.prototype.propertyIsEnumerable.call(error, key),
      ),
    ).toBe(true);
  });
});

describe('the codes', () => {
  it('are sorted, unique and spelled in capitals', () => {
    expect([...ERROR_CODES]).toEqual([...new Set(ERROR_CODES)].sort());
    for (const code of ERROR_CODES) expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/u);
  });
});

describe('throwIfAborted', () => {
  it('throws ABORTED with the reason as its cause, and only once the signal is aborted', () => {
    const controller = new AbortController();
    throwIfAborted(undefined);
    throwIfAborted(controller.signal);
    const reason = new Error('the user left');
    controller.abort(reason);
    expect(() => throwIfAborted(controller.signal, 'the turn')).toThrow(
      expect.objectContaining({ code: 'ABORTED', message: 'the turn was aborted', cause: reason }),
    );
  });
});

describe('assertNever', () => {
  it('is an INTERNAL error when a value of no known kind comes by', () => {
    expect(() => assertNever({ kind: 'rumour' } as never)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('rumour') }),
    );
  });
});
