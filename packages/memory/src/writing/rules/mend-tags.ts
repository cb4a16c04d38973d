import type { Token } from './tokens.ts';
import { isOccupation } from './word-lists.ts';

const isLetterWord = (token: Token | undefined): boolean =>
  token !== undefined && /^[\p{L}\p{N}']+$/u.test(token.text);

/** "mother-in-law", "34-year-old": one word, which is what its last part is. */
const joinHyphens = (tokens: readonly Token[]): readonly Token[] => {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    const last = joined.at(-1);
    const next = tokens[at + 1];
    const isInside = token.text === '-' && !token.spaced && next?.spaced === false;
    if (isInside && last !== undefined && isLetterWord(next) && /[\p{L}\p{N}]$/u.test(last.text)) {
      const text = `${last.text}-${next?.text}`;
      joined[joined.length - 1] = { ...(next as Token), text, norm: text.toLowerCase(), spaced: last.spaced };
      at += 1;
    } else joined.push(token);
  }
  return joined;
};

const endsPhrase = (token: Token | undefined): boolean =>
  token === undefined || token.pos === 'ADP' || token.pos === 'PUNCT' || token.pos === 'CCONJ';

/** What the tagger says of a word, where the words around it say otherwise. */
const mended = (tokens: readonly Token[], at: number): string => {
  const { text, norm, pos } = tokens[at] as Token;
  const before = tokens[at - 1];
  const next = tokens[at + 1];
  const isOpen = pos === 'VERB' || pos === 'ADJ' || pos === 'ADV' || pos === 'ADP' || pos === 'SCONJ';
  // Capitals inside a sentence make a name.
  if (at > 0 && isOpen && /^\p{Lu}[\p{Lu}\d]+$/u.test(text)) return 'PROPN';
  if (
    at > 0 &&
    (pos === 'VERB' || pos === 'ADV') &&
    /^\p{Lu}\p{Ll}{2,}$/u.test(text) &&
    !/^[.!?:"]$/u.test(before?.norm ?? '.')
  )
    return 'PROPN';
  const afterArticle =
    before?.pos === 'DET' ||
    (before?.pos === 'ADJ' && tokens[at - 2]?.pos === 'DET') ||
    (before?.pos === 'ADV' && tokens[at - 2]?.pos === 'DET');
  // "a small flat in Ghent": a phrase that begins with an article ends with a noun.
  if (
    pos === 'ADJ' &&
    afterArticle &&
    endsPhrase(next) &&
    !/^(?:same|other|latter|former|last|first)$/u.test(norm)
  )
    return 'NOUN';
  if (pos === 'ADV' && before?.pos === 'DET' && (next?.pos === 'ADJ' || next?.pos === 'NOUN')) return 'ADJ';
  if (pos === 'VERB' && before?.pos === 'DET' && norm.endsWith('ed') && next?.pos === 'NOUN') return 'ADJ';
  // "promoted to floor manager"
  if (
    pos === 'VERB' &&
    /^(?:to|as|an?|the|my)$/u.test(before?.norm ?? '') &&
    next?.pos === 'NOUN' &&
    isOccupation(next.norm)
  )
    return 'NOUN';
  if (
    pos === 'VERB' &&
    (before?.pos === 'DET' || before?.norm === 'my') &&
    endsPhrase(next) &&
    !norm.endsWith('ing')
  )
    return 'NOUN';
  return pos;
};

/** Tokens of a tagger with compounds joined and its commonest mistakes put right. */
export const mendTags = (source: readonly Token[]): readonly Token[] => {
  const tokens = joinHyphens(source);
  return tokens.map((token, at) => {
    const pos = mended(tokens, at);
    return pos === token.pos ? token : { ...token, pos };
  });
};
