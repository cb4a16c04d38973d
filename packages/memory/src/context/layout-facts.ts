import type { Context, ContextItem, Tokenizer } from '@retentive/core';
import type { FactCandidate } from '../retrieval/fact-candidates.ts';
import type { Calendar } from './dates.ts';
import { quoteName, quoteText } from './layout.ts';

/**
 * Facts may take one part in this many of the budget: they are short, and the words themselves say more. Where not all words
 * find room, half of that.
 */
const FACT_SHARE = 8;
const SCARCE_SHARE = 16;

/** Opens the facts of a context. */
export const FACTS_HEADING = '[facts]\n';

/** Who said what a fact rests on, and when. */
export interface FactOrigin {
  readonly speaker: string;
  readonly time: number;
  readonly timeZone?: string | undefined;
}

const timeOf = ({ recorded }: FactCandidate['fact'], origin: FactOrigin | undefined): number =>
  origin?.time ?? recorded.from ?? 0;

/** Facts as text. */
export interface FactsText {
  readonly text: string;
  readonly items: readonly ContextItem[];
}

/** The line of a fact, line end included. */
export const renderFact = (
  fact: FactCandidate['fact'],
  origin: FactOrigin | undefined,
  calendar: Calendar,
): string => {
  const day = calendar.dayOf(timeOf(fact, origin), origin?.timeZone).iso;
  const until = fact.valid.until === undefined ? '' : `; until ${calendar.dayOf(fact.valid.until).iso}`;
  return `- ${quoteText(fact.text)} (${quoteName(origin?.speaker ?? 'noted')}, ${day}${until})\n`;
};

/**
 * The best facts that fit an eighth of the budget (a sixteenth where `isScarce`), a line each, with who said it and on which day. A fact that has ended
 * says when.
 */
export const layOutFacts = (
  facts: readonly FactCandidate[],
  originOf: (fact: FactCandidate['fact']) => FactOrigin | undefined,
  budget: Context['budget'],
  tokenizer: Tokenizer,
  calendar: Calendar,
  isScarce = false,
): FactsText => {
  const limit = Math.floor(budget / (isScarce ? SCARCE_SHARE : FACT_SHARE));
  const items: ContextItem[] = [];
  let text = FACTS_HEADING;
  for (const { fact, score, isRelated } of facts) {
    const origin = originOf(fact);
    const line = renderFact(fact, origin, calendar);
    if (tokenizer.count(text + line) > limit) continue;
    text += line;
    items.push({
      source: { type: 'fact', fact: fact.id },
      text: line,
      tokens: tokenizer.count(line),
      ...(origin === undefined ? {} : { speaker: origin.speaker }),
      time: timeOf(fact, origin),
      why: isRelated
        ? {
            score,
            parts: { entity: score },
            matched: [],
            reason: 'a fact about whom or what the query leads to',
          }
        : { score, parts: { fact: score }, matched: [], reason: 'a fact whose words are near the query' },
    });
  }
  return items.length === 0 ? { text: '', items } : { text, items };
};
