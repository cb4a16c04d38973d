import type { Evidence, FactInput, Message } from '@retentive/core';
import { questionAtEnd, statementOf } from './answers.ts';
import { findClauses } from './clauses.ts';
import { hearKin, introduceAll } from './heard-kin.ts';
import { createHoldings } from './holdings.ts';
import { relationOf } from './kin.ts';
import { languageOf } from './language.ts';
import type { LanguageTools } from './language-tools.ts';
import { withoutLeadIns } from './lead-ins.ts';
import { createLocalTime, type LocalTime } from './local-time.ts';
import { MAX_READ_LENGTH } from './own-words.ts';
import { createPeople, type KnownFacts, type People, speakerPerson } from './people.ts';
import { plainEnglish } from './plain-english.ts';
import { createClauseReader, type Reading } from './read-clause.ts';
import { mayBeFragment, rephrase } from './rephrase.ts';
import { type Direction, findTimes } from './said-times.ts';
import { findStatements } from './statements.ts';
import { asSentence, inThirdPerson } from './third-person.ts';
import { isNameToken, type Person, type Token } from './tokens.ts';
import { isPast } from './verb-forms.ts';
import { takesBack, withoutTakingBack } from './withdrawals.ts';

/** What was read from one text. */
export interface MessageReading {
  readonly facts: readonly FactInput[];
  readonly degraded: readonly string[];
}

/** What a message is understood by besides its own words. */
export interface Around {
  /** What was said just before it, oldest first. */
  readonly previous?: readonly Message[] | undefined;
  readonly known?: KnownFacts | undefined;
}

/** Reads the facts that a text of a message states; the text may be a corrected one. */
export type MessageReader = (message: Message, text: string, around?: Around) => MessageReading;

/** More facts than this from one message are a list or a story, not something told. */
const MAX_FACTS = 32;

/** A quotation longer than this says no more. */
const MAX_QUOTE_LENGTH = 500;

/** How far a person is believed about themselves, and about others. */
const TRUST = { speaker: 0.9, others: 0.8 } as const;

const SELF = /\b(?:i|i'm|im|we|my|our)\b/iu;
const OTHER = /\b(?:she|he|her|his)\b/iu;

const tellsOfKnown = (text: string, people: People): boolean =>
  text.match(/\p{Lu}\p{L}+/gu)?.some((name) => people.named(name) !== undefined) ?? false;

/**
 * Whether a text may tell of its writer, or of somebody whom the writer named. Cheap, and asked first: most of what is said
 * needs no tagger.
 */
export const mayState = (message: Message, text: string, { previous = [], known }: Around): boolean => {
  if (SELF.test(text.replaceAll('’', "'"))) return true;
  if (OTHER.test(text) && previous.length > 0) return true;
  if (questionBefore(message, previous) !== undefined) return true;
  if (findStatements(text).some((statement) => mayBeFragment(withoutLeadIns(plainEnglish(statement.text)))))
    return true;
  return known !== undefined && tellsOfKnown(text, createPeople(speakerPerson(message.speaker), known));
};

/** Whether a sentence tells of what was. Everything else looks ahead: "my flight is on Friday". */
const directionOf = (tokens: readonly Token[]): Direction => {
  const looksAhead = tokens.some(
    ({ norm }, index) =>
      norm === 'will' || (norm === 'going' && tokens[index + 1]?.norm === 'to') || norm === 'planning',
  );
  const tellsPast = tokens.some(
    ({ norm, pos }) => (isPast(norm) && pos !== 'ADJ') || norm === 'was' || norm === 'were',
  );
  return tellsPast && !looksAhead ? 'past' : 'future';
};

/** Puts each time that a sentence names into one token. */
const withTimes = (
  tokens: readonly Token[],
  plain: string,
  moment: number,
  local: LocalTime,
  tools: LanguageTools,
): readonly Token[] => {
  const times = findTimes(plain, { moment, local, direction: directionOf(tokens) }, tools);
  if (times.length === 0) return tokens;
  const result: Token[] = [];
  let offset = 0;
  let done = 0;
  for (const [index, token] of tokens.entries()) {
    const start = plain.indexOf(token.text, offset);
    offset = start + token.text.length;
    const at = times.findIndex((time) => start >= time.start && start < time.end);
    const said = times[at];
    if (said === undefined) result.push(token);
    else if (at >= done) {
      // "Sunday lunch" is a lunch: a day that only describes what follows stays a word.
      const after = tokens.slice(index).find(({ text }) => plain.indexOf(text, said.end) === said.end + 1);
      const describes = /^\p{L}+$/u.test(plain.slice(said.start, said.end)) && after?.pos === 'NOUN';
      if (describes) result.push(token);
      else {
        result.push({ text: said.span.phrase, norm: '', pos: '', spaced: token.spaced, time: said.span });
        done = at + 1;
      }
    }
  }
  return result;
};

/** The names in a clause, in order. */
const namesIn = (tokens: readonly Token[]): readonly string[] => {
  const names: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0) names.push(open.join(' '));
    open = [];
  };
  for (const token of tokens) {
    if (isNameToken(token)) open.push(token.text);
    else close();
  }
  close();
  return names;
};

/** What is denied or over, by the value that is known of it: "my dog" for the one that has a name. */
const asKnown = (reading: Reading, believed: KnownFacts): Reading => {
  const { negated, value, attribute, subject, person } = reading;
  if (!negated || value === undefined) return reading;
  const held = createHoldings(subject ?? person.subject, believed)(value, [attribute]);
  return held === undefined ? reading : { ...reading, value: held.value };
};

