import type { CallOptions } from '@retentive/core';

/** A piece of text and its surprisal. */
export interface TokenBits {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** -log2 P(piece given what came before), clamped to 0..16. */
  readonly bits: number;
}

/** Scores the texts of one session in order. */
export interface SurprisalSession {
  /** Words or tokens of `text` with their bits, in order; the session then knows the text. */
  score(text: string): readonly TokenBits[];
  /** JSON of what the session knows; `openSession` with it goes on as this one would. Left out where it cannot. */
  state?(): unknown;
}

/**
 * Where surprisal comes from ("token entropy" in SirLLM: -log P(token | what came before)). The background is frozen:
 * a session adapts only to itself, since a model that learns for ever comes to value the commonest fact least.
 */
export interface SurprisalSource {
  /** Name and version; stored beside scores. */
  readonly id: string;
  /** From nothing, or from the `state` of an earlier session of this source. */
  openSession(state?: unknown): SurprisalSession;
}

/** Scores the texts of one session in order, by a model that takes its time: one text after the other. */
export interface ModelSurprisalSession {
  /** As `SurprisalSession.score`; a text that could not be scored leaves the session as it was. @throws ABORTED */
  score(text: string, options?: CallOptions): Promise<readonly TokenBits[]>;
  /** As `SurprisalSession.state`. */
  state?(): unknown;
}

/**
 * What a {@link SurprisalSource} promises, from a model that has to be asked: over HTTP or in this process. It cannot order a
 * working set, which has to come out the same when the journal is read again, without asking anybody.
 */
export interface ModelSurprisalSource {
  readonly id: string;
  openSession(state?: unknown): ModelSurprisalSession;
}
