import type { Answer, AnswerSource } from './ask-questions.ts';

const QUOTE_CHARACTERS = 96;
const QUESTION_CHARACTERS = 70;

const cut = (text: string, characters: number): string => {
  const line = text.replace(/\s+/gu, ' ').trim();
  const units = [...line];
  return units.length <= characters ? line : `${units.slice(0, characters - 1).join('')}…`;
};

const dayOf = (time: number | undefined): string =>
  time === undefined ? '' : `${new Date(time).toISOString().slice(0, 10)} `;

const renderSource = ({ quote, speaker, time }: AnswerSource): string =>
  `   from ${dayOf(time)}${speaker ?? ''}: “${cut(quote, QUOTE_CHARACTERS)}”\n`;

const recallOf = ({ recall }: Answer): string =>
  recall === undefined ? 'not in there' : `recall ${recall.toFixed(2)}`;

/** What follows a streamed answer: sources that it does not quote itself, and what it took. */
export const renderAnswerEnd = (answer: Answer): string =>
  [
    '\n',
    ...answer.sources.filter(({ quote }) => !answer.answer.includes(quote)).map(renderSource),
    `   ${answer.tokens} tokens, ${recallOf(answer)}, ${answer.ms.toFixed(0)} ms\n\n`,
  ].join('');

/** A question, its figures and its answer in one line. */
export const renderAnswerLine = (answer: Answer): string => {
  const tokens = String(answer.tokens).padStart(5);
  const ms = answer.ms.toFixed(0).padStart(4);
  return `${tokens} tokens  ${recallOf(answer).padEnd(11)}  ${ms} ms  ${cut(answer.question, QUESTION_CHARACTERS)}\n`;
};
