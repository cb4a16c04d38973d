// What a person may say about being remembered, in plain English. When in doubt it is no wish: a wish that is missed can be
// said again, and a question or a story about remembering is talk like any other.

/** `this`: what is being said is not to be remembered. `last`: nor what was said before it. */
export type SpokenWish = 'this' | 'last';

const POLITE = '(?:(?:please|ok|okay|hey|oh|and|but|so|well|also|actually|btw|by the way|wait|no)[,:]?\\s+)*';
const ASKED = '(?:(?:can|could|would|will) you\\s+(?:please\\s+)?)?';
const NOT = "(?:do not|don't|don’t|dont|never)";
const KEEP = '(?:remember|save|store|record|keep|memori[sz]e|note|write down|log)';
const THIS =
  "(?:this|that|it|any of (?:this|that|it)|what i(?:'m| am|’m) (?:saying|telling you|about to say))";
const END =
  '(?=\\s*(?:$|[.!?,;:—–-]|please\\b|about me\\b|in your memory\\b|anywhere\\b|though\\b|either\\b))';

const LAST =
  '(?:what i (?:just|only just) (?:said|told you|wrote|sent)|what i said just now|(?:that|my|the) (?:last|previous) (?:message|sentence|thing)|the last thing i (?:said|told you|wrote))';

/** A clause that asks for it: it stands at the beginning of a sentence or behind a break in it. */
const WISHES: readonly (readonly [SpokenWish, RegExp])[] = [
  [
    'last',
    new RegExp(`^${POLITE}${ASKED}(?:forget|delete|erase|unremember)\\s+(?:about\\s+)?${LAST}${END}`, 'iu'),
  ],
  ['this', new RegExp(`^${POLITE}${NOT}\\s+${KEEP}\\s+${THIS}${END}`, 'iu')],
  [
    'this',
    new RegExp(
      `^${POLITE}(?:this (?:is|stays|must stay)\\s+|keep this\\s+)?(?:strictly\\s+)?off[ -]the[ -]record${END}`,
      'iu',
    ),
  ],
];

/** Sentences, and the clauses of each behind commas, dashes and colons. */
const clausesOf = (text: string): readonly string[] =>
  text
    .split(/(?<=[.!?])\s+|\n+/u)
    .flatMap((sentence) => {
      const isQuestion = /\?\s*$/u.test(sentence);
      const clauses = sentence.split(/[,;:—–]\s*|\s-\s/u);
      // Of a question only a request is a wish.
      return isQuestion
        ? clauses.filter((clause) => /^\s*(?:please\s+)?(?:can|could|would|will) you\b/iu.test(clause))
        : clauses;
    })
    .map((clause) => clause.trim());

/** The longest message that is looked through, in UTF-16 units: a wish stands at the beginning or the end. */
const LOOKED_AT = 2_000;

/** Without what stands in quotation marks: somebody else's words are no wish. */
const withoutQuotes = (text: string): string => text.replace(/"[^"\n]*"|“[^”\n]*”/gu, ' ');

/**
 * What a message asks about being remembered: "don't remember this", "off the record", "forget what I just said", as a
 * request and not as a question or a story. English only. Pure.
 */
export const readSpokenWish = (text: string): SpokenWish | undefined => {
  const looked =
    text.length <= 2 * LOOKED_AT ? text : `${text.slice(0, LOOKED_AT)}\n${text.slice(-LOOKED_AT)}`;
  const clauses = clausesOf(withoutQuotes(looked));
  return WISHES.find(([, pattern]) => clauses.some((clause) => pattern.test(clause)))?.[0];
};
