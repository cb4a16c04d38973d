import type { Fact, FactId, Operation, OperationId } from '@retentive/core';
import type { JournalEntry } from '../journal/journal.ts';

interface Changed {
  readonly because: string;
  readonly operation: OperationId;
}

/** What happened to a fact. */
export type FactChange =
  | { readonly type: 'added'; readonly fact: Fact; readonly operation: OperationId }
  | ({ readonly type: 'updated' | 'superseded'; readonly from: Fact; readonly to: Fact } & Changed)
  /** Also a conclusion that ended because one of its premises did. */
  | ({ readonly type: 'retracted'; readonly fact: Fact } & Changed);

/** Which facts to list. */
export interface FactQuery {
  /** Subjects or entities, whatever their case: facts about any of them. */
  readonly about?: readonly string[] | undefined;
  readonly attribute?: string | undefined;
  /** Only facts that say that something is called so: by its name, a relation, or as the same as another name. */
  readonly calling?: string | undefined;
  /** Valid time, ms since epoch: what held then. Without it: what has not ended by `now`. */
  readonly asOf?: number | undefined;
  /** Recorded time, ms since epoch: what was believed then. Default now. */
  readonly knownAt?: number | undefined;
  /** Without `asOf`: also what has ended. */
  readonly ended?: boolean | undefined;
  /** Of which agent paths; default all. */
  readonly accepts?: ((agent: string | undefined) => boolean) | undefined;
  /** The newest recorded so many; default all. */
  readonly limit?: number | undefined;
  /** The present, for what is no longer valid or has expired. */
  readonly now: number;
}

/**
 * Facts with two times: when they hold in the world, and when they were believed here. A projection of the journal's
 * operations; the same entries give the same facts. `apply` ignores an operation that no longer fits (its fact is gone):
 * at every replay alike. Facts that replace the same one stand in the order in which they began, whichever was recorded first;
 * of two corrections of one record at once the later stands. A derivation that would be a circle supports nothing.
 */
export interface SemanticStore {
  apply(entry: JournalEntry): readonly FactChange[];
  /** The latest version, believed or not. */
  fact(id: FactId): Fact | undefined;
  isBelieved(id: FactId): boolean;
  /** Whether somebody asked to have it forgotten: it is not drawn again from what is left. */
  wasForgotten(id: FactId): boolean;
  /** True where the first is the second, or was derived from it in any way: a derivation of the second from it is a circle. */
  restsOn(id: FactId, of: FactId): boolean;
  /** Newest recorded first. */
  facts(query: FactQuery): readonly Fact[];
  /** Facts believed now, in order of their recording. */
  believed(): Iterable<Fact>;
  /** Believed facts of a subject and attribute, ended ones too, in order of their recording. */
  same(subject: string, attribute: string): readonly Fact[];
  /** Whether anything was ever recorded about this name. */
  isNamed(name: string): boolean;
  /** Attributes of which anything was ever recorded about a subject. */
  attributesOf(subject: string): readonly string[];
  /** Facts of a subject and attribute that were ever recorded, each in its latest version. */
  ever(subject: string, attribute: string): readonly Fact[];
  /** Believed facts of an attribute, whoever they are about, in order of their recording. */
  having(attribute: string): readonly Fact[];
  /** The operation, if it is known and not undone. */
  operation(id: OperationId): Operation | undefined;
  /** A later operation on the same facts: while there is one, this one is not undone. */
  laterThan(id: OperationId): OperationId | undefined;
}
