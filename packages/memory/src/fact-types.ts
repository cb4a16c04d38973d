import type {
  CallOptions,
  Fact,
  FactId,
  FactInput,
  OperationId,
  OperationKind,
  TimeInput,
} from '@retentive/core';

/** Which facts to read. */
export interface FactsOptions extends CallOptions {
  /** A subject or an entity by any of its names, whatever its case. Default all. */
  readonly about?: string | undefined;
  readonly attribute?: string | undefined;
  /** Valid time: what held then. Default: what has not ended. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: what was believed here then. Default now. */
  readonly knownAt?: TimeInput | undefined;
  /** Without `asOf`: also what has ended, as far as it is believed to have been so. Default false. */
  readonly ended?: boolean | undefined;
  readonly limit?: number | undefined;
}

/** What is asked of `known`. */
export interface KnownOptions extends CallOptions {
  /** A subject, whatever its case. */
  readonly about: string;
  /** An attribute by its own name, or by one that it often goes by: `lives_in` and `city` are asked of `home`. */
  readonly attribute: string;
  /** Whether it is this value; default whether it is any. */
  readonly value?: string | undefined;
  /** Valid time: what held then. Default: what has not ended. */
  readonly asOf?: TimeInput | undefined;
  /** Recorded time: what was believed here then. Default now. */
  readonly knownAt?: TimeInput | undefined;
}

/** What is known, and that nothing is. */
export interface Knowledge {
  /** `known-not` where facts say that it is not so; `unknown` where none says anything. */
  readonly status: 'known' | 'known-not' | 'unknown';
  /** The facts that say so, newest recorded first; none where it is unknown. */
  readonly facts: readonly Fact[];
  readonly because: string;
}

/** A change of semantic memory, as a caller asks for it. */
export type FactChangeInput =
  | { readonly kind: 'add'; readonly fact: FactInput }
  | { readonly kind: 'update' | 'supersede'; readonly id: FactId; readonly fact: FactInput }
  | { readonly kind: 'retract'; readonly id: FactId };

/** What a proposed fact came to. */
export interface ProposedFact {
  readonly kind: OperationKind;
  readonly operation: OperationId;
  readonly because: string;
  /** The fact that was made, or that the operation is about. */
  readonly fact: Fact;
}
