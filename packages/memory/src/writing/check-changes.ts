import {
  type BlockChange,
  type Evidence,
  type Fact,
  type FactInput,
  type Message,
  parseEvidence,
  parseFactInput,
  RetentiveError,
} from '@retentive/core';
import type { SourceId } from '../journal/journal.ts';
import { normaliseName } from '../semantic/fact-lookup.ts';
import type { BatchInput, ProposedChange } from './batch-extractor.ts';
import { hasUnseen, seemsPlanted } from './planted-words.ts';

/** Trust in what a model has read out of the user's words: the minimum of both along the derivation. */
export const MODEL_TRUST = 0.6;

/** Trust in what rests on words that speak to machines, such as faked roles: they are hardly the user's own. */
export const PLANTED_TRUST = 0.3;

/** The longest note, in UTF-16 units. */
const MAX_NOTE_LENGTH = 2_048;

/** Words of a quote from which on it is an echo where somebody else said just that before. */
const ECHO_WORDS = 6;

const refuse = (message: string): never => {
  throw new RetentiveError('FACT_INVALID', message);
};

const isEcho = (quote: string, around: readonly Message[]): boolean =>
  quote.split(/\s+/u).length >= ECHO_WORDS &&
  around.some(({ origin, text }) => origin !== 'user' && text.includes(quote));

/** A sign of a word: a quote without one says nothing. */
const WORD = /[\p{L}\p{N}]{2}|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u;

const groundOne = (evidence: Evidence, { messages, around }: BatchInput): Evidence => {
  const message = messages.find(({ id }) => id === evidence.source);
  if (message === undefined) return refuse('the evidence lies in none of the messages that are read');
  const { quote } = evidence;
  if (quote === undefined || !WORD.test(quote))
    return refuse('evidence has the words of the message as quote');
  const start = message.text.indexOf(quote);
  if (start < 0) return refuse('the quote does not stand in the message, word for word');
  if (message.origin !== 'user') return refuse('only what the user said is evidence');
  if (isEcho(quote, around)) return refuse('the quote repeats what somebody else said before');
  return { source: message.id, start, end: start + quote.length, origin: message.origin, quote };
};

const ground = (sources: unknown, input: BatchInput): readonly Evidence[] => {
  const parsed = parseEvidence(sources ?? []);
  if (parsed.length === 0) return refuse('there is no evidence');
  return parsed.map((evidence) => groundOne(evidence, input));
};

const DIGITS = /\p{N}+/gu;

/** Numbers are what models invent first: each must have been said, or belong to a date that was resolved. */
const assertNumbers = (text: string, said: string, messages: readonly Message[], fact?: FactInput): void => {
  const years = [fact?.valid?.from, fact?.valid?.until, ...messages.map(({ time }) => time)]
    .filter((time) => time !== undefined)
    .map((time) => new Date(time).toISOString());
  const known = `${said} ${years.join(' ')}`;
  for (const [digits] of text.matchAll(DIGITS)) {
    if (!known.includes(digits) && !known.includes(`0${digits}`)) {
      refuse('it has a number that the message does not have');
    }
  }
};

/** Of the words of a statement this share must have been said where it is said to stand; of a value, half. */
const LEAST_SAID = 0.3;
const LEAST_SAID_WITH_VALUE = 0.25;
const LEAST_SAID_OF_VALUE = 0.5;

/** How facts name who speaks. */
const SPEAKER = 'user';

/** A quote from somewhere supports nothing: what is written must be in the words that it cites. */
const assertSaid = (text: string, said: string, least: number, { termsOf, messages }: BatchInput): void => {
  const spoken = new Set(termsOf(said));
  const names = new Set(messages.flatMap(({ speaker }) => termsOf(`${SPEAKER} ${speaker ?? ''}`)));
  const terms = [...new Set(termsOf(text))].filter((term) => !names.has(term));
  const found = terms.filter((term) => spoken.has(term)).length;
  // Of words that stand anywhere nothing is left: then they must stand there as they are.
  const isSaid = terms.length === 0 ? said.includes(text) : found >= least * terms.length;
  if (!isSaid || hasUnseen(text)) refuse('its words are hardly those of the message that it cites');
};

/** What is taken back or replaced is spoken of, or was said just before: no quote from somewhere touches what is known. */
const assertAbout = (target: string, rests: readonly Evidence[], said: string, input: BatchInput): void => {
  const near = [...input.around, ...input.messages];
  if (rests.some(({ source }) => near.some(({ id }) => id === source))) return;
  assertSaid(target, said, LEAST_SAID_WITH_VALUE, input);
};

const isSameSlot = (fact: FactInput, { subject, attribute }: Fact): boolean =>
  attribute !== undefined &&
  normaliseName(fact.attribute ?? '') === normaliseName(attribute) &&
  normaliseName(fact.subject ?? '') === normaliseName(subject ?? '');

const citedText = (sources: readonly Evidence[], { messages }: BatchInput): string =>
  messages
    .filter(({ id }) => sources.some(({ source }) => source === id))
    .map(({ text }) => text)
    .join('\n');

/** A batch, and what was found out about its messages already: many changes quote the same words. */
interface Checking extends BatchInput {
  readonly planted: Map<string, boolean>;
}

const isPlantedAt = ({ source, start = 0, end = 0 }: Evidence, { messages, planted }: Checking): boolean => {
  const name = `${source} ${start} ${end}`;
  const known = planted.get(name);
  if (known !== undefined) return known;
  const message = messages.find(({ id }) => id === source);
  const isPlanted = message !== undefined && seemsPlanted(message.text, start, end);
  planted.set(name, isPlanted);
  return isPlanted;
};