/** What a relative was called before the name was known: facts under either are found by both. */
const aliasOf = ({ relation, isSpeaker }: Person, speaker: Person): readonly string[] =>
  relation === undefined || relation === 'pet' || isSpeaker ? [] : [`${speaker.subject}'s ${relation}`];

const slotOf = ({ subject, attribute, value, text, negated }: FactInput): string =>
  JSON.stringify([subject, attribute, value === undefined ? text : value.toLowerCase(), negated]);

/** A statement in plain words, its subject first. */
const statementWords = (text: string): string => rephrase(withoutLeadIns(plainEnglish(text)));

/** The statement of a sentence: as an answer, without what only takes back, or as it stands. */
const statedBy = (said: string, question: string | undefined, isTakingBack: boolean): string => {
  const answer = question === undefined ? undefined : statementOf(question, said);
  return answer ?? statementWords(isTakingBack ? withoutTakingBack(said) : said);
};

const mayTell = (plain: string, people: People): boolean =>
  SELF.test(plain) || OTHER.test(plain) || tellsOfKnown(plain, people);

/** The question that somebody else asked just before. */
const questionBefore = ({ speaker }: Message, previous: readonly Message[]): string | undefined => {
  const last = previous.at(-1);
  if (last === undefined || (last.role === 'user' && last.speaker === speaker)) return undefined;
  return questionAtEnd(last.text);
};

/** What a statement is read in. */
interface Within {
  readonly people: People;
  readonly believed: KnownFacts;
  readonly local: LocalTime;
  readonly moment: number;
}

/** Makes a reader on the language tools. */
export const createMessageReader = (tools: LanguageTools): MessageReader => {
  const readClause = createClauseReader();

  const toFact = (
    reading: Reading,
    tokens: readonly Token[],
    evidence: Evidence,
    speaker: Person,
  ): FactInput => {
    const { person, attribute, value, negated, valid } = reading;
    const names = [
      ...(person.name === undefined ? [] : [person.name, ...aliasOf(person, speaker)]),
      ...(reading.entities ?? []),
      ...namesIn(tokens),
    ];
    return {
      text: reading.text === undefined ? inThirdPerson(tokens) : asSentence(reading.text),
      subject: reading.subject ?? person.subject,
      attribute,
      ...(value === undefined || value === '' ? {} : { value }),
      negated,
      entities: [...new Set(names)],
      valid,
      sources: [evidence],
      trust: person.isSpeaker ? TRUST.speaker : TRUST.others,
    };
  };

  /** Whom the last messages spoke of, so that a pronoun can mean them. */
  const hearPrevious = (people: People, message: Message, previous: readonly Message[]): void => {
    const hear = (text: string, isOwn: boolean): void => {
      const tokens = tools.tag(statementWords(text));
      if (isOwn) {
        hearKin(tokens, people);
        for (const clause of findClauses(tokens, people))
          introduceAll(readClause(clause, message.time), people);
      } else if (tokens.some((token) => relationOf(token.text) !== undefined)) people.hearStranger();
    };
    for (const { role, speaker, text } of previous) {
      if (role !== 'user') continue;
      for (const statement of findStatements(text)) hear(statement.text, speaker === message.speaker);
    }
  };

  /** The facts of one statement in plain words. */
  const readStatement = (plain: string, evidence: Evidence, within: Within): readonly FactInput[] => {
    const { people, believed, local, moment } = within;
    const tokens = withTimes(tools.tag(plain), plain, moment, local, tools);
    const mentioned = hearKin(tokens, people);
    const clauses = findClauses(tokens, people);
    const found = clauses.flatMap((clause) => {
      const readings = readClause(clause, moment, believed);
      introduceAll(readings, people);
      return readings.map((reading) =>
        toFact(asKnown(reading, believed), clause.tokens, evidence, people.speaker),
      );
    });
    if (clauses.length === 0) return found;
    return [...mentioned.map((reading) => toFact(reading, [], evidence, people.speaker)), ...found];
  };

  return (message, text, { previous = [], known } = {}) => {
    const { id, origin, time, timeZone } = message;
    const people = createPeople(speakerPerson(message.speaker), known);
    const degraded = new Set<string>();
    if (text.length > MAX_READ_LENGTH) degraded.add('extraction:length');
    if (OTHER.test(text)) hearPrevious(people, message, previous);
    let question = questionBefore(message, previous);
    let facts = new Map<string, FactInput>();
    /** What is known, and what this message said so far. */
    const believed: KnownFacts = (subject, attribute) => [
      ...(known?.(subject, attribute) ?? []),
      ...[...facts.values()].filter((fact) => fact.subject === subject && fact.attribute === attribute),
    ];
    const within: Within = { people, believed, local: createLocalTime(timeZone), moment: time };
    for (const statement of findStatements(text)) {
      const said = plainEnglish(statement.text);
      const isTakingBack = takesBack(said);
      if (isTakingBack) facts = new Map();
      if (languageOf(statement.text) === 'other') {
        degraded.add('extraction:language');
        continue;
      }
      const plain = statedBy(said, question, isTakingBack);
      question = undefined;
      if (!mayTell(plain, people)) continue;
      const evidence = { source: id, origin, quote: statement.verbatim.slice(0, MAX_QUOTE_LENGTH) };
      // Beside a joke only what is denied is meant: "I don't have a dog, I made it up".
      const meant = readStatement(plain, evidence, within).filter((fact) => !isTakingBack || fact.negated);
      for (const fact of meant) {
        if (!facts.has(slotOf(fact)) && facts.size < MAX_FACTS) facts.set(slotOf(fact), fact);
      }
    }
    return { facts: [...facts.values()], degraded: [...degraded] };
  };
};
