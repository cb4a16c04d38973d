import { RetentiveError } from '@retentive/core';
import type { BatchLimits } from './batch-extractor.ts';

/** Tokens that are read together: a screen or two of talk, so that the prompt around them costs about as much again. */
const DEFAULT_BATCH_TOKENS = 1_024;

/** A pause in the talk. */
const DEFAULT_IDLE_MS = 30_000;

/** Limits that can be waited for. @throws OPTION_INVALID */
export const checkBatchLimits = ({ tokens, idleMs }: BatchLimits): BatchLimits => {
  if (!Number.isInteger(tokens) || tokens < 1) {
    throw new RetentiveError('OPTION_INVALID', `a batch has a whole number of tokens from 1, got ${tokens}`);
  }
  if (!Number.isFinite(idleMs) || idleMs < 0) {
    throw new RetentiveError('OPTION_INVALID', `idleMs must be a number of ms from 0, got ${idleMs}`);
  }
  return { tokens, idleMs };
};

/** The limits that options give, with their defaults. @throws OPTION_INVALID */
export const batchLimits = ({
  batchTokens = DEFAULT_BATCH_TOKENS,
  idleMs = DEFAULT_IDLE_MS,
}: {
  readonly batchTokens?: number | undefined;
  readonly idleMs?: number | undefined;
}): BatchLimits => checkBatchLimits({ tokens: batchTokens, idleMs });