const isPlanted = (sources: readonly Evidence[], checking: Checking): boolean =>
  sources.some((evidence) => isPlantedAt(evidence, checking));

/** The message that it rests on first: where its answer is filed, and whose quota it counts against. */
export const homeOf = (change: ProposedChange): SourceId | undefined => {
  const sources = change.store === 'semantic' ? change.fact.sources : change.sources;
  return sources?.[0]?.source;
};

const checkFact = (
  { fact: proposed, decision }: Extract<ProposedChange, { store: 'semantic' }>,
  input: Checking,
): ProposedChange => {
  const fact = parseFactInput(proposed);
  const sources = ground(fact.sources, input);
  const planted = isPlanted(sources, input);
  if (decision !== undefined) {
    if (planted) refuse('words that speak to a machine change nothing that is known');
    if (!['update', 'supersede', 'retract', 'skip'].includes(decision.kind) || decision.because.trim() === '')
      refuse('a decision is update, supersede, retract or skip, with its reason');
    const existing =
      input.known.find(({ id }) => id === decision.existing) ??
      refuse(`there is no fact "${String(decision.existing).slice(0, 64)}" among those that were shown`);
    // Another value of the same attribute says by itself what it takes the place of.
    if (decision.kind === 'retract' || !isSameSlot(fact, existing)) {
      assertAbout(existing.text, existing.sources, citedText(sources, input), input);
    }
  }
  if (decision?.kind !== 'retract') {
    const said = citedText(sources, input);
    assertNumbers(`${fact.text} ${fact.value ?? ''}`, said, input.messages, fact);
    // "What is your dog called?" "Rex." leaves little but the value.
    assertSaid(fact.text, said, fact.value === undefined ? LEAST_SAID : LEAST_SAID_WITH_VALUE, input);
    if (fact.value !== undefined) assertSaid(fact.value, said, LEAST_SAID_OF_VALUE, input);
  }
  const trust = Math.min(fact.trust ?? MODEL_TRUST, planted ? PLANTED_TRUST : MODEL_TRUST);
  const { premises: _, ...own } = fact;
  const checked = { ...own, sources, trust };
  return { store: 'semantic', fact: checked, ...(decision === undefined ? {} : { decision }) };
};

const checkLine = (line: unknown): string =>
  typeof line === 'string' && line.trim() !== '' && !/\p{Cc}/u.test(line) && line.isWellFormed()
    ? line
    : refuse('a line is text without line breaks or control characters, and not empty');

const checkBlockChange = (change: BlockChange): BlockChange => {
  switch (change?.type) {
    case 'append':
    case 'remove':
      return { type: change.type, line: checkLine(change.line) };
    case 'replace':
      return { type: 'replace', line: checkLine(change.line), by: checkLine(change.by) };
    default:
      return refuse('a change of core memory is append, replace or remove');
  }
};

const checkCore = (proposed: Extract<ProposedChange, { store: 'core' }>, input: Checking): ProposedChange => {
  const { because, label } = proposed;
  const change = checkBlockChange(proposed.change);
  const sources = ground(proposed.sources, input);
  const line = change.type === 'replace' ? change.by : change.line;
  // Core memory stands in every context: what was not plainly said by the user has no way into it, nor out of it.
  if (isPlanted(sources, input) || seemsPlanted(line, 0, line.length)) {
    refuse(
      'core memory changes only by what the user says of themselves, not by words that speak to a machine',
    );
  }
  const said = citedText(sources, input);
  if (change.type !== 'append') assertAbout(change.line, [], said, input);
  if (change.type !== 'remove') {
    assertNumbers(line, said, input.messages);
    assertSaid(line, said, LEAST_SAID, input);
  }
  return { store: 'core', change, because, sources, ...(label === undefined ? {} : { label }) };
};

const checkNote = (
  proposed: Extract<ProposedChange, { store: 'episodic' }>,
  input: Checking,
): ProposedChange => {
  const { kind, note, replaces, because } = proposed;
  const sources = ground(proposed.sources, input);
  const said = citedText(sources, input);
  if (kind !== 'add') {
    const old =
      input.notes.find(({ id }) => id === replaces) ??
      refuse(`there is no note "${String(replaces).slice(0, 64)}" among those that were shown`);
    assertAbout(old.note, old.sources, said, input);
  }
  if (kind === 'retract') return { store: 'episodic', kind, note: '', replaces, because, sources };
  if (
    typeof note !== 'string' ||
    note.trim() === '' ||
    note.length > MAX_NOTE_LENGTH ||
    !note.isWellFormed()
  ) {
    refuse(`a note is well-formed text of 1 to ${MAX_NOTE_LENGTH} characters`);
  }
  if (isPlanted(sources, input)) refuse('words that speak to a machine are no event');
  assertNumbers(note, said, input.messages);
  assertSaid(note, said, LEAST_SAID, input);
  return { store: 'episodic', kind, note: note.trim(), replaces, because, sources };
};

/** Checks a proposed change; gives it with its provenance made sure of. @throws FACT_INVALID, OPTION_INVALID */
export type ChangeCheck = (change: ProposedChange) => ProposedChange;

/**
 * Makes the check of what is read out of a batch: every quote stands in a message that was read and that the user wrote,
 * origins are those of the store, trust is at most what a model's reading of the user's words is worth, and what is changed
 * is among what was shown. Reasons are for the model to read.
 */
export const createChangeCheck = (input: BatchInput): ChangeCheck => {
  const checking: Checking = { ...input, planted: new Map() };
  return (change) => {
    switch (change?.store) {
      case 'semantic':
        return checkFact(change, checking);
      case 'core':
        return checkCore(change, checking);
      case 'episodic':
        return checkNote(change, checking);
      default:
        return refuse('a change is of semantic, core or episodic memory');
    }
  };
};
