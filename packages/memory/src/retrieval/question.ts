import { type AskedTime, askedTimes } from './asked-times.ts';

/** What a query asks for, beside its words. */
export interface Question {
  /** When, or how long: answered by words of time. */
  readonly asksWhen: boolean;
  /** How many, how much: answered by numbers. */
  readonly asksNumber: boolean;
  /** An order, a development, a summary: many places rather than the best one. */
  readonly asksSeries: boolean;
  /** What the assistant said: "what did you recommend". */
  readonly asksAssistant: boolean;
  /** Says "I" or "my": about the people rather than the assistant. */
  readonly isAboutAsker: boolean;
  readonly times: readonly AskedTime[];
}

const WHEN =
  /\b(?:when|how long|since when|(?:what|which) (?:date|day|month|year|time|weekday|season))\b|什么时候|哪天|何时|几[月号点]|多久|多长时间/iu;
const NUMBER = /\bhow (?:many|much|often|old|far|tall|big)\b|多少|几[个次人岁]|多大/iu;
const SERIES =
  /\b(?:order|sequence|timeline|chronolog\w*|summar\w*|overview|recap|over time|evol\w*|progress(?:ed|ion)?|step by step history)\b|顺序|先后|总结|概括/iu;
const REQUEST = /\b(?:can|could|would|will|do) you\b|\b(?:thank|help) you\b/giu;
const YOU = /\b(?:you|your|yours|you've|you'd)\b/iu;
/** The same words that make people the subject of a query, see `saidBySubject`. */
const FIRST_PERSON = /\b(?:i|i'm|i've|me|my|mine|myself|we|our|ours)\b/iu;

/** Reads what a query asks for. English and Chinese; in other languages nothing is read and nothing is lost. Pure. */
export const readQuestion = (query: string, now: number): Question => ({
  asksWhen: WHEN.test(query),
  asksNumber: NUMBER.test(query),
  asksSeries: SERIES.test(query),
  asksAssistant: YOU.test(query.replace(REQUEST, ' ')),
  isAboutAsker: FIRST_PERSON.test(query),
  times: askedTimes(query, now),
});
