import {
  type CallOptions,
  isRetentiveError,
  RetentiveError,
  type TokenLogprob,
  throwIfAborted,
} from '@retentive/core';
import { alignLogprobs } from './align-logprobs.ts';
import type { ModelSurprisalSource, TokenBits } from './surprisal-source.ts';

/** Characters of what was said before that a model reads again with each text: some 500 tokens. */
const DEFAULT_HISTORY_LENGTH = 2_000;

/** Stands between texts. */
const BREAK = '\n\n';

/** Options of {@link createModelSurprisal}. */
export interface ModelSurprisalOptions {
  /** Names the model and each setting that changes what it gives. */
  readonly id: string;
  /** UTF-16 units of the session that are read again before each text, 0 or more. Default 2,000. */
  readonly historyLength?: number | undefined;
  /**
   * Reads a prompt, never an empty one: its tokens in order with their log probabilities. One that nobody can tell, as of the first token,
   * is -Infinity; one without text of its own has bytes, or U+FFFD. It rejects with a typed error, or ABORTED; one with `limit` among its
   * details, or with status 400 or 413, says that the prompt is too long.
   */
  readTokens(prompt: string, options: CallOptions): Promise<readonly TokenLogprob[]>;
}

/** The pieces of a prompt that lie behind `from`. */
const piecesBehind = (pieces: readonly TokenBits[], from: number): readonly TokenBits[] =>
  pieces.flatMap(({ start, end, bits }) =>
    end <= from ? [] : [{ start: Math.max(0, start - from), end: end - from, bits }],
  );

/** In some languages what was said before takes more tokens than a model sees: then the text is read alone. */
const isTooLong = (error: unknown): boolean =>
  isRetentiveError(error, 'MODEL_FAILED') &&
  ('limit' in error.details || [400, 413].includes(error.details['status'] as number));

/** The end of a text, never from the middle of a character. */
const endOf = (text: string, length: number): string =>
  length === 0 ? '' : text.slice(-length).replace(/^[\udc00-\udfff]/u, '');

/**
 * A source that asks a language model: each text is read behind the end of what the session said before it, or alone where both are too
 * long. A model is as it is, and
 * learns from nothing. @throws OPTION_INVALID; `score` rejects with MODEL_FAILED where the tokens are not those of the text
 */
export const createModelSurprisal = (options: ModelSurprisalOptions): ModelSurprisalSource => {
  const { id, historyLength = DEFAULT_HISTORY_LENGTH } = options;
  if (!Number.isInteger(historyLength) || historyLength < 0) {
    throw new RetentiveError(
      'OPTION_INVALID',
      `historyLength must be a whole number from 0, got ${historyLength}`,
    );
  }
  return {
    id,
    openSession(state) {
      let history = (state as { readonly history: string } | undefined)?.history ?? '';
      let last: Promise<unknown> = Promise.resolve();

      const scoreNext = async (given: string, callOptions: CallOptions): Promise<readonly TokenBits[]> => {
        throwIfAborted(callOptions.signal, `the call of ${id}`);
        if (given === '') return [];
        const text = given.toWellFormed();
        if (history === '') return scoreBehind('', text, callOptions);
        try {
          return await scoreBehind(`${history}${BREAK}`, text, callOptions);
        } catch (error) {
          if (!isTooLong(error)) throw error;
          return scoreBehind('', text, callOptions);
        }
      };

      const scoreBehind = async (
        before: string,
        text: string,
        { signal }: CallOptions,
      ): Promise<readonly TokenBits[]> => {
        const prompt = `${before}${text}`;
        const pieces = alignLogprobs(prompt, await options.readTokens(prompt, { signal }));
        const reached = pieces.at(-1)?.end ?? 0;
        if (reached !== prompt.length) {
          throw new RetentiveError(
            'MODEL_FAILED',
            `the tokens that ${id} sent end at ${reached} of ${prompt.length} characters`,
            { details: { model: id } },
          );
        }
        history = endOf(prompt, historyLength);
        return piecesBehind(pieces, before.length);
      };

      return {
        score(text, callOptions = {}) {
          const scored = last.then(() => scoreNext(text, callOptions));
          last = scored.catch(() => {});
          return scored;
        },
        state: () => ({ history }),
      };
    },
  };
};
