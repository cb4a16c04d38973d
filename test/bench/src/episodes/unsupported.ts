/** What a summary says that none of its sources has, by plain sets of tokens: another way than the memory's own check. */
export interface Unsupported {
  readonly numbers: number;
  readonly names: number;
  readonly negations: number;
}

const NEGATIONS = /\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot)\b|n['’]t\b/giu;

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set((text.match(/[\p{L}\p{M}]+/gu) ?? []).map((word) => word.toLowerCase()));

/** Counts what a sentence has and its sources do not. Pure. */
export const countUnsupported = (sentence: string, sources: readonly string[]): Unsupported => {
  const known = wordsOf(sources.join(' '));
  const lacks = (token: string): boolean => !known.has(token.toLowerCase());
  const numbersThere = new Set(sources.join(' ').match(/\p{N}+/gu) ?? []);
  const numbers = (sentence.match(/\p{N}+/gu) ?? []).filter((number) => !numbersThere.has(number));
  // A capital that begins no sentence.
  const names = [...sentence.matchAll(/(?<=[\p{L}\p{N},;:] )\p{Lu}[\p{L}\p{M}]+/gu)]
    .map(([name]) => name)
    .filter(lacks);
  const denied = sentence.match(NEGATIONS)?.length ?? 0;
  const deniedThere = sources.join(' ').match(NEGATIONS)?.length ?? 0;
  return { numbers: numbers.length, names: names.length, negations: Math.max(0, denied - deniedThere) };
};

/** A sentence with one thing in it changed; undefined where there is no such thing in it. Pure. */
export const corrupt = (kind: keyof Unsupported, sentence: string): string | undefined => {
  const changed = ((): string => {
    switch (kind) {
      case 'numbers':
        return sentence.replace(/\p{N}+/u, (digits) => String(Number(digits) + 13));
      case 'names':
        return sentence.replace(/(?<=[\p{L}\p{N},;:] )\p{Lu}[\p{L}\p{M}]{2,}/u, 'Quillon');
      default:
        return NEGATIONS.test(sentence)
          ? sentence.replace(NEGATIONS, '')
          : sentence.replace(/\b(?:is|was|am|are|have|has|had|will|can)\b/u, (verb) => `${verb} not`);
    }
  })();
  NEGATIONS.lastIndex = 0;
  return changed === sentence ? undefined : changed;
};
