import type { EpisodicNote, OperationId } from '@retentive/core';
import type { JournalEntry } from '../journal/journal.ts';

/** What an entry did to a note: by the id that the note has now, or had. */
export interface NoteChange {
  readonly note: OperationId;
  readonly kind: 'added' | 'updated' | 'retracted';
}

/** Notes on what happened, a projection of the journal's operations: the words themselves never change. */
export interface EpisodicNotes {
  /** In order of their recording; an updated one in its old place. */
  notes(): readonly EpisodicNote[];
  note(id: OperationId): EpisodicNote | undefined;
  apply(entry: JournalEntry): NoteChange | undefined;
}

/** Makes empty {@link EpisodicNotes}. */
export const createEpisodicNotes = (): EpisodicNotes => {
  let notes = new Map<OperationId, EpisodicNote>();

  const replace = (old: OperationId, note: EpisodicNote): void => {
    notes = new Map([...notes].map(([id, known]) => (id === old ? [note.id, note] : [id, known])));
  };

  return {
    notes: () => [...notes.values()],
    note: (id) => notes.get(id),
    apply({ body, recordedAt }) {
      if (body.kind !== 'operation') return undefined;
      const { id, kind, agent, target, because, sources } = body.operation;
      if (target.store !== 'episodic') return undefined;
      const { note: text, replaces } = target;
      const isKnown = replaces !== undefined && notes.has(replaces);
      if (kind === 'retract') {
        if (!isKnown) return undefined;
        notes.delete(replaces);
        return { note: replaces, kind: 'retracted' };
      }
      const at = agent === undefined ? {} : { agent };
      const note: EpisodicNote = { id, ...at, note: text, because, sources, recordedAt };
      // What it replaces may be forgotten: then it stands for itself.
      if (isKnown) replace(replaces, note);
      else notes.set(id, note);
      return { note: id, kind: isKnown ? 'updated' : 'added' };
    },
  };
};
