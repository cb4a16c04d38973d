/** What kind of thing a question asks for, as far as its words show. */
export type QuestionKind = 'when' | 'who' | 'where' | 'count' | 'why' | 'other';

const KINDS = [
  ['when', /\b(?:when|what (?:date|day|month|year|time)|which (?:date|day|month|year)|how long ago)\b/iu],
  ['count', /\bhow (?:many|much|often|old|long|far|tall|big)\b/iu],
  ['who', /\b(?:who|whom|whose|with whom)\b/iu],
  ['where', /\b(?:where|(?:what|which) (?:city|country|town|place|state|street))\b/iu],
  ['why', /\b(?:why|how come|(?:what|which) (?:is |was )?(?:the )?reason)\b/iu],
] as const satisfies readonly (readonly [QuestionKind, RegExp])[];

/** The kind of a question, by its question words; the first that fits of when, how many, who, where, why. */
export const questionKind = (question: string): QuestionKind =>
  KINDS.find(([, pattern]) => pattern.test(question))?.[0] ?? 'other';

const ASKS =
  /\?|^\W*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|tell|show|find|list|give|remind|name|explain|describe|search|look)\b/iu;
const TELLS = /\b(?:i|i'm|i've|i'll|me|my|mine|we|we're|we've|our|ours|us)\b/iu;

/** True where somebody tells something of themselves and asks nothing. */
export const isStatement = (text: string): boolean =>
  !ASKS.test(text) && TELLS.test(text.replaceAll('’', "'"));

/** The word after `what` or `which`: what is asked for, and seldom said in the answer (`what colour`). */
export const askedFor = (question: string): string =>
  /\b(?:what|which)\s+(?:(?:kinds?|sorts?|types?)\s+of\s+)?([\p{L}-]+)/iu.exec(question)?.[1] ?? '';

const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
const DAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday';
const NUMBERS =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|once|twice|dozen|couple';

const WHEN = new RegExp(
  `\\b(?:${MONTHS}|${DAYS}|yesterday|today|tonight|tomorrow|weekend|ago|last|next|this (?:week|month|year|morning|evening)|(?:19|20)\\d\\d|\\d{1,2}(?:st|nd|rd|th)|\\d{1,2}:\\d\\d|\\d{1,2} ?[ap]m)\\b`,
  'iu',
);
const COUNT = new RegExp(`\\d|\\b(?:${NUMBERS})\\b`, 'iu');
const WHERE =
  /\b(?:in|at|to|from|near|on|into|around|outside)\s+(?:the\s+)?\p{Lu}|\b(?:street|city|town|country|beach|park|home|place)\b/u;
const WHY =
  /\b(?:because|since|so that|in order|that's why|the reason|due to|thanks to|helps? me|makes? me)\b/iu;
/** A capitalised word that does not begin the sentence, or one of the family. */
const WHO =
  /[^.!?]\s\p{Lu}\p{Ll}+|\b(?:mom|mum|mother|dad|father|brother|sister|wife|husband|son|daughter|friend|friends|partner|boss|family|grandma|grandpa|aunt|uncle|cousin|neighbou?r|colleague)\b/u;

const CUES = {
  when: WHEN,
  count: COUNT,
  where: WHERE,
  why: WHY,
  who: WHO,
} as const satisfies Record<Exclude<QuestionKind, 'other'>, RegExp>;

/** True where a sentence holds the kind of thing that is asked for: a date, a number, a name, a place, a reason. */
export const holdsKind = (sentence: string, kind: QuestionKind): boolean =>
  kind !== 'other' && CUES[kind].test(sentence);
