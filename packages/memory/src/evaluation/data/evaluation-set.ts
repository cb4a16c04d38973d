import type { Role } from '@retentive/core';

/** One utterance of a conversation that is measured. */
export interface EvaluationTurn {
  /** Unique inside its conversation. */
  readonly id: string;
  readonly thread: string;
  readonly session: string;
  readonly role: Role;
  readonly speaker: string;
  readonly text: string;
  /** What a shared picture shows. */
  readonly caption?: string | undefined;
  /** Ms since epoch; grows inside a session. */
  readonly time: number;
  readonly timeZone?: string | undefined;
}

/** A conversation, turns in the order they were said. */
export interface EvaluationConversation {
  readonly id: string;
  readonly turns: readonly EvaluationTurn[];
}

/** The words of a turn that hold an answer, in UTF-16 offsets into its text. */
export interface EvidenceSpan {
  readonly turn: string;
  readonly start: number;
  readonly end: number;
}

/** A question about one conversation. */
export interface EvaluationQuestion {
  readonly id: string;
  readonly conversationId: string;
  readonly question: string;
  /** Any one is right. */
  readonly answers: readonly string[];
  readonly category: string;
  /** Ids of the turns that hold the answer. */
  readonly evidence: readonly string[];
  /** Where in those turns it stands, as far as that is known. */
  readonly spans?: readonly EvidenceSpan[] | undefined;
  readonly answerable: boolean;
  /** The present of the question, ms since epoch. */
  readonly now?: number | undefined;
}

/** One evaluation set: conversations in their order and the questions about them. */
export interface EvaluationSet {
  readonly name: string;
  readonly conversations: readonly EvaluationConversation[];
  readonly questions: readonly EvaluationQuestion[];
}

/** The words of a turn as a reader sees them: text and what its picture shows. */
export const turnWords = (turn: EvaluationTurn): string =>
  [turn.text.trim(), ...(turn.caption === undefined ? [] : [`[image: ${turn.caption}]`])]
    .filter((words) => words.length > 0)
    .join(' ');
