import type { KnownMessage } from './schemas.ts';

/** The text of a piece: no two are alike, so that one that is lost or doubled is seen. */
export const pieceOf = (id: string, index: number): string =>
  `Piece ${index} of ${id} tells of a kayak, the ferry at ${index % 12} and a long walk to the pier. `;

/** The first `length` units of the text of a message. */
export const textOf = (id: string, length: number): string => {
  let text = '';
  for (let index = 0; text.length < length; index += 1) text += pieceOf(id, index);
  return text.slice(0, length);
};

/** One line of a writer's output: what was acknowledged of a message, in all. */
export const lineOf = ({ id, length, isComplete }: KnownMessage): string =>
  `${id} ${length} ${isComplete ? 'complete' : 'open'}\n`;

/** The message of a line; undefined of a line that the kill cut short. */
export const parseLine = (line: string): KnownMessage | undefined => {
  const match = /^(\S+) (\d+) (open|complete)$/u.exec(line);
  const [, id = '', length, state] = match ?? [];
  return match === null ? undefined : { id, length: Number(length), isComplete: state === 'complete' };
};

/** Counts what is missing of known messages, and what is there twice or was never said. */
export const compare = (
  known: readonly KnownMessage[],
  stored: readonly { readonly id: string; readonly text: string; readonly state: string }[],
): { readonly lost: number; readonly duplicates: number } => {
  const texts = new Map(stored.map((message) => [message.id, message]));
  const ours = stored.filter(({ id }) => id.startsWith('crash-'));
  const lost = known.filter(({ id, length, isComplete }) => {
    const message = texts.get(id);
    return (
      message === undefined || message.text.length < length || (isComplete && message.state !== 'complete')
    );
  }).length;
  const strange = ours.filter(({ id, text }) => text !== textOf(id, text.length)).length;
  return { lost, duplicates: stored.length - texts.size + strange };
};
