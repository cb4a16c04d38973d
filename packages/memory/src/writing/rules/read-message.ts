import type { Evidence, FactInput, Message } from '@retentive/core';
import { findClauses, speakerPerson } from './clauses.ts';
import { relationOf } from './kin.ts';
import { languageOf } from './language.ts';
import type { LanguageTools } from './language-tools.ts';
import { createLocalTime, type LocalTime } from './local-time.ts';
import { plainEnglish } from './plain-english.ts';
import { createClauseReader, type Reading } from './read-clause.ts';
import { type Direction, findTimes } from './said-times.ts';
import { findStatements, MAX_READ_LENGTH, takesBack } from './statements.ts';
import { asSentence, inThirdPerson } from './third-person.ts';
import { isNameToken, type Person, type Token } from './tokens.ts';
import { isPast } from './verb-forms.ts';

/** What was read from one text. */
export interface MessageReading {
  readonly facts: readonly FactInput[];
  readonly degraded: readonly string[];
}

/** Reads the facts that a text of a message states; the text may be a corrected one. */
export type MessageReader = (message: Message, text: string) => MessageReading;

/** More facts than this from one message are a list or a story, not something told. */
const MAX_FACTS = 32;

/** A quotation longer than this says no more. */
const MAX_QUOTE_LENGTH = 500;

/** How far a person is believed about themselves, and about others. */
const TRUST = { speaker: 0.9, others: 0.8 } as const;

/** Without one of these a sentence says nothing of its speaker. */
const FIRST_PERSON = /\b(?:i|we|my|our)\b/iu;

/** Cheap, and asked first: most of what is said needs no tagger. */
export const speaksOfSelf = (text: string): boolean =>
  /\b(?:i|i'm|im|we|my|our)\b/iu.test(text.replaceAll('’', "'"));

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

/** "my sister Mia": whoever is named beside a word for kin. */
const namedKin = (tokens: readonly Token[], speaker: Person): readonly Reading[] =>
  tokens.flatMap(({ norm }, index) => {
    const [word, name, after] = tokens.slice(index + 1);
    const relation = norm === 'my' || norm === 'our' ? relationOf(word?.text ?? '') : undefined;
    if (relation === undefined || name === undefined || !isNameToken(name)) return [];
    if (after !== undefined && (isNameToken(after) || after.norm === "'s" || after.norm === 'and')) return [];
    return [
      {
        attribute: `family:${relation}`,
        value: name.text,
        person: speaker,
        negated: false,
        valid: {},
        entities: [name.text],
        text: asSentence(`${name.text} is ${speaker.label}'s ${word?.norm ?? relation}`),
      },
    ];
  });

const slotOf = ({ subject, attribute, value, text, negated }: FactInput): string =>
  JSON.stringify([subject, attribute, value === undefined ? text : value.toLowerCase(), negated]);

/** Makes a reader on the language tools. */
export const createMessageReader = (tools: LanguageTools): MessageReader => {
  const readClause = createClauseReader();

  const toFact = (reading: Reading, tokens: readonly Token[], evidence: Evidence): FactInput => {
    const { person, attribute, value, negated, valid } = reading;
    const names = [
      ...(person.name === undefined ? [] : [person.name]),
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

  return (message, text) => {
    const { id, origin, speaker: name, time, timeZone } = message;
    const speaker = speakerPerson(name);
    const local = createLocalTime(timeZone);
    const degraded = new Set<string>();
    if (text.length > MAX_READ_LENGTH) degraded.add('extraction:length');
    let facts = new Map<string, FactInput>();
    for (const statement of findStatements(text)) {
      const language = languageOf(statement.text);
      if (language === 'other') degraded.add('extraction:language');
      const plain = plainEnglish(statement.text);
      if (takesBack(plain)) facts = new Map();
      if (language === 'other' || takesBack(plain) || !FIRST_PERSON.test(plain)) continue;
      const tokens = withTimes(tools.tag(plain), plain, time, local, tools);
      const evidence = { source: id, origin, quote: statement.verbatim.slice(0, MAX_QUOTE_LENGTH) };
      const clauses = findClauses(tokens, speaker);
      const found = clauses.flatMap((clause) =>
        readClause(clause, time).map((reading) => toFact(reading, clause.tokens, evidence)),
      );
      const kin =
        clauses.length === 0 ? [] : namedKin(tokens, speaker).map((reading) => toFact(reading, [], evidence));
      for (const fact of [...kin, ...found]) {
        if (!facts.has(slotOf(fact)) && facts.size < MAX_FACTS) facts.set(slotOf(fact), fact);
      }
    }
    return { facts: [...facts.values()], degraded: [...degraded] };
  };
};
