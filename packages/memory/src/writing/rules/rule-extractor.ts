import { type FactInput, factInputSchema, throwIfAborted } from '@retentive/core';
import type { Extraction, ExtractionInput, Extractor } from '../extractor.ts';
import { mayCorrect, readCorrections, readMended } from './corrections.ts';
import { languageOf } from './language.ts';
import { openLanguageTools } from './language-tools.ts';
import { isForeignLetter } from './own-words.ts';
import { createMessageReader, type MessageReader, mayState } from './read-message.ts';
import { readSlots } from './read-slots.ts';
import { findStatements } from './statements.ts';
import { readWithdrawals } from './withdrawals.ts';

/** Name and version of the offline rules. */
export const RULE_EXTRACTOR_ID = 'rules-1';

/**
 * Makes the offline extractor: parts of speech from wink-nlp, patterns over them, and dates from chrono-node against the
 * message's own time and zone. It reads what users say of themselves and their kin, in English; another language gives
 * no facts and `extraction:language`. Questions, suppositions, hedges and other people's words give nothing. The
 * libraries are loaded at the first message that needs them. The same message gives the same facts.
 */
export const createRuleExtractor = (): Extractor => {
  let reader: Promise<MessageReader> | undefined;

  const open = (): Promise<MessageReader> => {
    reader ??= openLanguageTools().then(createMessageReader);
    // A library that could not be loaded is asked for again: it may be installed meanwhile.
    reader.catch(() => {
      reader = undefined;
    });
    return reader;
  };

  /** What can be said of a message without the tagger: that no rule will fit, and whether for its language. */
  const passOver = (text: string): Extraction => {
    const isForeign = findStatements(text).some((statement) => languageOf(statement.text) === 'other');
    return { facts: [], degraded: isForeign ? ['extraction:language'] : [] };
  };

  const read = async (
    { message, previous, known }: ExtractionInput,
    signal?: AbortSignal,
  ): Promise<Extraction> => {
    const { role, origin, remember, text } = message;
    if (role !== 'user' || origin !== 'user' || !remember || isForeignLetter(text, message.speaker))
      return { facts: [], degraded: [] };
    const corrects = (previous.length > 0 || known !== undefined) && mayCorrect(text);
    const around = { previous, known };
    if (!corrects && !mayState(message, text, around)) {
      const { degraded } = passOver(text);
      return { facts: degraded.length > 0 ? [] : readSlots(message, previous, [], known).facts, degraded };
    }
    const readFrom = await open();
    throwIfAborted(signal, 'the extraction');
    const readWords: MessageReader = (of, words) => readFrom(of, words, of === message ? around : { known });
    const { facts, degraded } = mayCorrect(text) ? readMended(message, readWords) : readWords(message, text);
    const corrected = mayCorrect(text) ? readCorrections(message, previous, readWords, known) : [];
    const withdrawn = mayCorrect(text) ? readWithdrawals(message, readWords, known) : [];
    const found = [...corrected, ...withdrawn, ...facts];
    if (degraded.length > 0) return { facts: found, degraded };
    const slots = readSlots(message, previous, found, known);
    // What turned something known is told by what became of that, and is no event beside it.
    const isTurn = ({ attribute, sources }: FactInput): boolean =>
      attribute === 'event' && slots.turning.some((quote) => quote.includes(sources?.[0]?.quote ?? quote));
    return { facts: [...found.filter((fact) => !isTurn(fact)), ...slots.facts], degraded };
  };

  return {
    id: RULE_EXTRACTOR_ID,
    async extract(input, { signal } = {}) {
      throwIfAborted(signal, 'the extraction');
      const { facts, degraded } = await read(input, signal);
      // A sentence of pages is no statement, whatever stands in it: a fact that none can be is left out, not its message.
      return { facts: facts.filter((fact) => factInputSchema.safeParse(fact).success), degraded };
    },
  };
};
