import type { ChatModel, Clock, IdSource, MemoryEventBus, Tokenizer } from '@retentive/core';
import type { SurprisalSource } from '../entropy/surprisal-source.ts';
import type { EpisodeWriter } from '../episodes/episode-writer.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeyedLine } from '../keyed-line.ts';
import type { DerivationRule } from '../semantic/define-rule.ts';
import type { FactStore } from '../semantic/define-store.ts';
import type { BackgroundWriter } from '../writing/background-writer.ts';
import type { NearestFacts } from '../writing/decide-facts.ts';
import type { Decider } from '../writing/decider.ts';
import type { DeriveFacts } from '../writing/derive-facts.ts';
import type { ChunkWriter } from '../writing-types.ts';
import type { AccessLog } from './access-log.ts';
import type { RetainMs } from './retain.ts';
import type { ScopeRegistry } from './scope-registry.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** What decides on facts, and what follows from them. */
export interface TruthParts {
  readonly decider: Decider;
  readonly nearest: NearestFacts;
  readonly stores: readonly FactStore[];
  readonly rules: readonly DerivationRule[];
  readonly derive: DeriveFacts;
}

/** What every scope of a memory shares. */
export interface MemoryParts {
  /** Data folder, if there is one. */
  readonly path: string | undefined;
  readonly journal: Journal;
  readonly scopes: ScopeRegistry;
  readonly vectors: VectorRegistry;
  readonly events: MemoryEventBus;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How long a scope keeps what is written, in ms. */
  readonly retain: RetainMs;
  readonly surprisal: SurprisalSource;
  readonly tokenizer: () => Promise<Tokenizer>;
  /** Writers that have begun and not ended; they are torn at close. */
  readonly writers: Set<ChunkWriter>;
  readonly accesses: AccessLog;
  readonly truth: TruthParts;
  /** Extracts facts; absent where nothing is to be extracted. */
  readonly background: BackgroundWriter | undefined;
  /** Closes episodes; absent where there are to be none. */
  readonly episodes: EpisodeWriter | undefined;
  /** Writes summaries, where one was given. */
  readonly summarizer: ChatModel | undefined;
  /** Whether the profile is written from what is known. */
  readonly profile: boolean;
  /** Consolidation of a scope: one run at a time. */
  readonly consolidating: KeyedLine;
  /** @throws STORE_CLOSED */
  readonly assertOpen: () => void;
}
