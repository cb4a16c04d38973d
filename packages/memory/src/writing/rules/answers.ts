import { splitSentences } from '../../chunking/sentences.ts';
import { plainEnglish } from './plain-english.ts';
import { formsOf } from './verb-forms.ts';

/** A question as the statement that an answer to it makes. */
interface Reply {
  readonly question: RegExp;
  readonly statement: (answer: string, groups: Readonly<Record<string, string | undefined>>) => string;
}

const PLACE = /^(?:in|at|near|outside|from) /iu;

const placed = (answer: string, preposition: string): string =>
  PLACE.test(answer) ? answer : `${preposition} ${answer}`;

/** Questions for one thing. What they ask for takes the place of the question word. */
const OPEN_QUESTIONS: readonly Reply[] = [
  {
    question:
      /\bwhere (?:do|are) you (?:currently |now )?(?:live|living|based)\b|\bwhere (?:is|are) (?:your home|you based)\b|\b(?:which|what) (?:city|town|country) do you live in\b/iu,
    statement: (answer) => `I live ${placed(answer, 'in')}`,
  },
  {
    question:
      /\b(?:where do you (?:currently )?work|who do you work for|who is your employer|what company do you work for|which company do you work (?:for|at))\b/iu,
    statement: (answer) => `I work ${/^(?:at|for|in) /iu.test(answer) ? answer : `at ${answer}`}`,
  },
  {
    question: /\bwhere (?:are you|do you come) (?:originally )?from\b/iu,
    statement: (answer) => `I am ${placed(answer, 'from')}`,
  },
  {
    question:
      /\bwhat do you do (?:for a living|for work)?\s*\?|\bwhat is your (?:job|profession|occupation)\b/iu,
    statement: (answer) => `I work as ${/^(?:an?|the) /iu.test(answer) ? answer : `a ${answer}`}`,
  },
  {
    question: /\bhow old are you\b/iu,
    statement: (answer) => `I am ${answer.replace(/ years old/iu, '')} years old`,
  },
  {
    question: /\b(?:what|which) (?:languages?) do you speak\b/iu,
    statement: (answer) => `I speak ${answer}`,
  },
  {
    question: /\bwhat (?:do|are) you (?:studying|study)\b|\bwhat is your major\b/iu,
    statement: (answer) => `I study ${answer}`,
  },
  {
    question: /\b(?:what|which) instruments? do you play\b|\bwhat sports? do you play\b/iu,
    statement: (answer) => `I play ${/^the /iu.test(answer) ? answer : `the ${answer}`}`,
  },
  {
    question: /\bwhat (?:kind of )?car do you (?:drive|have)\b/iu,
    statement: (answer) => `I drive ${/^(?:an?|the|my) /iu.test(answer) ? answer : `a ${answer}`}`,
  },
  {
    question: /\bwhat are you allergic to\b/iu,
    statement: (answer) => `I am allergic to ${answer}`,
  },
  {
    question:
      /\bwhat (?:are|is) your (?<what>[\p{L}' -]+?)(?: called| these days| again)?\s*\?|\bwho is your (?<who>[\p{L}' -]+?)\s*\?|\bwhen is your (?<when>[\p{L}' -]+?)\s*\?/iu,
    statement: (answer, { what, who, when }) => `My ${what ?? who ?? when} is ${answer}`,
  },
];

/** Questions that are answered by yes or no, with what was asked about. */
const YES_NO = /\b(?<verb>do|are|have) you (?<rest>[^?.!]+)\?/iu;
const YES =
  /^(?:yes|yeah|yep|yup|i do|i am|sure|indeed|i have|we do|we have)\b[\s,.!–-]*(?:(?:i|we) (?:do|am|are|have|did)\b)?[\s,.!–-]*(?<more>.*)$/iu;
const NO = /^(?:no|nope|nah)\b[\s,.!–-]*(?:i (?:do|am|have) not\b)?[\s,.!]*$/iu;

const VERBS = new Set([
  'live',
  'work',
  'have',
  'own',
  'play',
  'speak',
  'drive',
  'smoke',
  'drink',
  'eat',
  'like',
  'use',
  'study',
  'support',
]);

const asked = (question: string): string =>
  question
    .replace(/\byour\b/giu, 'my')
    .replace(/\byou\b/giu, 'I')
    .replace(/\bany\b/giu, 'a')
    .replace(/\ba (\p{L}+?)s\b/giu, 'a $1');

/** What "yes, a rabbit called Clover" and "no" say. */
const yesNo = (question: string, answer: string): string | undefined => {
  const { verb = '', rest = '' } = YES_NO.exec(question)?.groups ?? {};
  const first = rest.split(' ')[0]?.toLowerCase() ?? '';
  const isState = verb.toLowerCase() !== 'do' || VERBS.has(first);
  if (rest === '' || !isState || / or /iu.test(rest)) return undefined;
  const subject = verb.toLowerCase() === 'are' ? 'I am' : verb.toLowerCase() === 'have' ? 'I have' : 'I';
  if (NO.test(answer)) {
    return subject === 'I'
      ? `I do not ${asked(rest)}`
      : subject === 'I am'
        ? `I am not ${asked(rest)}`
        : undefined;
  }
  const { more } = YES.exec(answer)?.groups ?? {};
  if (more === undefined) return undefined;
  if (more !== '') {
    // "Yes, a rabbit called Clover": the answer names what was asked for.
    if (/\b(?:i|we|my|our)\b/iu.test(more)) return more;
    return /^(?:an?|one|two|three|four|\p{Lu})/u.test(more) && /^(?:have|own|drive|speak|play)$/u.test(first)
      ? `I ${first} ${more}`
      : undefined;
  }
  return subject === 'I' && formsOf(first).size > 0 ? `I ${asked(rest)}` : `${subject} ${asked(rest)}`;
};

const MAX_ANSWER_WORDS = 8;

/** The question to its reader that a message ends with, in plain words. */
export const questionAtEnd = (text: string): string | undefined => {
  const last = splitSentences(text.slice(-400)).at(-1)?.trim() ?? '';
  const plain = plainEnglish(last).replace(/\b(what|where|who|when|how)'s\b/giu, '$1 is');
  return plain.endsWith('?') && /\b(?:you|your)\b/iu.test(plain) ? plain : undefined;
};

/** What a short sentence states as the answer to a question; undefined where it is none. */
export const statementOf = (question: string, sentence: string): string | undefined => {
  const answer = sentence
    .replace(/[\s.!]+$/u, '')
    .replace(/^(?:oh|well|um|it is|that is|that would be|it would be|just)[,]? /iu, '');
  if (answer === '' || answer.split(' ').length > MAX_ANSWER_WORDS) return undefined;
  const short = yesNo(question, answer);
  if (short !== undefined) return `${short}.`;
  if (
    /\b(?:i|we|my|our|you|not|no|yes|nothing|none|nowhere|nobody|idea|why|what|depends|secret|maybe|hmm)\b/iu.test(
      answer,
    )
  )
    return undefined;
  for (const { question: form, statement } of OPEN_QUESTIONS) {
    const found = form.exec(question);
    if (found !== null) return `${statement(answer, found.groups ?? {})}.`;
  }
  return undefined;
};
