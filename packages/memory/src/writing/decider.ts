import type { CallOptions, Fact, FactId, FactInput, OperationKind } from '@retentive/core';

/** What to do with one proposed fact. */
export interface Decision {
  readonly kind: OperationKind;
  /** The fact that is corrected, ended, retracted, or already says it. */
  readonly existing?: FactId | undefined;
  readonly because: string;
  /** Facts that it contradicts and that stay beside it, since nothing tells which is wrong. */
  readonly conflictsWith?: readonly FactId[] | undefined;
  /** To be written instead of what was proposed, such as with an end that follows from what is known. */
  readonly fact?: FactInput | undefined;
}

/** What a decider can ask of semantic memory. */
export interface KnownFacts {
  /** Believed facts of the same subject and attribute. */
  same(subject: string, attribute: string): readonly Fact[];
  /** Those of them that have a value, however it is written. */
  valued(subject: string, attribute: string, value: string | undefined): readonly Fact[];
  /** Believed facts nearest to a text, with their cosine, best first. */
  nearest(text: string, limit: number): Promise<readonly { readonly fact: Fact; readonly score: number }[]>;
}

/** Decides how a proposed fact changes what is known. */
export interface Decider {
  readonly id: string;
  decide(proposed: FactInput, known: KnownFacts, options?: CallOptions): Promise<Decision>;
}
