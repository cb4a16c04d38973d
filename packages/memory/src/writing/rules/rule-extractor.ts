import { throwIfAborted } from '@retentive/core';
import type { Extraction, Extractor } from '../extractor.ts';
import { mayCorrect, readCorrections } from './corrections.ts';
import { languageOf } from './language.ts';
import { openLanguageTools } from './language-tools.ts';
import { createMessageReader, type MessageReader, speaksOfSelf } from './read-message.ts';
import { findStatements } from './statements.ts';

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

  return {
    id: RULE_EXTRACTOR_ID,
    async extract({ message, previous }, { signal } = {}) {
      throwIfAborted(signal, 'the extraction');
      const { role, origin, remember, text } = message;
      if (role !== 'user' || origin !== 'user' || !remember) return { facts: [], degraded: [] };
      const corrects = previous.length > 0 && mayCorrect(text);
      if (!speaksOfSelf(text) && !corrects) return passOver(text);
      const read = await open();
      throwIfAborted(signal, 'the extraction');
      const { facts, degraded } = read(message, text);
      return { facts: corrects ? [...readCorrections(message, previous, read), ...facts] : facts, degraded };
    },
  };
};
