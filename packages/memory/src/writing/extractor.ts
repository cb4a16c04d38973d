import type { CallOptions, Fact, FactInput, Message, ModelCost } from '@retentive/core';

/** What an extractor reads: one message, and what was said just before it in the thread. */
export interface ExtractionInput {
  readonly message: Message;
  /** Oldest first, at most a few. */
  readonly previous: readonly Message[];
  /**
   * Facts that are believed of a subject already, where the message's agent may read them: for telling whom a name means.
   * No evidence of anything new.
   */
  readonly known?: ((subject: string, attribute: string) => readonly Fact[]) | undefined;
}

/** What an extractor found. */
export interface Extraction {
  /** Facts with their evidence, in order of the text. */
  readonly facts: readonly FactInput[];
  /** What it could not do, such as `extraction:language`. */
  readonly degraded: readonly string[];
}

/** Options of a reading. */
export interface ExtractOptions extends CallOptions {
  /** Told what each call of a model took, as soon as it is over: what fails later has cost it all the same. */
  readonly onCall?: ((cost: ModelCost) => void) | undefined;
}

/** Finds facts in what was said. Works on evidence only: what people and agents said, never on recalled text. */
export interface Extractor {
  /** Name and version: a message is extracted once by each. */
  readonly id: string;
  /**
   * True where a model is asked. Its answers are journaled with a hash of what was asked, before anything is made of them: a
   * retry, a crash in between or a replay asks nobody again. Default false: what rules say costs nothing to say again.
   */
  readonly asksModel?: boolean | undefined;
  extract(input: ExtractionInput, options?: ExtractOptions): Promise<Extraction>;
}
