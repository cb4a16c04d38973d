import type {
  BlockChange,
  CallOptions,
  CoreBlock,
  CoreVersion,
  Evidence,
  FactId,
  TimeInput,
} from '@retentive/core';

/** What a change of core memory rests on. It is journaled with it. */
export interface CoreGrounds {
  /** Default: asked for by the caller. */
  readonly because?: string | undefined;
  /**
   * The words that say so. Their origin is read from the stored message or document, not from here. A line whose every
   * source and premise is forgotten goes with them.
   */
  readonly sources?: readonly Evidence[] | undefined;
  /** Facts that the line is taken from. */
  readonly premises?: readonly FactId[] | undefined;
}

/**
 * Options of reading core memory. It has one time only: a line says nothing of when it holds in the world, so that `asOf`
 * and `knownAt` both mean the blocks as they stood then, and the earlier of two counts.
 */
export interface CoreReadOptions extends CallOptions {
  readonly asOf?: TimeInput | undefined;
  readonly knownAt?: TimeInput | undefined;
}

/** The core blocks of a scope. Each change is a journaled operation and a new version of the block. */
export interface CoreMemory {
  /** Blocks that have a line. */
  blocks(options?: CoreReadOptions): Promise<readonly CoreBlock[]>;
  /** Every version of the blocks, or of one, in the order they were made: which change made it, why, and by which words. */
  versions(
    options?: CoreReadOptions & { readonly label?: string | undefined },
  ): Promise<readonly CoreVersion[]>;
  /**
   * Adds, replaces or removes one line of a block (default `profile`). @throws OPTION_INVALID for an empty line, one
   * with a line break or one that is not there, BUDGET_EXCEEDED when the block would pass its limit in tokens,
   * MESSAGE_NOT_FOUND and FACT_NOT_FOUND for grounds that the scope does not have
   */
  change(
    change: BlockChange,
    options?: CallOptions & CoreGrounds & { readonly label?: string | undefined },
  ): Promise<CoreBlock>;
}
